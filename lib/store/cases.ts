// The requests that were asked, as the rules saw them last and with what became of them: what a draft of a rule is tried on.
import type { CaseOutcome, RecordedCase } from '../rules/case.ts';
import { turn } from '../turn.ts';
import { createCaseReader, outcomeColumns, rowOf } from './case-text.ts';
import { type Db, inTransaction } from './schema.ts';

/** How much is kept: so long, and so many. */
export type CaseRetention = { maxAgeMs: number; maxRows: number };

/** Read in one stretch: some 2 ms, so that a decision never waits long behind a preview. */
const SLICE = 500;
const PRUNED_AT_ONCE = 500;

/** The cases of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createCases(db: Db) {
  return {
    /** Writes a case, or all of it anew where there is one of this id. */
    async put(c: RecordedCase): Promise<void> {
      const { id, ...columns } = rowOf(c);
      await db
        .insertInto('cases')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },

    /** Writes what became of a case; nothing when it is not there. */
    async close(id: string, outcome: CaseOutcome): Promise<void> {
      await db.updateTable('cases').set(outcomeColumns(outcome)).where('id', '=', id).execute();
    },

    /**
     * All cases that began since a time, oldest first, in slices with a turn of the event loop between them. Cases that say the same
     * share their objects: they are to be read only.
     */
    async *each(sinceMs: number): AsyncGenerator<RecordedCase[]> {
      const read = createCaseReader();
      let after = { at_ms: sinceMs, id: '' };
      for (;;) {
        const { at_ms, id } = after;
        const rows = await db
          .selectFrom('cases')
          .selectAll()
          .where((eb) => eb(eb.refTuple('at_ms', 'id'), '>', eb.tuple(at_ms, id)))
          .orderBy('at_ms')
          .orderBy('id')
          .limit(SLICE)
          .execute();
        const last = rows.at(-1);
        if (!last) return;
        yield rows.map(read);
        if (rows.length < SLICE) return;
        after = last;
        await turn();
      }
    },

    /** The cases of a gateway whose end was never written, oldest first. */
    async open(gateway: string): Promise<RecordedCase[]> {
      const rows = await db
        .selectFrom('cases')
        .selectAll()
        .where('gateway', '=', gateway)
        .where('outcome', 'is', null)
        .orderBy('at_ms')
        .execute();
      return rows.map(createCaseReader());
    },

    /** How many cases began since a time. */
    async countSince(sinceMs: number): Promise<number> {
      const row = await db
        .selectFrom('cases')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('at_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      return row.n;
    },

    /** When the oldest case began; undefined when there is none. */
    async earliestMs(): Promise<number | undefined> {
      const row = await db.selectFrom('cases').select('at_ms').orderBy('at_ms').limit(1).executeTakeFirst();
      return row?.at_ms;
    },

    /**
     * Forgets what is older or more than what is kept, oldest first, with what the rules said of it, in small steps. Ends early when
     * `left` says so.
     */
    async prune({ maxAgeMs, maxRows }: CaseRetention, nowMs: number, left?: AbortSignal): Promise<void> {
      const { n } = await db
        .selectFrom('cases')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      let tooMany = n - maxRows;
      while (!left?.aborted) {
        const oldest = await db.selectFrom('cases').select(['id', 'at_ms']).orderBy('at_ms').orderBy('id').limit(PRUNED_AT_ONCE).execute();
        const ids = oldest.filter((row, at) => at < tooMany || row.at_ms < nowMs - maxAgeMs).map((row) => row.id);
        if (ids.length === 0) return;
        await inTransaction(db, async (trx) => {
          await trx.deleteFrom('rule_calls').where('case_id', 'in', ids).execute();
          await trx.deleteFrom('cases').where('id', 'in', ids).execute();
        });
        tooMany -= ids.length;
        await turn();
      }
    },
  };
}

export type Cases = ReturnType<typeof createCases>;
