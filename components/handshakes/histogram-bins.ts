// The bars of the histogram: their span on a round grid, and a range chosen among them. Pure.
import type { HandshakeOutcome, HistogramBucket, HistogramView } from '#lib/api/shapes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const SPANS = {
  '1h': { word: '1 h', spoken: 'the last hour', ms: HOUR_MS, bucketMs: MINUTE_MS },
  '24h': { word: '24 h', spoken: 'the last 24 hours', ms: DAY_MS, bucketMs: 20 * MINUTE_MS },
  '7d': { word: '7 d', spoken: 'the last 7 days', ms: 7 * DAY_MS, bucketMs: 2 * HOUR_MS },
} as const;
export type Span = keyof typeof SPANS;
export const isSpan = (value: string): value is Span => Object.hasOwn(SPANS, value);

export type Counted = 'refused' | 'waiting' | 'timedOut' | 'leftEarly' | 'admitted';
export const COUNTED: Partial<Record<HandshakeOutcome, Counted>> = {
  refused: 'refused',
  waiting: 'waiting',
  'timed-out': 'timedOut',
  'left-early': 'leftEarly',
  admitted: 'admitted',
};

export type Range = { from: number; to: number };

/** What the histogram shows at `nowMs`: the span that ends with the running bucket, or the days of a range that lies before it. */
export function spanAt(span: Span, nowMs: number, range: Partial<Range>): Range & { bucketMs: number } {
  const { ms, bucketMs } = SPANS[span];
  const to = (Math.floor(nowMs / bucketMs) + 1) * bucketMs;
  const earliest = Math.min(range.from ?? nowMs, range.to ?? nowMs);
  if (earliest >= to - ms) return { from: to - ms, to, bucketMs };
  const wider = Object.keys(SPANS)
    .filter(isSpan)
    .find((name) => SPANS[name].ms > ms);
  if (wider !== undefined) return spanAt(wider, nowMs, range);
  const end = Math.ceil(Math.max(range.to ?? earliest + DAY_MS, earliest + DAY_MS) / bucketMs) * bucketMs;
  return { from: Math.max(Math.floor(earliest / bucketMs) * bucketMs - DAY_MS, end - 30 * DAY_MS), to: end, bucketMs };
}

const emptyBucket = (atMs: number): HistogramBucket => ({
  at: new Date(atMs).toISOString(),
  refused: 0,
  waiting: 0,
  timedOut: 0,
  leftEarly: 0,
  admitted: 0,
});

/** The same histogram moved on to `span`: buckets that both have keep their counts, the rest are empty. */
export function movedTo(view: HistogramView, { from, to }: Range): HistogramView {
  if (Date.parse(view.from) === from && Date.parse(view.to) === to) return view;
  const kept = new Map(view.buckets.map((bucket) => [Date.parse(bucket.at), bucket]));
  const count = Math.max(0, Math.round((to - from) / view.bucketMs));
  const buckets = Array.from({ length: count }, (_, i) => {
    const atMs = from + i * view.bucketMs;
    return kept.get(atMs) ?? emptyBucket(atMs);
  });
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), bucketMs: view.bucketMs, buckets };
}

/** Counts over all buckets. */
export function totals(buckets: readonly HistogramBucket[]): Record<Counted, number> {
  const sum = { refused: 0, waiting: 0, timedOut: 0, leftEarly: 0, admitted: 0 };
  for (const bucket of buckets) {
    sum.refused += bucket.refused;
    sum.waiting += bucket.waiting;
    sum.timedOut += bucket.timedOut;
    sum.leftEarly += bucket.leftEarly;
    sum.admitted += bucket.admitted;
  }
  return sum;
}

/** The range of the buckets from index `a` to index `b`, in either order; its end is the last ms of its last bucket. */
export function rangeOf(view: Pick<HistogramView, 'from' | 'bucketMs' | 'buckets'>, a: number, b: number): Range {
  const inside = (index: number) => Math.min(Math.max(0, index), Math.max(0, view.buckets.length - 1));
  const [first, last] = [inside(Math.min(a, b)), inside(Math.max(a, b))];
  const fromMs = Date.parse(view.from);
  return { from: fromMs + first * view.bucketMs, to: fromMs + (last + 1) * view.bucketMs - 1 };
}

/** The first and last bucket that a range touches; undefined when it touches none. */
export function bucketsOf(view: Pick<HistogramView, 'from' | 'bucketMs' | 'buckets'>, range: Partial<Range>): [number, number] | undefined {
  if (range.from === undefined && range.to === undefined) return undefined;
  const fromMs = Date.parse(view.from);
  const first = range.from === undefined ? 0 : Math.floor((range.from - fromMs) / view.bucketMs);
  const last = range.to === undefined ? view.buckets.length - 1 : Math.floor((range.to - fromMs) / view.bucketMs);
  if (last < 0 || first > view.buckets.length - 1) return undefined;
  return [Math.max(0, first), Math.min(view.buckets.length - 1, last)];
}

/**
 * The range after an arrow key. Without shift one bucket is chosen, a step from where the range ends; with shift the range grows to
 * that side. Undefined for other keys.
 */
export function rangeByKey(
  view: Pick<HistogramView, 'from' | 'bucketMs' | 'buckets'>,
  range: Partial<Range>,
  key: string,
  shift: boolean,
): Range | undefined {
  const step = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  const last = view.buckets.length - 1;
  if (step === 0 || last < 0) return undefined;
  const chosen = bucketsOf(view, range);
  if (chosen === undefined) return rangeOf(view, last, last);
  const [first, end] = chosen;
  if (!shift) return rangeOf(view, end + step, end + step);
  return step === -1 ? rangeOf(view, first - 1, end) : rangeOf(view, first, end + 1);
}
