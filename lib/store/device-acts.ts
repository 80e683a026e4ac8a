// Acts on devices, written before the gateway is asked.

import { sql } from 'kysely';
import type { DeviceActInput, DeviceActView } from '../api/device-shapes.ts';
import { damaged, isFields, readJson } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Kept, readable } from './readable.ts';
import { type Db, inTransaction } from './schema.ts';

/** An act with what a later reading is compared with. Never a token. */
export type StoredAct = { view: DeviceActView; input: DeviceActInput };
export type ActPatch = Partial<Pick<DeviceActView, 'state' | 'answeredAt' | 'outcome' | 'undoneAt'>>;

/** Acts that are watched: beyond so many the oldest are history. */
export const MOST_WATCHED = 20_000;

const isStored = (value: unknown): value is StoredAct =>
  isFields(value) &&
  isFields(value.view) &&
  isFields(value.input) &&
  [value.view.id, value.view.act, value.view.gateway, value.view.deviceId, value.view.state, value.view.at, value.view.outcome].every(
    (text) => typeof text === 'string',
  );

function readAct(text: string): StoredAct {
  const value = readJson(text, 'device act');
  if (!isStored(value)) throw damaged('device act');
  return value;
}

/** The acts of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createDeviceActs(db: Db) {
  return {
    /** Stores an act about to be asked for. It is on the disk when this resolves. */
    async begin(act: StoredAct): Promise<void> {
      const { id, gateway, deviceId, state, at } = act.view;
      await db
        .insertInto('device_acts')
        .values({ id, gateway, device_id: deviceId, state, at_ms: Date.parse(at), body: JSON.stringify(act) })
        .execute();
    },

    /** Writes what became of it and answers the whole. Rejects when there is none with this id. */
    complete(id: string, patch: ActPatch): Promise<StoredAct> {
      return inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('device_acts').select('body').where('id', '=', id).executeTakeFirst();
        if (!row) throw new Error(`act ${id} is not in the store`);
        const before = readAct(row.body);
        const whole: StoredAct = { ...before, view: { ...before.view, ...patch } };
        await trx
          .updateTable('device_acts')
          .set({ state: whole.view.state, body: JSON.stringify(whole) })
          .where('id', '=', id)
          .execute();
        return whole;
      });
    },

    /** Newest first. */
    async list(ask: { gateway?: string; deviceId?: string; before?: string; limit: number }): Promise<Rows<DeviceActView>> {
      const size = pageSize(ask.limit);
      let query = db
        .selectFrom('device_acts')
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (ask.gateway !== undefined) query = query.where('gateway', '=', ask.gateway);
      if (ask.deviceId !== undefined) query = query.where('device_id', '=', ask.deviceId);
      if (ask.before !== undefined) query = query.where('seq', '<', cursorNumber(ask.before, 'before'));
      return pageOf(await query.execute(), size, (row) => readAct(row.body).view);
    },

    /** Acts on a device that reached the gateway or may have, begun since a time; oldest first, without damaged ones. */
    async ofDeviceSince(gateway: string, deviceId: string, sinceMs: number): Promise<DeviceActView[]> {
      const rows = await db
        .selectFrom('device_acts')
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .where('state', '!=', 'failed')
        .where('at_ms', '>=', sinceMs)
        .orderBy('seq')
        .execute();
      return readable(rows, (row) => readAct(row.body).view).items;
    },

    /**
     * The newest act of every device, kind and role of the token, of one gateway or of all, to be watched; the newest so many, oldest
     * first. What is damaged costs itself alone: it is left out and counted.
     */
    async newest({ gateway, most = MOST_WATCHED }: { gateway?: string; most?: number } = {}): Promise<Kept<StoredAct>> {
      // A body that is no JSON would end the whole query.
      const field = (path: string) => sql`case when json_valid(body) then json_extract(body, ${path}) end`;
      const rows = await db
        .selectFrom('device_acts')
        .select('body')
        .$if(gateway !== undefined, (query) => query.where('gateway', '=', gateway ?? ''))
        .where('seq', 'in', (eb) =>
          eb
            .selectFrom('device_acts')
            .select((of) => of.fn.max('seq').as('seq'))
            .groupBy(['gateway', 'device_id', field('$.view.act'), field('$.view.role')]),
        )
        .orderBy('seq', 'desc')
        .limit(most)
        .execute();
      return readable(rows.reverse(), (row) => readAct(row.body));
    },
  };
}

export type DeviceActs = ReturnType<typeof createDeviceActs>;
