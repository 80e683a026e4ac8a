// Attempts by time and outcome: sums of the tallies, and of rows only at the edges that no tally fits.
import { sql } from 'kysely';
import type { HandshakeOutcome, HistogramBucket } from '../../api/shapes.ts';
import { isoOf } from '../../clock.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { Problem } from '../../problem.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { END_SEQ, firstSeqAt, msOf } from './place.ts';
import { connSeqs, type Reading, spanOf, wayPasses, wordsPass } from './search.ts';
import { rowSlices, tallySlices } from './slices.ts';
import type { HistoryDb } from './tables.ts';
import { MINUTE_MS, SPANS } from './tallies.ts';

const MAX_BUCKETS = 5_000;

type Sum = { bucket: number; outcome: string; n: number };
type Sink = (sum: Sum) => void;

async function addTallies(db: HistoryDb, filter: HandshakeFilter, piece: Piece, bucketMs: number, sink: Sink): Promise<void> {
  for await (const slice of tallySlices(db, piece)) {
    const { rows } = await sql<Sum>`
      select t.start * 60000 / cast(${bucketMs} as integer) as bucket, w.outcome, sum(t.n) as n
      from tallies t cross join ways w on w.id = t.way where ${slice} and ${wayPasses(filter)} group by 1, 2`.execute(db);
    rows.forEach(sink);
  }
}

async function addRows(db: HistoryDb, filter: HandshakeFilter, piece: Piece, bucketMs: number, sink: Sink): Promise<void> {
  for await (const slice of rowSlices(db, piece)) {
    const { rows } = await sql<Sum>`
      select h.seq / cast(${firstSeqAt(bucketMs)} as integer) as bucket, w.outcome, count(*) as n
      from handshakes h cross join ways w on w.id = h.way where ${slice} and ${wayPasses(filter)} group by 1, 2`.execute(db);
    rows.forEach(sink);
  }
}

/**
 * Sums by bucket number (time / bucketMs) and outcome of what passes from `from` up to but without `to`, ms, each in one sum or
 * several. Attempts that only a beginning of their connection finds are counted up to some thousands, then left out.
 */
async function sums(log: Reading, filter: HandshakeFilter, from: number, to: number, bucketMs: number, sink: Sink): Promise<void> {
  const span = spanOf(filter);
  const first = Math.max(from, msOf(span.first));
  const end = Math.min(to, msOf(span.end));
  const spans = SPANS.filter((minutes) => bucketMs % (minutes * MINUTE_MS) === 0);
  for (const piece of piecesOf(first, end, spans)) await (piece.span === 0 ? addRows : addTallies)(log.db, filter, piece, bucketMs, sink);
  const conns = await connSeqs(log, filter, { first: firstSeqAt(first), end: firstSeqAt(end) }, sql`not ${wordsPass(filter)}`);
  if (conns !== 'many') for (const { seq, outcome } of conns) sink({ bucket: Math.floor(msOf(seq) / bucketMs), outcome, n: 1 });
}

const COLUMNS: ReadonlyMap<string, Exclude<keyof HistogramBucket, 'at'>> = new Map<HandshakeOutcome, Exclude<keyof HistogramBucket, 'at'>>([
  ['refused', 'refused'],
  ['waiting', 'waiting'],
  ['timed-out', 'timedOut'],
  ['left-early', 'leftEarly'],
  ['admitted', 'admitted'],
]);

/**
 * Attempts that pass, by outcome, from the bucket that `fromMs` lies in to the one that `toMs` lies in, empty ones included. Buckets
 * begin at whole multiples of `bucketMs` and are counted whole, but for what the filter's own `from` and `to` cut off. Quick where
 * `bucketMs` is whole minutes, quickest with tens of minutes or hours; with others every row is looked at, with turns between.
 * Throws Problem('input-invalid') for a span with more than 5000 buckets.
 */
export async function histogramOf(
  log: Reading,
  filter: HandshakeFilter,
  { fromMs, toMs, bucketMs }: { fromMs: number; toMs: number; bucketMs: number },
): Promise<HistogramBucket[]> {
  const first = Math.floor(fromMs / bucketMs);
  const count = Math.floor(toMs / bucketMs) - first + 1;
  if (!(bucketMs >= 1 && Number.isInteger(bucketMs) && count <= MAX_BUCKETS)) {
    throw new Problem('input-invalid', 'The histogram has too many buckets.', { field: 'buckets' });
  }
  const buckets = Array.from({ length: Math.max(0, count) }, (_, n): HistogramBucket => {
    return { at: isoOf((first + n) * bucketMs), refused: 0, waiting: 0, timedOut: 0, leftEarly: 0, admitted: 0 };
  });
  await sums(log, filter, first * bucketMs, (first + count) * bucketMs, bucketMs, ({ bucket, outcome, n }) => {
    const target = buckets[bucket - first];
    const column = COLUMNS.get(outcome);
    if (target && column) target[column] += n;
  });
  return buckets;
}

// Those that wait are shown as requests.
const FAILURES: HandshakeOutcome[] = ['refused', 'timed-out', 'left-early'];

/** How many attempts failed since a time, ms: refused, timed out or left early. */
export async function failuresSince(log: Reading, sinceMs: number): Promise<number> {
  let total = 0;
  // A bucket of decades, that every tally divides.
  await sums(log, { outcomes: FAILURES }, sinceMs, msOf(END_SEQ), 500_000 * 60 * MINUTE_MS, ({ n }) => {
    total += n;
  });
  return total;
}
