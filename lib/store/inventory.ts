// What each gateway listed when it was read last, and every difference between two readings: they are kept in one step, so that no
// difference is lost or told twice.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { type DeviceState, deviceState } from '../devices/differences.ts';
import { damaged, isFields, readJson } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Db, inTransaction } from './schema.ts';

export type NewDeviceChange = Omit<DeviceChangeView, 'seq' | 'acknowledged'>;

/** How long, ms, and how many differences are kept. */
export type ChangeRetention = { maxAgeMs: number; maxRows: number };

/** Statements stay below the number of values that SQLite takes. */
const BATCH = 200;

const isChange = (value: unknown): value is Omit<DeviceChangeView, 'seq'> =>
  isFields(value) &&
  ['id', 'gateway', 'deviceId', 'at', 'kind', 'text'].every((key) => typeof value[key] === 'string') &&
  [value.by, value.gained, value.lost].every(isFields);

function readChange(row: { seq: number; body: string }): DeviceChangeView {
  const value = readJson(row.body, 'device change');
  if (!isChange(value)) throw damaged('device change');
  return { ...value, seq: row.seq };
}

/** The state in a row, or undefined where it is damaged. */
function stateIn(body: string): DeviceState | undefined {
  try {
    return deviceState.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

const slices = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, n) => all.slice(n * BATCH, (n + 1) * BATCH));

/** The inventories of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createInventories(db: Db) {
  return {
    /** What a gateway listed when it was read last, by device id. A row that is damaged is left out: its device counts as new. */
    async all(gateway: string): Promise<Map<string, DeviceState>> {
      const rows = await db.selectFrom('inventory').select(['device_id', 'body']).where('gateway', '=', gateway).execute();
      return new Map(
        rows.flatMap(({ device_id, body }) => {
          const state = stateIn(body);
          return state ? [[device_id, state] as const] : [];
        }),
      );
    },

    /** Keeps a reading and its differences in one step; answers the differences with their numbers, oldest first. */
    keep(
      gateway: string,
      { set, gone, changes }: { set: readonly DeviceState[]; gone: readonly string[]; changes: readonly NewDeviceChange[] },
    ): Promise<DeviceChangeView[]> {
      return inTransaction(db, async (trx) => {
        for (const states of slices(set)) {
          await trx
            .insertInto('inventory')
            .values(states.map((state) => ({ gateway, device_id: state.deviceId, body: JSON.stringify(state) })))
            .onConflict((conflict) => conflict.columns(['gateway', 'device_id']).doUpdateSet((eb) => ({ body: eb.ref('excluded.body') })))
            .execute();
        }
        for (const ids of slices(gone))
          await trx.deleteFrom('inventory').where('gateway', '=', gateway).where('device_id', 'in', ids).execute();
        const kept: DeviceChangeView[] = [];
        for (const some of slices(changes)) {
          const rows = await trx
            .insertInto('device_changes')
            .values(
              some.map((change) => ({
                id: change.id,
                gateway,
                device_id: change.deviceId,
                at_ms: Date.parse(change.at),
                open: change.unclicked ? 1 : 0,
                body: JSON.stringify(change),
              })),
            )
            .returning(['seq', 'body'])
            .execute();
          kept.push(...rows.map(readChange));
        }
        return kept.sort((a, b) => a.seq - b.seq);
      });
    },

    /** Newest first. `open`: only grants that nobody clicked and nobody has acknowledged yet. */
    async changes(ask: {
      gateway?: string;
      deviceId?: string;
      open?: boolean;
      before?: string;
      limit: number;
    }): Promise<Rows<DeviceChangeView>> {
      const size = pageSize(ask.limit);
      let query = db
        .selectFrom('device_changes')
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (ask.gateway !== undefined) query = query.where('gateway', '=', ask.gateway);
      if (ask.deviceId !== undefined) query = query.where('device_id', '=', ask.deviceId);
      if (ask.open === true) query = query.where('open', '=', 1);
      if (ask.before !== undefined) query = query.where('seq', '<', cursorNumber(ask.before, 'before'));
      return pageOf(await query.execute(), size, readChange);
    },

    /** How many grants of each device nobody clicked and nobody has acknowledged. */
    async openOf(gateway: string): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('device_changes')
        .select((eb) => ['device_id', eb.fn.countAll<number>().as('n')])
        .where('gateway', '=', gateway)
        .where('open', '=', 1)
        .groupBy('device_id')
        .execute();
      return new Map(rows.map(({ device_id, n }) => [device_id, n]));
    },

    /** Marks open grants as seen by a person; answers those that were open, each once. */
    acknowledge(ids: readonly string[], word: { by: string; at: string }): Promise<DeviceChangeView[]> {
      return inTransaction(db, async (trx) => {
        const out: DeviceChangeView[] = [];
        for (const some of slices(ids)) {
          const rows = await trx
            .selectFrom('device_changes')
            .select(['seq', 'body'])
            .where('id', 'in', some)
            .where('open', '=', 1)
            .execute();
          for (const row of rows) {
            const change: DeviceChangeView = { ...readChange(row), acknowledged: word };
            const { seq, ...body } = change;
            await trx
              .updateTable('device_changes')
              .set({ open: 0, body: JSON.stringify(body) })
              .where('seq', '=', seq)
              .execute();
            out.push(change);
          }
        }
        return out;
      });
    },

    /**
     * Forgets differences that are too old, but none that is still open; of too many the oldest go, those that were seen to first.
     * Answers how many.
     */
    async prune({ maxAgeMs, maxRows }: ChangeRetention, nowMs: number): Promise<number> {
      const old = await db
        .deleteFrom('device_changes')
        .where('open', '=', 0)
        .where('at_ms', '<', nowMs - maxAgeMs)
        .executeTakeFirst();
      let gone = Number(old.numDeletedRows);
      for (const open of [0, 1]) {
        const { n } = await db
          .selectFrom('device_changes')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        if (n <= maxRows) break;
        const { numDeletedRows } = await db
          .deleteFrom('device_changes')
          .where('seq', 'in', (eb) =>
            eb
              .selectFrom('device_changes')
              .select('seq')
              .where('open', '=', open)
              .orderBy('seq')
              .limit(n - maxRows),
          )
          .executeTakeFirst();
        gone += Number(numDeletedRows);
      }
      return gone;
    },
  };
}

export type Inventories = ReturnType<typeof createInventories>;
