// The gateway's clock against ours: bounds, not guesses.
import { expect, test } from 'vitest';
import { clockDelta, clockDeltaOfTick } from './clock-delta.ts';

test('the true difference always lies within what is told, wherever in the round trip the gateway looked at its clock', () => {
  for (const trueDelta of [-300_000, -7, 0, 61_000]) {
    for (const stampedAfter of [0, 10, 40]) {
      const measured = clockDelta(1000 + stampedAfter + trueDelta, 1000, 1040);
      expect(Math.abs(measured.deltaMs - trueDelta)).toBeLessThanOrEqual(measured.uncertaintyMs);
      expect(measured.at).toBe(1040);
    }
  }
});

test('a tick measures again, so that a clock that is set while connected is noticed', () => {
  const first = clockDelta(1000, 980, 1020);
  const later = clockDeltaOfTick({ ts: 161_000 }, first, 101_000);
  expect(later).toMatchObject({ deltaMs: 60_020, uncertaintyMs: 20 });
  expect(clockDeltaOfTick({}, first, 101_000)).toBeUndefined();
});

test('our own clock set back during the round trip gives no negative uncertainty', () => {
  expect(clockDelta(500, 1000, 400).uncertaintyMs).toBe(0);
});

test('a tick whose time is no date measures nothing', () => {
  for (const ts of [1e300, -1]) expect(clockDeltaOfTick({ ts }, clockDelta(1000, 980, 1020), 101_000)).toBeUndefined();
});
