// What fails is told, once; what only says that the gateway restarts is not, but nothing else hides behind its code.
import { expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { Problem } from '../problem.ts';
import { createDeskFaults } from './desk-faults.ts';

function faults() {
  const clock = manualClock(Date.parse('2026-11-22T12:00:00.000Z'));
  const state = { restarting: false };
  const told: { code: unknown; err: unknown; more: unknown }[] = [];
  const fault = createDeskFaults({
    gateway: 'g',
    warn: (fields) =>
      void told.push({
        code: 'code' in fields ? fields.code : undefined,
        err: 'err' in fields ? fields.err : undefined,
        more: 'more' in fields ? fields.more : undefined,
      }),
    isRestarting: () => state.restarting,
    now: clock.nowMs,
  });
  return { clock, state, told, fault };
}
// As 2026.4.14 answers `logs.tail` where the file cannot be read.
const unreadable = () => new GatewayRefusal({ code: 'UNAVAILABLE', message: 'log read failed: EACCES' });

test('a log that the gateway cannot read is told, though its code is that of a restart', () => {
  const { fault, told } = faults();
  fault(unreadable());
  expect(told).toMatchObject([{ code: 'gateway-refused', err: { message: 'log read failed: EACCES' } }]);
});

test('what a known restart makes fail is not', () => {
  const { fault, told, state } = faults();
  state.restarting = true;
  fault(unreadable());
  expect(told).toEqual([]);
  fault(new GatewayRefusal({ code: 'INVALID_REQUEST', message: 'no' }));
  expect(told).toHaveLength(1);
});

test.each([
  ['startup-sidecars', true, 0],
  ['gateway-restarting', true, 0],
  ['gateway-suspending', true, 0],
  ['gateway-suspending', false, 1],
  ['something-else', true, 1],
])('a refusal for the reason %s, retryable: %s', (reason, retryable, count) => {
  const { fault, told } = faults();
  fault(new GatewayRefusal({ code: 'UNAVAILABLE', message: 'unavailable', retryable, details: { reason } }));
  expect(told).toHaveLength(count);
});

test('a connection that is gone is told elsewhere', () => {
  const { fault, told } = faults();
  fault(new Problem('gateway-down', 'gone'));
  expect(told).toEqual([]);
});

test('the same again is told after 10 minutes, with the count of those in between; another at once', () => {
  const { fault, told, clock } = faults();
  for (let n = 0; n < 60; n += 1) fault(unreadable());
  fault(new Error('another'));
  expect(told).toHaveLength(2);
  clock.advance(10 * 60_000);
  fault(unreadable());
  expect(told.map(({ more }) => more)).toEqual([undefined, undefined, 59]);
});
