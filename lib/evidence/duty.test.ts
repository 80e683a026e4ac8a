// Whatever a piece of work takes, it gets its share of the time and no more.
import { expect, test } from 'vitest';
import { createDuty } from './duty.ts';

/** How much of 10 s is worked, when there is a chance each 8 ms and the work takes `ms`. */
function worked(ms: number, share: number) {
  let now = 0;
  let sum = 0;
  let runs = 0;
  const duty = createDuty({ monotonicMs: () => now });
  while (now < 10_000) {
    duty.run(() => {
      now += ms;
      sum += ms;
      runs += 1;
      return share;
    });
    now += 8;
  }
  return { part: sum / now, runs };
}

test.each([
  [0.04, 0.1],
  [2, 0.1],
  [30, 0.1],
  [5, 0.25],
  [200, 0.25],
])('work of %s ms with a share of %s', (ms, share) => {
  expect(worked(ms, share).part).toBeLessThanOrEqual(share * 1.05);
});

test('work that takes next to nothing is done at every chance', () => {
  expect(worked(0.04, 0.1).runs).toBeGreaterThan(1200);
});
