// A rejection by any other tool counts as a person's, unless the same device's next request took the place of the rejected one.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { PendingRequest } from '#lib/gateway/records.ts';
import { createRefusedElsewhere, type Rejection } from './refused-elsewhere.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ask = (requestId: string, ts: number, deviceId = 'd1'): PendingRequest => ({
  requestId,
  deviceId,
  publicKey: 'pk',
  roles: ['operator'],
  scopes: [],
  silent: false,
  isRepair: true,
  ts,
});
const word = (requestId: string, ts: number, decision = 'rejected') => ({ requestId, deviceId: 'd1', decision, ts });

function watch() {
  const rejected: Rejection[] = [];
  const cleared: string[] = [];
  const elsewhere = createRefusedElsewhere({
    onRejected: (r) => Promise.resolve(void rejected.push(r)),
    onCleared: (id) => void cleared.push(id),
  });
  onTestFinished(elsewhere.dispose);
  return { elsewhere, rejected, cleared, later: () => vi.advanceTimersByTimeAsync(2000) };
}

test('a rejection that was nobody’s here is told after a moment, and the key is under suspicion until then', async () => {
  const { elsewhere, rejected, later } = watch();
  elsewhere.note(ask('r1', 100));
  elsewhere.resolved(word('r1', 500), ask('r1', 100));
  expect(elsewhere.suspects('d1')).toBe(true);
  await later();
  expect(rejected).toEqual([{ requestId: 'r1', deviceId: 'd1', publicKey: 'pk', askedAt: 100, ts: 500 }]);
  expect(elsewhere.suspects('d1')).toBe(false);
});

test('a request that the device’s next one replaced was not rejected, whichever is heard first', () => {
  const first = watch();
  first.elsewhere.note(ask('r1', 100));
  first.elsewhere.note(ask('r2', 499));
  first.elsewhere.resolved(word('r1', 500), ask('r1', 100));
  first.later();
  const second = watch();
  second.elsewhere.note(ask('r1', 100));
  second.elsewhere.resolved(word('r1', 500), ask('r1', 100));
  second.elsewhere.note(ask('r2', 499));
  expect(second.elsewhere.suspects('d1')).toBe(false);
  expect(second.cleared).toEqual(['d1']);
  second.later();
  expect([...first.rejected, ...second.rejected]).toEqual([]);
});

test('a request made after the word does not undo it', async () => {
  const { elsewhere, rejected, later } = watch();
  elsewhere.note(ask('r1', 100));
  elsewhere.resolved(word('r1', 500), ask('r1', 100));
  elsewhere.note(ask('r2', 501));
  expect(elsewhere.suspects('d1')).toBe(true);
  await later();
  expect(rejected).toHaveLength(1);
});

test('another device’s request does not undo it either', async () => {
  const { elsewhere, rejected, later } = watch();
  elsewhere.resolved(word('r1', 500), ask('r1', 100));
  elsewhere.note(ask('r2', 300, 'd2'));
  await later();
  expect(rejected).toHaveLength(1);
});

test('our own decisions, approvals, unknown requests and garbage are no rejections elsewhere', async () => {
  const { elsewhere, rejected, later } = watch();
  elsewhere.own('r1');
  elsewhere.resolved(word('r1', 500), ask('r1', 100));
  elsewhere.resolved(word('r2', 500, 'approved'), ask('r2', 100));
  elsewhere.resolved(word('r3', 500), undefined);
  for (const payload of [undefined, null, 'x', {}, { requestId: 7, decision: 'rejected' }]) elsewhere.resolved(payload, ask('r4', 100));
  await later();
  expect(rejected).toEqual([]);
  expect(elsewhere.suspects('d1')).toBe(false);
});

test('after it was disposed it tells nothing', async () => {
  const { elsewhere, rejected, later } = watch();
  elsewhere.resolved(word('r1', 500), ask('r1', 100));
  elsewhere.dispose();
  await later();
  expect(rejected).toEqual([]);
});
