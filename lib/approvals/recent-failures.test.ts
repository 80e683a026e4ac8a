// A lock that holds is told for as long as it holds, however long that is and however much fails meanwhile.
import { expect, test } from 'vitest';
import type { NewHandshake } from '../handshakes/attempt.ts';
import type { RateLimits } from '../handshakes/trouble-locks.ts';
import { createRecentFailures } from './recent-failures.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const HOUR = 3_600_000;
const LIMITS: RateLimits = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 2 * HOUR, exemptLoopback: true };
let count = 0;
const row = (at: number, remoteAddr: string, authReason = 'token_mismatch'): NewHandshake => {
  count += 1;
  return {
    id: `r${count}`,
    gateway: 'g',
    at: new Date(at).toISOString(),
    outcome: 'refused',
    cause: `unauthorized/${authReason}`,
    title: 'Wrong token',
    evidence: { facts: { cause: 'unauthorized', authReason, remoteAddr }, timeline: [], raw: [] },
  };
};

function failing(startedAt = 0) {
  const state = { startedAt };
  const recent = createRecentFailures({ startedAt: () => state.startedAt, limits: () => LIMITS });
  for (let n = 0; n < 10; n += 1) recent.note(row(NOW + n, '192.0.2.7'));
  return { recent, state };
}
const LOCK = { who: '192.0.2.7', since: NOW + 9, until: NOW + 9 + 2 * HOUR, sure: true };

test('a lock of two hours outlasts what fails half an hour later', () => {
  const { recent } = failing();
  recent.note(row(NOW + HOUR, '192.0.2.99'));
  expect(recent.locks(NOW + HOUR)).toMatchObject([LOCK]);
  expect(recent.locks(NOW + 2 * HOUR + 10)).toEqual([]);
});

test('thousands of newer refusals neither push a lock out nor make it longer or unsure', () => {
  const { recent } = failing();
  for (let n = 0; n < 8000; n += 1) recent.note(row(NOW + 60_000 + n, n % 2 ? '192.0.2.7' : `198.51.100.${n % 250}`, 'rate_limited'));
  const [first] = recent.locks(NOW + HOUR).filter((lock) => lock.who === LOCK.who);
  expect(first).toMatchObject(LOCK);
});

test('a restart of the gateway ends a lock, also one whose refusals were let go', () => {
  const { recent, state } = failing();
  for (let n = 0; n < 8000; n += 1) recent.note(row(NOW + 60_000 + n, '192.0.2.99'));
  expect(recent.locks(NOW + HOUR).map((lock) => lock.who)).toContain(LOCK.who);
  state.startedAt = NOW + HOUR;
  expect(recent.locks(NOW + HOUR)).toEqual([]);
});
