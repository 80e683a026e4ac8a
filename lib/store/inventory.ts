// What each gateway listed when it was read last, and every difference between two readings: they are kept in one step, so that no
// difference is lost or told twice.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { type DeviceState, deviceState } from '../devices/differences.ts';
import { turn } from '../turn.ts';
import { readChange } from './change-rows.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Db, inTransaction } from './schema.ts';

export type NewDeviceChange = Omit<DeviceChangeView, 'seq' | 'acknowledged'>;

/** How long, ms, and how many differences are kept. */
export type ChangeRetention = { maxAgeMs: number; maxRows: number };

/** Statements stay below the number of values that SQLite takes. */
const BATCH = 200;
const PRUNED_AT_ONCE = 500;
const COLUMNS = ['seq', 'id', 'gateway', 'device_id', 'at_ms', 'open', 'body'] as const;

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

/** Kinds of differences with which a pairing ends, and what is said of the grants that it leaves open. */
const ENDS: Partial<Record<NewDeviceChange['kind'], string>> = {
  removed: 'It is closed: the pairing that held it was removed.',
  'paired-anew': 'It is closed: the device was paired anew, which is told as a grant of its own.',
};

/** Writes an open grant down as one that waits for nobody any more. */
async function shut(trx: Db, change: DeviceChangeView): Promise<DeviceChangeView> {
  const { seq, ...body } = change;
  await trx
    .updateTable('device_changes')
    .set({ open: 0, body: JSON.stringify(body) })
    .where('seq', '=', seq)
    .execute();
  return change;
}

async function closeEnded(trx: Db, gateway: string, changes: readonly NewDeviceChange[]): Promise<DeviceChangeView[]> {
  const ended = new Map(
    changes.flatMap(({ deviceId, at, kind }) => {
      const why = ENDS[kind];
      return why === undefined ? [] : [[deviceId, { at, why }] as const];
    }),
  );
  const out: DeviceChangeView[] = [];
  for (const ids of slices([...ended.keys()])) {
    const rows = await trx
      .selectFrom('device_changes')
      .select(COLUMNS)
      .where('gateway', '=', gateway)
      .where('device_id', 'in', ids)
      .where('open', '=', 1)
      .orderBy('seq')
      .execute();
    for (const row of rows) {
      const closed = ended.get(row.device_id);
      if (closed) out.push(await shut(trx, { ...readChange(row), closed }));
    }
  }
  return out;
}

/** The inventories of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createInventories(db: Db) {
  const listeners = new Set<(gateway: string) => void>();

  return {
    /** What a gateway listed when it was read last, by device id, and the ids whose row is damaged: what they held is not known. */
    async all(gateway: string): Promise<{ known: Map<string, DeviceState>; damaged: Set<string> }> {
      const rows = await db.selectFrom('inventory').select(['device_id', 'body']).where('gateway', '=', gateway).execute();
      const known = new Map<string, DeviceState>();
      const damaged = new Set<string>();
      for (const { device_id, body } of rows) {
        const state = stateIn(body);
        if (state) known.set(device_id, state);
        else damaged.add(device_id);
      }
      return { known, damaged };
    },

    /**
     * Keeps a reading and its differences in one step; answers the differences with their numbers, oldest first. Where a pairing ended, its
     * grants that nobody has seen to end with it: they are closed with why, and answered as well, before the others.
     */
    keep(
      gateway: string,
      { set, gone, changes }: { set: readonly DeviceState[]; gone: readonly string[]; changes: readonly NewDeviceChange[] },
    ): Promise<{ kept: DeviceChangeView[]; closed: DeviceChangeView[] }> {
      return inTransaction(db, async (trx) => {
        const closed = await closeEnded(trx, gateway, changes);
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
            .returning(COLUMNS)
            .execute();
          kept.push(...rows.map(readChange));
        }
        return { kept: kept.sort((a, b) => a.seq - b.seq), closed };
      });
    },

    /** Newest first. `open`: only grants that nobody clicked and that wait for a person. A damaged one stands in its place as such. */
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
        .select(COLUMNS)
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
          const rows = await trx.selectFrom('device_changes').select(COLUMNS).where('id', 'in', some).where('open', '=', 1).execute();
          for (const row of rows) out.push(await shut(trx, { ...readChange(row), acknowledged: word }));
        }
        return out;
      });
    },

    /**
     * Forgets differences that are too old, but none that is still open; of too many the oldest go, those that were seen to first. In
     * pieces, so that others come between; `left` ends it. Answers how many went.
     */
    async prune({ maxAgeMs, maxRows }: ChangeRetention, nowMs: number, left?: AbortSignal): Promise<number> {
      const { n } = await db
        .selectFrom('device_changes')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      const before = nowMs - maxAgeMs;
      let tooMany = n - maxRows;
      let gone = 0;
      const forget = async (seqs: readonly number[]) => {
        if (seqs.length > 0) await db.deleteFrom('device_changes').where('seq', 'in', seqs).execute();
        tooMany -= seqs.length;
        gone += seqs.length;
        await turn();
      };
      const piece = () => db.selectFrom('device_changes').select(['seq', 'at_ms', 'gateway']).orderBy('seq').limit(PRUNED_AT_ONCE);
      for (let after = 0; !left?.aborted; ) {
        const rows = await piece().select('open').where('seq', '>', after).execute();
        const last = rows.at(-1);
        const going = rows.filter((row) => row.open === 0).filter((row, at) => at < tooMany || row.at_ms < before);
        // Numbers grow with time: behind a piece of which nothing is old there is nothing old.
        const enough = tooMany <= going.length && rows.every((row) => row.at_ms >= before);
        await forget(going.map((row) => row.seq));
        if (last === undefined || enough) break;
        after = last.seq;
      }
      const gateways = new Set<string>();
      while (tooMany > 0 && !left?.aborted) {
        const rows = (await piece().where('open', '=', 1).execute()).slice(0, tooMany);
        if (rows.length === 0) break;
        await forget(rows.map((row) => row.seq));
        for (const row of rows) gateways.add(row.gateway);
      }
      for (const gateway of gateways) for (const hear of listeners) hear(gateway);
      return gone;
    },

    /** Hears of a gateway whose open grants were forgotten, so that who counts them counts anew. Answers how to stop. */
    onOpenForgotten(hear: (gateway: string) => void): () => void {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}

export type Inventories = ReturnType<typeof createInventories>;
