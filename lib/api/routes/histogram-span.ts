// The edges of a histogram: round sizes, aligned to them, so that bars stay where they are while time goes on.
import { Problem } from '../../problem.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = HOUR_MS;
const MAX_SPAN_MS = 31 * DAY_MS;

const SIZES_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 4, 8, 16].map((n) => n * DAY_MS),
];

export type Span = { fromMs: number; toMs: number; bucketMs: number };

/**
 * The span to count, in ms: the last hour where nothing else is asked, widened to whole buckets. There are `buckets` of them at
 * most, and one more where the asked span begins inside a bucket. Throws Problem('input-invalid') beyond 31 days.
 */
export function spanOf({ from, to, buckets }: { from?: number; to?: number; buckets: number }, nowMs: number): Span {
  const end = to ?? Math.max(nowMs, from ?? nowMs);
  const begin = from ?? end - SPAN_MS;
  if (end - begin > MAX_SPAN_MS)
    throw new Problem('input-invalid', 'query field from: lies more than 31 days before the end', { field: 'from' });
  const bucketMs = SIZES_MS.find((size) => (end - begin) / size <= buckets) ?? MAX_SPAN_MS;
  const fromMs = Math.floor(begin / bucketMs) * bucketMs;
  return { fromMs, toMs: Math.max(Math.ceil(end / bucketMs) * bucketMs, fromMs + bucketMs), bucketMs };
}
