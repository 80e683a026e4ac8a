// Edges of a histogram: always whole, always covering what was asked, never more bars than fit.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanOf } from './histogram-span.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOW = Date.parse('2026-11-22T16:40:31.218Z');

describe('the span of a histogram', () => {
  test('is the last hour by minutes where nothing is asked', () => {
    const { fromMs, toMs, bucketMs } = spanOf({ buckets: 60 }, NOW);
    expect(bucketMs).toBe(MINUTE_MS);
    expect(new Date(fromMs).toISOString()).toBe('2026-11-22T15:40:00.000Z');
    expect(new Date(toMs).toISOString()).toBe('2026-11-22T16:41:00.000Z');
  });

  test('covers what was asked in whole buckets, about as many as asked', () => {
    const spans = fc.tuple(fc.integer({ min: 0, max: NOW }), fc.integer({ min: 0, max: 31 * DAY_MS }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(spans, ([from, length, buckets]) => {
        const { fromMs, toMs, bucketMs } = spanOf({ from, to: from + length, buckets }, NOW);
        expect(fromMs % bucketMs).toBe(0);
        expect((toMs - fromMs) % bucketMs).toBe(0);
        expect(fromMs).toBeLessThanOrEqual(from);
        expect(toMs).toBeGreaterThanOrEqual(from + length);
        const bars = (toMs - fromMs) / bucketMs;
        expect(bars).toBeGreaterThanOrEqual(1);
        expect(bars).toBeLessThanOrEqual(buckets + 1);
      }),
    );
  });

  test('moves by whole buckets while time goes on, so that bars stay where they are', () => {
    const later = spanOf({ buckets: 60 }, NOW + 40_000);
    expect((later.fromMs - spanOf({ buckets: 60 }, NOW).fromMs) % MINUTE_MS).toBe(0);
  });

  test.each([
    ['24 h', DAY_MS, 96, 15 * MINUTE_MS],
    ['7 d', 7 * DAY_MS, 84, 2 * 60 * MINUTE_MS],
    ['31 d in one', 31 * DAY_MS, 1, 31 * DAY_MS],
    ['a moment', 0, 60, 1000],
  ])('over %s has round buckets', (_, length, buckets, bucketMs) => {
    expect(spanOf({ from: NOW - length, to: NOW, buckets }, NOW).bucketMs).toBe(bucketMs);
  });

  test('beyond 31 days is refused, naming the field', () => {
    expect(() => spanOf({ from: NOW - 31 * DAY_MS - 1, to: NOW, buckets: 60 }, NOW)).toThrow(
      expect.objectContaining({ code: 'input-invalid', extra: { field: 'from' } }),
    );
  });

  test('that begins in the future is that one moment', () => {
    expect(spanOf({ from: NOW + DAY_MS, buckets: 60 }, NOW)).toMatchObject({ bucketMs: 1000 });
  });
});
