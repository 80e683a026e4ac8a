// Where an attempt stands in the log. Its number is its time, so that pages, spans and retention are ranges of the primary key.
import { sql } from 'kysely';
import type { HistoryDb } from './tables.ts';

const PER_MS = 4096;
/** Later times (from September 2039 on) have numbers that a double cannot hold. */
const MAX_MS = 2 ** 41 - 1;

/** The time of a number, ms. */
export const msOf = (seq: number): number => Math.floor(seq / PER_MS);

const kept = (ms: number) => Math.min(MAX_MS, Math.max(0, ms));

/** The first number at or after a time in ms; any number is taken. */
export const firstSeqAt = (ms: number): number => kept(Math.ceil(ms)) * PER_MS;

/** The last number of the millisecond that a time lies in. */
export const lastSeqAt = (ms: number): number => kept(Math.floor(ms)) * PER_MS + PER_MS - 1;

/** One more than the largest number that there can be. */
export const END_SEQ = (MAX_MS + 1) * PER_MS;

/**
 * A number for each time (ms), unused until now, in the order given. What a full millisecond cannot take goes to the next one, and
 * a time that no number can stand for to the nearest that one can.
 */
export async function placesFor(db: HistoryDb, times: readonly number[]): Promise<number[]> {
  const free = await freeIn(db, [...new Set(times.map(kept))]);
  const seqs: number[] = [];
  for (const time of times) {
    let ms = kept(time);
    let step = 1;
    let seq = free.get(ms) ?? 0;
    while (msOf(seq) !== ms) {
      // There is nothing after the last millisecond: what does not fit goes before it.
      if (ms === MAX_MS) step = -1;
      ms += step;
      seq = free.get(ms) ?? (await freeIn(db, [ms])).get(ms) ?? 0;
    }
    free.set(ms, seq + 1);
    seqs.push(seq);
  }
  return seqs;
}

/** The first number of each millisecond that nothing stands behind; one of a later millisecond where all are used. */
async function freeIn(db: HistoryDb, milliseconds: readonly number[]): Promise<Map<number, number>> {
  // A run goes by the number of its first attempt, also when that row is gone.
  const { rows } = await sql<{ ms: number; rows: number | null; runs: number | null }>`
    select j.value as ms,
      (select max(seq) from handshakes where seq between j.value * ${PER_MS} and j.value * ${PER_MS} + ${PER_MS - 1}) as rows,
      (select max(id) from runs where id between j.value * ${PER_MS} and j.value * ${PER_MS} + ${PER_MS - 1}) as runs
    from json_each(${JSON.stringify(milliseconds)}) j`.execute(db);
  return new Map(rows.map(({ ms, rows, runs }) => [ms, Math.max(ms * PER_MS, (rows ?? -1) + 1, (runs ?? -1) + 1)]));
}
