// The handshake history: appended in batches, never doubled when a log is read again, kept within a limit.
import type { HandshakeOutcome, HandshakeView } from '../api/shapes.ts';
import { readHandshake } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Db, inTransaction } from './schema.ts';

export type NewHandshake = Omit<HandshakeView, 'seq'>;

export type Retention = { maxRows: number; maxAgeMs: number };

const FAILURES: HandshakeOutcome[] = ['refused', 'waiting', 'timed-out', 'left-early'];
const INSERT_ROWS = 200;
// Small enough that a request never waits long behind one slice.
const DELETE_ROWS = 500;

/** The handshakes of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createHandshakes(db: Db) {
  async function deleteSlice(selectSeqs: (limit: number) => Promise<number[]>): Promise<number> {
    const seqs = await selectSeqs(DELETE_ROWS);
    if (seqs.length > 0) await db.deleteFrom('handshakes').where('seq', 'in', seqs).execute();
    return seqs.length;
  }

  async function deleteAll(selectSeqs: (limit: number) => Promise<number[]>): Promise<number> {
    let total = 0;
    for (;;) {
      const gone = await deleteSlice(selectSeqs);
      total += gone;
      if (gone < DELETE_ROWS) return total;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    /** Stores the rows that are not known yet, all or none, and answers those, numbered, in the order given. */
    append(batch: readonly NewHandshake[]): Promise<HandshakeView[]> {
      return inTransaction(db, async (trx) => {
        const added: HandshakeView[] = [];
        for (let start = 0; start < batch.length; start += INSERT_ROWS) {
          const slice = batch.slice(start, start + INSERT_ROWS);
          const keyOf = (row: { gateway: string; id: string }) => JSON.stringify([row.gateway, row.id]);
          const known = await trx
            .selectFrom('handshakes')
            .select(['gateway', 'id'])
            .where(
              'id',
              'in',
              slice.map((row) => row.id),
            )
            .execute();
          // Known rows are left out before the insert: one that SQLite ignores would still use up a number.
          const seen = new Set(known.map(keyOf));
          const fresh = slice.filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)));
          if (fresh.length === 0) continue;
          const numbered = await trx
            .insertInto('handshakes')
            .values(
              fresh.map((row) => ({
                gateway: row.gateway,
                id: row.id,
                at_ms: Date.parse(row.at),
                outcome: row.outcome,
                body: JSON.stringify(row),
              })),
            )
            .returning(['seq', 'gateway', 'id'])
            .execute();
          const seqs = new Map(numbered.map((row) => [keyOf(row), row.seq]));
          for (const row of fresh) {
            const seq = seqs.get(keyOf(row));
            if (seq !== undefined) added.push({ ...row, seq });
          }
        }
        return added;
      });
    },

    /** Newest first, or, with `after`, oldest first from there on. */
    async list(ask: { gateway?: string; before?: string; after?: string; limit: number }): Promise<Rows<HandshakeView>> {
      const size = pageSize(ask.limit);
      let query = db
        .selectFrom('handshakes')
        .select(['seq', 'body'])
        .limit(size + 1);
      if (ask.gateway !== undefined) query = query.where('gateway', '=', ask.gateway);
      if (ask.before !== undefined) query = query.where('seq', '<', cursorNumber(ask.before, 'before'));
      if (ask.after !== undefined) query = query.where('seq', '>', cursorNumber(ask.after, 'after'));
      query = query.orderBy('seq', ask.after === undefined ? 'desc' : 'asc');
      return pageOf(await query.execute(), size, readHandshake);
    },

    /** How many handshakes failed since a time (ms): everything but the admitted, the notes and the gaps. */
    async countFailuresSince(sinceMs: number): Promise<number> {
      const row = await db
        .selectFrom('handshakes')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('at_ms', '>=', sinceMs)
        .where('outcome', 'in', FAILURES)
        .executeTakeFirstOrThrow();
      return row.n;
    },

    /** Deletes what is older than `maxAgeMs` or beyond the newest `maxRows`, a slice at a time. Answers how many rows went. */
    async prune({ maxRows, maxAgeMs }: Retention, nowMs: number): Promise<number> {
      const tooOld = await deleteAll(async (limit) => {
        const rows = await db
          .selectFrom('handshakes')
          .select('seq')
          .where('at_ms', '<', nowMs - maxAgeMs)
          .orderBy('at_ms')
          .limit(limit)
          .execute();
        return rows.map((row) => row.seq);
      });
      const { n } = await db
        .selectFrom('handshakes')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      let surplus = n - maxRows;
      const tooMany = await deleteAll(async (limit) => {
        if (surplus <= 0) return [];
        const rows = await db.selectFrom('handshakes').select('seq').orderBy('seq').limit(Math.min(limit, surplus)).execute();
        surplus -= rows.length;
        return rows.map((row) => row.seq);
      });
      return tooOld + tooMany;
    },
  };
}

export type Handshakes = ReturnType<typeof createHandshakes>;
