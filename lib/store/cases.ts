// The requests that were asked, as the rules saw them last and with what became of them: what a draft of a rule is tried on.
import { sql } from 'kysely';
import type { CaseOutcome, RecordedCase } from '../rules/case.ts';
import { turn } from '../turn.ts';
import { createCaseReader } from './case-reader.ts';
import { outcomeColumns, rowOf } from './case-text.ts';
import { compareCalls } from './compared.ts';
import { type Db, inTransaction } from './schema.ts';

/** How much is kept: so long, and so many. */
export type CaseRetention = { maxAgeMs: number; maxRows: number };

/** Read in one stretch: some 2 ms, so that a decision never waits long behind a preview. */
const SLICE = 500;
/** Numbers for what begins in one ms; a power of two, within what a number holds exactly. */
const PER_MS = 4096;
const PRUNED_AT_ONCE = 500;

/** The cases of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createCases(db: Db) {
  async function numberOf(trx: Db, text: string): Promise<number> {
    const known = await trx.selectFrom('case_texts').select('id').where('text', '=', text).executeTakeFirst();
    if (known) return known.id;
    const fresh = await trx.insertInto('case_texts').values({ text }).returning('id').executeTakeFirstOrThrow();
    return fresh.id;
  }

  /** Texts that no case has any more. */
  async function pruneTexts(left: AbortSignal | undefined) {
    for (let after: number | undefined = 0; after !== undefined && !left?.aborted; await turn()) {
      const ids: { id: number }[] = await db
        .selectFrom('case_texts')
        .select('id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(PRUNED_AT_ONCE)
        .execute();
      const to = ids.at(-1)?.id;
      if (to === undefined) return;
      await db
        .deleteFrom('case_texts')
        .where('id', '>', after)
        .where('id', '<=', to)
        .where((eb) => eb.not(eb.exists(eb.selectFrom('cases').select('seq').whereRef('cases.ask', '=', 'case_texts.id'))))
        .where((eb) => eb.not(eb.exists(eb.selectFrom('cases').select('seq').whereRef('cases.world', '=', 'case_texts.id'))))
        .execute();
      after = to;
    }
  }

  return {
    /** Writes a case, or all of it anew where there is one of this id. */
    put: (c: RecordedCase): Promise<void> =>
      inTransaction(db, async (trx) => {
        const row = rowOf(c);
        const columns = { ...row.columns, ask: await numberOf(trx, row.ask), world: await numberOf(trx, row.world) };
        const first = c.atMs * PER_MS;
        await trx
          .insertInto('cases')
          .values((eb) => ({
            ...columns,
            seq: eb
              .selectFrom('cases')
              .select(sql<number>`coalesce(max(seq) + 1, ${first})`.as('next'))
              .where('seq', '>=', first)
              .where('seq', '<', first + PER_MS),
          }))
          .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
          .execute();
        await compareCalls(trx, c.id);
      }),

    /** Writes what became of a case; nothing when it is not there. */
    close: (id: string, outcome: CaseOutcome): Promise<void> =>
      inTransaction(db, async (trx) => {
        await trx.updateTable('cases').set(outcomeColumns(outcome)).where('id', '=', id).execute();
        await compareCalls(trx, id);
      }),

    /**
     * All cases that began since a time, oldest first, in slices with a turn of the event loop between them. Cases that say the same
     * share their objects: they are to be read only.
     */
    async *each(sinceMs: number): AsyncGenerator<RecordedCase[]> {
      const read = createCaseReader(db);
      let from = sinceMs * PER_MS;
      for (;;) {
        const rows = await db.selectFrom('cases').selectAll().where('seq', '>=', from).orderBy('seq').limit(SLICE).execute();
        const last = rows.at(-1);
        if (!last) return;
        yield await read(rows);
        if (rows.length < SLICE) return;
        from = last.seq + 1;
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
        .orderBy('seq')
        .execute();
      return createCaseReader(db)(rows);
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
      const row = await db.selectFrom('cases').select('at_ms').orderBy('seq').limit(1).executeTakeFirst();
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
        const oldest = await db.selectFrom('cases').select(['id', 'at_ms']).orderBy('seq').limit(PRUNED_AT_ONCE).execute();
        const ids = oldest.filter((row, at) => at < tooMany || row.at_ms < nowMs - maxAgeMs).map((row) => row.id);
        if (ids.length === 0) break;
        await inTransaction(db, async (trx) => {
          await trx.deleteFrom('rule_calls').where('case_id', 'in', ids).execute();
          await trx.deleteFrom('cases').where('id', 'in', ids).execute();
        });
        tooMany -= ids.length;
        await turn();
      }
      await pruneTexts(left);
    },
  };
}

export type Cases = ReturnType<typeof createCases>;
