// Forgets the oldest attempts in slices, each a transaction of its own with a turn of the event loop after it.
import { sql } from 'kysely';
import { turn } from '../../turn.ts';
import { firstSeqAt } from './place.ts';
import type { HistoryDb } from './tables.ts';
import { tally } from './tallies.ts';
import { addTotals, totalsOf } from './totals.ts';

/** What is kept: so many attempts, so long, and so many bytes of what records and callers said. */
export type Retention = { maxRows: number; maxAgeMs: number; maxBytes: number };

/** About 15 ms of work. */
const SLICE = 250;

type Old = { seq: number; way: number; bytes: number };

/** The oldest attempts that have to go, at most a slice of them. */
async function surplus(db: HistoryDb, { maxRows, maxBytes }: Retention, oldest: number): Promise<Old[]> {
  const { rows } = await sql<Old>`
    select h.seq, h.way, coalesce(octet_length(e.body), 0) as bytes from handshakes h left join evidence e on e.seq = h.seq
    order by h.seq limit ${SLICE}`.execute(db);
  const totals = await totalsOf(db);
  let over = { rows: totals.rows - maxRows, bytes: totals.bytes - maxBytes };
  const gone = rows.findIndex((row) => {
    if (row.seq >= oldest && over.rows <= 0 && over.bytes <= 0) return true;
    over = { rows: over.rows - 1, bytes: over.bytes - row.bytes };
    return false;
  });
  return gone < 0 ? rows : rows.slice(0, gone);
}

async function removeSlice(db: HistoryDb, rows: readonly Old[]): Promise<void> {
  const last = rows.at(-1);
  if (last === undefined) return;
  await db.deleteFrom('evidence').where('seq', '<=', last.seq).execute();
  await db.deleteFrom('handshakes').where('seq', '<=', last.seq).execute();
  // A run stays as long as its newest attempt does, with its whole count.
  await db.deleteFrom('runs').where('last_seq', '<=', last.seq).execute();
  await tally(db, rows, -1);
  const perWay = new Map<number, number>();
  for (const { way } of rows) perWay.set(way, (perWay.get(way) ?? 0) + 1);
  await sql`
    update ways set n = ways.n - t.n from (select value->>0 as way, value->>1 as n from json_each(${JSON.stringify([...perWay])})) t
    where ways.id = t.way`.execute(db);
  const empty = await sql<{ bytes: number }>`
    delete from ways where n <= 0 and id in (select value from json_each(${JSON.stringify([...perWay.keys()])})) returning bytes`.execute(
    db,
  );
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0) + empty.rows.reduce((sum, row) => sum + row.bytes, 0);
  await addTotals(db, { rows: -rows.length, ways: -empty.rows.length, bytes: -bytes });
}

/**
 * Removes what is older than the retention's age, or beyond its rows or bytes, oldest first. Answers how many attempts went. When
 * `left` is aborted it stops after the slice at hand.
 */
export async function prune(db: HistoryDb, retention: Retention, nowMs: number, left?: AbortSignal): Promise<number> {
  const oldest = firstSeqAt(nowMs - retention.maxAgeMs);
  let total = 0;
  while (left?.aborted !== true) {
    const gone = await db.transaction().execute(async (trx) => {
      const rows = await surplus(trx, retention, oldest);
      await removeSlice(trx, rows);
      return rows.length;
    });
    total += gone;
    if (gone < SLICE) break;
    await turn();
  }
  return total;
}
