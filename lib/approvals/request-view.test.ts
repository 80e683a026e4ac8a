// The card of a request: what it has against what it asks, in plain sight, and nothing dressed up.
import { expect, test } from 'vitest';
import type { PairedDevice, PendingRequest } from '#lib/gateway/records.ts';
import { judgement } from '#lib/testing/verdict-case.ts';
import { isStuck, NO_JUDGEMENT, originView, requestView } from './request-view.ts';

const AT = Date.parse('2026-11-22T12:00:00.000Z');
const request: PendingRequest = {
  requestId: 'r1',
  deviceId: 'd1',
  publicKey: 'pk',
  displayName: 'CLI',
  roles: ['operator'],
  scopes: ['operator.admin', 'operator.read', 'operator.write'],
  platform: 'linux',
  silent: false,
  isRepair: true,
  ts: AT,
};
const row: PairedDevice = {
  deviceId: 'd1',
  publicKey: 'pk',
  roles: ['operator'],
  scopes: ['operator.write'],
  platform: 'linux',
  tokens: [],
};
type Input = Parameters<typeof requestView>[0];
const card = (over: Partial<Input> = {}) =>
  requestView({
    gateway: { id: 'g', name: 'this host' },
    request,
    row,
    judgement: NO_JUDGEMENT,
    settled: false,
    verdict: { kind: 'hold', reasons: [] },
    hostKeyId: undefined,
    refusedBefore: false,
    readBack: true,
    refusals: { count: 2, firstAt: AT, lastAt: AT + 1000 },
    stuck: false,
    ...over,
  });

test('it shows what is new against what is held, with what it implies', () => {
  expect(card()).toMatchObject({
    reason: 'scope-upgrade',
    scopes: ['operator.read', 'operator.write', 'operator.admin'],
    heldScopes: ['operator.write'],
    addedScopes: ['operator.admin'],
    resultScopes: ['operator.read', 'operator.write', 'operator.admin'],
    risk: 'admin',
    needsConfirm: ['operator.admin'],
    attempts: { count: 2, firstAt: '2026-11-22T12:00:00.000Z', lastAt: '2026-11-22T12:00:01.000Z' },
    createdAt: '2026-11-22T12:00:00.000Z',
    expiresAt: '2026-11-22T12:05:00.000Z',
    stuck: false,
  });
});

test('unknown scopes stand out and need a second press', () => {
  const odd = card({ request: { ...request, scopes: ['operator.read', 'operator.everything'] } });
  expect(odd).toMatchObject({ unknownScopes: ['operator.everything'], risk: 'admin', needsConfirm: ['operator.everything'] });
});

test('admin, pairing and role node need a second press, read and write do not', () => {
  const confirm = (scopes: string[], roles = ['operator']) => card({ request: { ...request, scopes, roles } }).needsConfirm;
  expect(confirm(['operator.read', 'operator.write'])).toEqual([]);
  expect(confirm(['operator.pairing', 'operator.admin'])).toEqual(['operator.pairing', 'operator.admin']);
  expect(confirm([], ['node'])).toEqual(['node']);
});

test('a silent request is stuck only after a while', () => {
  const silent = { ...request, silent: true };
  expect([AT, AT + 5000, AT + 5001].map((now) => isStuck(silent, now))).toEqual([false, false, true]);
  expect(isStuck(request, AT + 60_000)).toBe(false);
});

test('a new device holds nothing and is named as new', () => {
  expect(card({ row: undefined })).toMatchObject({ reason: 'new-device', heldScopes: [], heldRoles: [] });
});

test('the origin is put in words with who asked, and before it is known nothing is claimed', () => {
  expect(originView(judgement('host-key'), true)).toMatchObject({
    origin: 'host-key',
    assurance: 'peer',
    askedBy: 'other-process',
    summary: 'Signed by this host’s own key: you, or any agent; asked by a process of its own; 2 of 2 attempts local.',
  });
  expect(originView(judgement('host-key', { askedBy: 'gateway-process' }), true).summary).toMatch(/asked by the gateway process/);
  expect(originView(judgement('loopback', { askedBy: undefined }), true).summary).toMatch(
    /clean loopback; the asking process was not seen/,
  );
  expect(originView(NO_JUDGEMENT, false)).toEqual({
    origin: 'unknown',
    summary: 'Looking at where it came from.',
    facts: [],
    settled: false,
  });
  expect(originView(NO_JUDGEMENT, true).summary).toBe('Nothing shows where it came from.');
});

test('of what speaks against it, a contradiction is told before what is merely missing', () => {
  const facts = [
    { name: 'canary', label: 'Canary', text: 'No canary.' },
    { name: 'records', label: 'Records', held: false, text: 'It was forwarded.' },
  ] as const;
  expect(originView(judgement('loopback', { origin: 'proxied', facts: [...facts] }), true).summary).toBe('It was forwarded.');
  expect(originView(judgement('loopback', { origin: 'unknown', facts: [facts[0]] }), true).summary).toBe('No canary.');
});
