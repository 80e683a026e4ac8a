// How much the log holds, known without counting: retention asks for it, and a count over a million rows would be felt.
import { sql } from 'kysely';
import type { HistoryDb, TotalsRow } from './tables.ts';

/** Rows and ways of the log, and the bytes of what callers and records made it keep. */
export const totalsOf = (db: HistoryDb): Promise<TotalsRow> => db.selectFrom('totals').selectAll().executeTakeFirstOrThrow();

/** Adds to the totals; takes away with negative numbers. */
export async function addTotals(db: HistoryDb, { rows, ways, bytes }: TotalsRow): Promise<void> {
  await sql`update totals set rows = rows + ${rows}, ways = ways + ${ways}, bytes = bytes + ${bytes}`.execute(db);
}

/** Counts new attempts on their ways. */
export async function countOnWays(db: HistoryDb, attempts: readonly { seq: number; way: number }[]): Promise<void> {
  const sums = new Map<number, [way: number, n: number, last: number]>();
  for (const { seq, way } of attempts) {
    const sum = sums.get(way);
    if (sum) {
      sum[1] += 1;
      sum[2] = Math.max(sum[2], seq);
    } else sums.set(way, [way, 1, seq]);
  }
  await sql`
    update ways set n = ways.n + t.n, last_seq = max(ways.last_seq, t.last)
    from (select value->>0 as way, value->>1 as n, value->>2 as last from json_each(${JSON.stringify([...sums.values()])})) t
    where ways.id = t.way`.execute(db);
}
