// Rules wake and fall asleep by the clock alone; what waits is looked at then, and only then.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { manualClock } from '#lib/clock.ts';
import type { RuleInForce } from '#lib/rules/case.ts';
import { inForce } from '#lib/testing/verdict-case.ts';
import { createWaking } from './waking.ts';

const MINUTE = 60_000;
/** A Monday. */
const START = Date.parse('2026-11-23T08:58:30.000Z');
const HOURS = { days: ['mon'], from: '09:00', to: '09:02', timeZone: 'UTC' };
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function waking(rules: RuleInForce[]) {
  const clock = manualClock(START);
  const told: string[] = [];
  const watch = createWaking({
    rules: () => rules,
    onChange: () => void told.push(new Date(clock.nowMs()).toISOString().slice(11, 16)),
    clock,
  });
  onTestFinished(watch.dispose);
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.advance(1000);
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
  return { watch, told, pass, clock };
}

test('it tells when hours begin and when they end, and at no other minute', async () => {
  const { told, pass } = waking([inForce({ hours: HOURS })]);
  await pass(10 * MINUTE);
  expect(told).toEqual(['09:00', '09:02']);
});

test('rules without hours and rules that are switched off wake nobody', async () => {
  const { told, pass } = waking([inForce(), inForce({ hours: HOURS, enabled: false }, 'r2')]);
  await pass(10 * MINUTE);
  expect(told).toEqual([]);
});

test('a clock that was set is seen at the next look', () => {
  const { watch, told, clock } = waking([inForce({ hours: HOURS })]);
  clock.setWall(START + 100_000);
  watch.look();
  watch.look();
  expect(told).toEqual(['09:00']);
});
