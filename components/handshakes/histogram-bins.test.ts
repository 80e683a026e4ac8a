// The bars: their grid, and ranges by pointer and keys.
import { expect, test } from 'vitest';
import type { HistogramView } from '#lib/api/shapes.ts';
import { bucketsOf, movedTo, rangeByKey, rangeOf, SPANS, spanAt, totals } from './histogram-bins.ts';

const NOW = Date.parse('2026-01-01T12:34:56.789Z');
const MINUTE = 60_000;

function viewOf(nowMs = NOW): HistogramView {
  const { from, to, bucketMs } = spanAt('1h', nowMs, {});
  return movedTo({ from: '', to: '', bucketMs, buckets: [] }, { from, to });
}

test('a span is whole buckets and ends with the one that runs now', () => {
  for (const span of ['1h', '24h', '7d'] as const) {
    const { from, to, bucketMs } = spanAt(span, NOW, {});
    expect([from % bucketMs, to % bucketMs, to - from]).toEqual([0, 0, SPANS[span].ms]);
    expect(to).toBeGreaterThan(NOW);
    expect(to - bucketMs).toBeLessThanOrEqual(NOW);
  }
});

test('a range that lies further back widens the span until it is in it', () => {
  const hours = (n: number) => ({ from: NOW - n * 60 * MINUTE, to: NOW - n * 60 * MINUTE + MINUTE });
  expect(spanAt('1h', NOW, hours(0.5)).bucketMs).toBe(SPANS['1h'].bucketMs);
  expect(spanAt('1h', NOW, hours(5)).bucketMs).toBe(SPANS['24h'].bucketMs);
  expect(spanAt('1h', NOW, hours(50)).bucketMs).toBe(SPANS['7d'].bucketMs);
  const old = spanAt('1h', NOW, hours(24 * 20));
  expect(old.from).toBeLessThan(hours(24 * 20).from);
  expect(old.to).toBeGreaterThan(hours(24 * 20).to);
  expect(old.to - old.from).toBeLessThanOrEqual(31 * 24 * 60 * MINUTE);
});

test('time goes on: counts stay with their minute and a new bucket begins empty', () => {
  const view = viewOf();
  const before = { ...view, buckets: view.buckets.map((bucket, n) => ({ ...bucket, refused: n })) };
  const after = movedTo(before, spanAt('1h', NOW + MINUTE, {}));
  expect(after.buckets.map(({ refused }) => refused)).toEqual([...Array.from({ length: 59 }, (_, n) => n + 1), 0]);
  expect(after.buckets.slice(0, -1).map(({ at }) => at)).toEqual(before.buckets.slice(1).map(({ at }) => at));
  expect(totals(after.buckets)).toMatchObject({ refused: (59 * 60) / 2, waiting: 0 });
});

test('a drag in either direction gives whole buckets, and the same buckets are found again from the range', () => {
  const view = viewOf();
  for (const [a, b] of [
    [3, 7],
    [7, 3],
    [-5, 2],
    [58, 99],
  ] as const) {
    const range = rangeOf(view, a, b);
    const inside = [Math.max(0, Math.min(a, b)), Math.min(59, Math.max(a, b))];
    expect(bucketsOf(view, range)).toEqual(inside);
    expect(range.to - range.from + 1).toBe(((inside[1] ?? 0) - (inside[0] ?? 0) + 1) * MINUTE);
  }
  expect(bucketsOf(view, { from: 0, to: 1 })).toBeUndefined();
});

test('arrow keys choose a bucket, with shift they widen, and they stay inside', () => {
  const view = viewOf();
  const press = (range: { from?: number; to?: number }, key: string, shift = false) => {
    const next = rangeByKey(view, range, key, shift);
    return next === undefined ? undefined : bucketsOf(view, next);
  };
  expect(press({}, 'ArrowLeft')).toEqual([59, 59]);
  expect(press(rangeOf(view, 59, 59), 'ArrowLeft')).toEqual([58, 58]);
  expect(press(rangeOf(view, 50, 52), 'ArrowLeft', true)).toEqual([49, 52]);
  expect(press(rangeOf(view, 50, 52), 'ArrowRight', true)).toEqual([50, 53]);
  expect(press(rangeOf(view, 0, 59), 'ArrowRight', true)).toEqual([0, 59]);
  expect(press({}, 'Enter')).toBeUndefined();
});
