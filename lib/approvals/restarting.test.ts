// A restart is told from its first sign until the console is back, and not for ever.
import { expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import type { SessionState } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import { createRestarting } from './restarting.ts';

const AT = Date.parse('2026-11-22T12:00:00.000Z');
const down = (problem: Problem): SessionState => ({ kind: 'down', problem, retryAtMs: AT });
const live: SessionState = {
  kind: 'live',
  hello: { protocol: 4, server: { version: '2026.9.6' }, features: { methods: [] }, policy: { tickIntervalMs: 1 } },
  grantedScopes: [],
};
const watching = () => {
  const clock = manualClock(AT);
  return { clock, restarting: createRestarting({ now: clock.nowMs }) };
};

test('a shutdown event tells when the gateway expects to be back', () => {
  const { clock, restarting } = watching();
  restarting.onEvent('shutdown', { reason: 'restart', restartExpectedMs: 1500 });
  expect(restarting.now()).toEqual({ since: AT, until: AT + 1500 });
  clock.advance(1000);
  // The close that follows takes nothing of it back.
  restarting.onState(down(new Problem('gateway-down', 'closed', { closeCode: 1012 })));
  expect(restarting.now()).toEqual({ since: AT, until: AT + 1500 });
  restarting.onState(live);
  expect(restarting.now()).toBeUndefined();
});

test.each([
  ['closed with 1012', new Problem('gateway-down', 'closed', { closeCode: 1012 }), true],
  ['closed with 1013', new Problem('gateway-down', 'closed', { closeCode: 1013 }), true],
  ['turned away while it starts', new Problem('gateway-starting'), true],
  ['gone without a word', new Problem('gateway-down', 'closed', { closeCode: 1006 }), false],
])('%s', (_what, problem, told) => {
  const { restarting } = watching();
  restarting.onState(down(problem));
  expect(restarting.now() !== undefined).toBe(told);
});

test('a gateway that does not come back is down, not restarting', () => {
  const { clock, restarting } = watching();
  restarting.onEvent('shutdown', { reason: 'stop', restartExpectedMs: null });
  expect(restarting.now()).toEqual({ since: AT, until: undefined });
  clock.advance(5 * 60_000 + 1);
  expect(restarting.now()).toBeUndefined();
});
