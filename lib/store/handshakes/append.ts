// Writes a batch of attempts: all or none, in chunks with a turn of the event loop between, so that nobody waits behind it.
import type { HandshakeView } from '../../api/shapes.ts';
import type { NewHandshake } from '../../handshakes/attempt.ts';
import { turn } from '../../turn.ts';
import { insertRows } from './insert.ts';
import { msOf, placesFor } from './place.ts';
import { flagsOf, storedConn, viewOf } from './rows.ts';
import { runsFor } from './runs-kept.ts';
import type { HistoryDb } from './tables.ts';
import { tally } from './tallies.ts';
import { addTotals, countOnWays } from './totals.ts';
import { waysFor } from './ways.ts';

/** About 10 ms of work. */
const CHUNK = 250;

const COLUMNS = ['seq', 'way', 'run', 'nth', 'flags', 'gateway', 'id', 'conn', 'request', 'duration'] as const;

const keyOf = (row: { gateway: string; id: string }) => JSON.stringify([row.gateway, row.id]);

// The database makes half a character into a whole one; compared with what comes back, it would be unknown for ever.
const whole = (row: NewHandshake): NewHandshake => (row.id.isWellFormed() ? row : { ...row, id: row.id.toWellFormed() });

async function unknownOf(db: HistoryDb, given: readonly NewHandshake[]): Promise<NewHandshake[]> {
  const batch = given.map(whole);
  const ids = batch.map((row) => row.id);
  const known = await db.selectFrom('handshakes').select(['gateway', 'id']).where('id', 'in', ids).execute();
  const seen = new Set(known.map(keyOf));
  return batch.filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)));
}

function timeOf(item: NewHandshake): number {
  const ms = Date.parse(item.at);
  if (Number.isNaN(ms)) throw new TypeError('the time of a handshake cannot be read');
  return ms;
}

async function appendChunk(db: HistoryDb, chunk: readonly NewHandshake[]): Promise<HandshakeView[]> {
  const items = await unknownOf(db, chunk);
  if (items.length === 0) return [];
  const times = items.map(timeOf);
  const seqs = await placesFor(db, times);
  const { of: ways, made } = await waysFor(db, items);
  const placed = items.map((item, n) => {
    const seq = seqs[n];
    const way = ways[n];
    if (seq === undefined || way === undefined) throw new Error('a handshake has no place');
    return { item, seq, way: way.id, shared: way.shared, outcome: item.outcome, atMs: msOf(seq), moved: msOf(seq) !== times[n] };
  });
  const runs = await runsFor(db, placed);
  const stored = placed.map(({ item, seq, way, shared, moved }, n) => {
    const run = runs[n];
    if (run === undefined) throw new Error('a handshake has no run');
    const { gateway, id, requestId, durationMs } = item;
    const flags = flagsOf(item, moved);
    const row = { seq, way, run: run.id, nth: run.count, flags, gateway, id, conn: storedConn(item), request: requestId ?? null };
    return { row: { ...row, duration: durationMs ?? null }, evidence: JSON.stringify(item.evidence), shared, run };
  });
  await insertRows(
    db,
    'handshakes',
    COLUMNS,
    stored.map(({ row }) => COLUMNS.map((column) => row[column])),
  );
  await insertRows(
    db,
    'evidence',
    ['seq', 'body'],
    stored.map(({ row, evidence }) => [row.seq, evidence]),
  );
  await tally(db, placed, 1);
  await countOnWays(db, placed);
  const bytes = stored.reduce((sum, { evidence }) => sum + Buffer.byteLength(evidence), made.bytes);
  await addTotals(db, { rows: stored.length, ways: made.count, bytes });
  return stored.map(({ row, shared, run }) => viewOf(row, shared, { id: run.id, count: run.count, firstMs: run.firstAtMs }));
}

/**
 * Stores the attempts that are not known yet, all of them or none, and answers those, numbered, in the order given.
 * One that was read twice, in this batch or ever, is kept once.
 */
export async function append(db: HistoryDb, batch: readonly NewHandshake[]): Promise<HandshakeView[]> {
  if (batch.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const added: HandshakeView[] = [];
    for (let start = 0; start < batch.length; start += CHUNK) {
      if (start > 0) await turn();
      added.push(...(await appendChunk(trx, batch.slice(start, start + CHUNK))));
    }
    return added;
  });
}
