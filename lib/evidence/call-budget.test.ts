// The budget of calls holds for any span, not only on average.
import { expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { createCallBudget } from './call-budget.ts';

test('four calls go at once, and never a fifth within one second of the first', async () => {
  const clock = manualClock(0);
  const waited: number[] = [];
  const budget = createCallBudget({
    calls: 4,
    perMs: 1000,
    monotonicMs: clock.monotonicMs,
    wait: async (ms) => {
      waited.push(ms);
      clock.advance(ms);
    },
  });
  const began: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    await budget.turn();
    began.push(clock.monotonicMs());
    clock.advance(30);
  }
  expect(began.slice(0, 4)).toEqual([0, 30, 60, 90]);
  for (let n = 4; n < began.length; n += 1) expect((began[n] ?? 0) - (began[n - 4] ?? 0)).toBeGreaterThanOrEqual(1000);
  expect(waited.length).toBeGreaterThan(0);
});

test('turns are given in the order of asking', async () => {
  const clock = manualClock(0);
  const budget = createCallBudget({ calls: 1, perMs: 100, monotonicMs: clock.monotonicMs, wait: async (ms) => clock.advance(ms) });
  const order: number[] = [];
  await Promise.all([1, 2, 3].map((n) => budget.turn().then(() => order.push(n))));
  expect(order).toEqual([1, 2, 3]);
});
