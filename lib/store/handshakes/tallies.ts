// How many attempts of which way, per minute, ten minutes and hour: histograms and counts are sums of these, not of rows.
import { sql } from 'kysely';
import { msOf } from './place.ts';
import type { HistoryDb } from './tables.ts';

export const MINUTE_MS = 60_000;
/** Lengths in minutes, longest first. Each divides the one before. */
export const SPANS = [60, 10, 1] as const;

/** Adds attempts to the tallies, or, with `sign` -1, takes them out again. */
export async function tally(db: HistoryDb, attempts: readonly { seq: number; way: number }[], sign: 1 | -1): Promise<void> {
  const sums = new Map<string, [span: number, start: number, way: number, n: number]>();
  for (const { seq, way } of attempts) {
    const minute = Math.floor(msOf(seq) / MINUTE_MS);
    for (const span of SPANS) {
      const start = minute - (minute % span);
      const key = `${span} ${start} ${way}`;
      const sum = sums.get(key);
      if (sum) sum[3] += sign;
      else sums.set(key, [span, start, way, sign]);
    }
  }
  // In the order of the table, so that a batch writes few pages.
  const rows = JSON.stringify([...sums.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
  await sql`
    insert into tallies select value->>0, value->>1, value->>2, value->>3 from json_each(${rows}) where true
    on conflict (span, start, way) do update set n = n + excluded.n`.execute(db);
  if (sign < 0) {
    await sql`
      delete from tallies where (span, start, way) in (select value->>0, value->>1, value->>2 from json_each(${rows})) and n <= 0`.execute(
      db,
    );
  }
}
