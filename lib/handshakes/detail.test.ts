// One row, opened: facts in words, what became of the caller, and nothing about a device that is only a claim.
import { describe, expect, test } from 'vitest';
import type { HandshakeView } from '../api/shapes.ts';
import type { Place } from '../diagnosis/entry.ts';
import { aftermathOf, detailOf, factsInWords } from './detail.ts';
import { hasProvenKey } from './detail-key.ts';

const AT = '2026-11-22T12:00:00.000Z';
const LATER = '2026-11-22T12:01:00.000Z';
const row = (over: Partial<HandshakeView> = {}): HandshakeView => ({
  id: 'conn-1',
  seq: 100,
  gateway: 'local',
  at: AT,
  outcome: 'waiting',
  cause: 'pairing-required/scope-upgrade',
  title: 'Needs more scopes',
  deviceId: 'd'.repeat(64),
  run: { id: 100, count: 1, firstAt: AT },
  ...over,
});
const later = (over: Partial<HandshakeView>) => row({ id: 'conn-2', seq: 200, at: LATER, ...over });
const PLACE: Place = {
  version: '2026.4.14',
  url: 'ws://127.0.0.1:18789',
  port: 18_789,
  practice: false,
  onThisHost: true,
  configFile: undefined,
  stateDir: undefined,
  authMode: 'token',
  bind: 'loopback',
  trustedProxies: undefined,
  allowedOrigins: undefined,
  autoApproveLocal: undefined,
  rateLimit: undefined,
  isHostKey: false,
  paired: { name: undefined, scopes: ['operator.read'] },
  waits: { requestId: 'd4e471af-9d9e-40db-827f-f741b3ab71f7' },
};

describe('what became of the caller', () => {
  test('nothing since: quiet, since the row itself, without a clock time in words', () => {
    expect(aftermathOf(row(), { failed: row() })).toEqual({ kind: 'quiet', since: AT, text: 'Not refused again since.' });
  });

  test('a row that proves no device speaks of the way of failing, not of a device', () => {
    const wrong = row({ cause: 'unauthorized/token_mismatch', outcome: 'refused' });
    expect(aftermathOf(wrong, {})).toMatchObject({ kind: 'quiet', text: 'Nothing was refused in the same way since.' });
  });

  test('refused again, in the same way or in another', () => {
    expect(aftermathOf(row(), { failed: later({}) })).toMatchObject({
      kind: 'again',
      at: LATER,
      text: 'It was refused again in the same way.',
    });
    const other = later({ cause: 'pairing-required/role-upgrade', title: 'Needs another role' });
    expect(aftermathOf(row(), { failed: other })).toMatchObject({ text: 'It was refused again: Needs another role.' });
  });

  test('somebody who only names the device is not the device', () => {
    const claimed = later({ cause: 'device-auth-invalid/device-signature', title: 'Signature does not fit', outcome: 'refused' });
    expect(aftermathOf(row(), { failed: claimed })).toMatchObject({
      text: 'Somebody who named this device was refused: Signature does not fit.',
    });
  });

  test('a grant alone is no success: quiet since then; a sign-in is one, and says what it does not show', () => {
    const granted = later({ outcome: 'note', cause: 'operator-grant' });
    expect(aftermathOf(row(), { failed: row(), granted })).toMatchObject({ kind: 'quiet', since: LATER });
    const seen = later({ outcome: 'admitted', cause: 'seen-again', derived: true });
    expect(aftermathOf(row(), { failed: row(), admitted: seen })).toEqual({
      kind: 'admitted',
      at: LATER,
      derived: true,
      text: 'The device signed in after that. Whether with these scopes is not shown.',
    });
  });

  test('what was before the row does not count', () => {
    const before = row({ id: 'conn-0', seq: 50, at: '2026-11-22T11:00:00.000Z', outcome: 'admitted', cause: 'seen-again' });
    expect(aftermathOf(row(), { admitted: before })).toMatchObject({ kind: 'quiet' });
  });

  test('refused again after a sign-in counts as refused again', () => {
    const seen = later({ outcome: 'admitted', cause: 'seen-again' });
    const failed = later({ id: 'conn-3', seq: 300, at: '2026-11-22T12:02:00.000Z' });
    expect(aftermathOf(row(), { failed, admitted: seen })).toMatchObject({ kind: 'again' });
  });

  test.each(['admitted', 'note', 'gap'] as const)('rows of outcome %s have none', (outcome) => {
    expect(aftermathOf(row({ outcome }), { failed: later({}) })).toBeUndefined();
  });
});

describe('the whole of a row', () => {
  const facts = { cause: 'pairing-required', reason: 'scope-upgrade', scopesTo: ['operator.admin'], durationMs: 14 };
  const evidence = { facts, timeline: [], raw: ['{}'] };

  test('names each fact, with its unit', () => {
    expect(factsInWords(facts)).toEqual([
      { name: 'Cause', text: 'pairing-required' },
      { name: 'Reason', text: 'scope-upgrade' },
      { name: 'Scopes asked', text: 'operator.admin' },
      { name: 'Lasted', text: '14 ms' },
    ]);
  });

  test('explains it for its place and shows the request that waits', () => {
    const detail = detailOf({ row: row(), evidence, place: PLACE, since: {} });
    expect(detail.diagnosis).toMatchObject({ key: 'pairing-required/scope-upgrade', known: true });
    expect(JSON.stringify(detail.diagnosis?.remedies)).toContain('openclaw devices approve d4e471af-9d9e-40db-827f-f741b3ab71f7');
    expect(detail.waits).toEqual({ requestId: 'd4e471af-9d9e-40db-827f-f741b3ab71f7' });
  });

  test('of a gateway that is looked after no more is shown without an explanation', () => {
    const detail = detailOf({ row: row(), evidence, place: undefined, since: {} });
    expect(detail.diagnosis).toBeUndefined();
    expect(detail.raw).toEqual(['{}']);
  });
});

test.each([
  ['pairing-required/not-paired', true],
  ['pairing-required/scope-upgrade', true],
  ['seen-again', true],
  ['token-revoked', true],
  ['unauthorized/device_token_mismatch', false],
  ['device-auth-invalid/device-signature', false],
  ['origin-mismatch', false],
])('the device of a row of cause %s is proven: %s', (cause, proven) => {
  expect(hasProvenKey({ cause, deviceId: 'd' })).toBe(proven);
});

test('a row without a device proves none', () => {
  expect(hasProvenKey({ cause: 'pairing-required/not-paired' })).toBe(false);
});
