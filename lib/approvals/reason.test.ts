// Why a request waits, and when two records are the same wish.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PairedDevice, PendingRequest } from '#lib/gateway/records.ts';
import { type BoundContent, contentKey, pairedRowOf, reasonOf } from './reason.ts';

const row: PairedDevice = { deviceId: 'd', publicKey: 'pk', roles: ['operator'], scopes: ['operator.read'], platform: 'linux', tokens: [] };
const ask = (over: Partial<PendingRequest> = {}): PendingRequest => ({
  requestId: 'r',
  deviceId: 'd',
  publicKey: 'pk',
  roles: ['operator'],
  scopes: ['operator.write'],
  platform: 'linux',
  silent: false,
  isRepair: true,
  ts: 0,
  ...over,
});

test.each([
  ['scope-upgrade', ask(), row],
  ['new-device', ask(), undefined],
  ['role-upgrade', ask({ roles: ['node', 'operator'] }), row],
  ['metadata-change', ask({ platform: 'darwin' }), row],
  ['metadata-change', ask({ deviceFamily: 'Mac' }), row],
  ['metadata-change', ask({ deviceFamily: 'Mac' }), { ...row, deviceFamily: 'Linux' }],
  ['scope-upgrade', ask({ platform: ' LINUX ' }), row],
  ['unchanged', ask({ scopes: ['operator.read'] }), row],
  ['scope-upgrade', ask({ scopes: [] }), row],
  ['scope-upgrade', ask({ scopes: ['strange'] }), row],
])('%s', (reason, request, paired) => {
  expect(reasonOf(request, paired)).toBe(reason);
});

test('the paired row is that of id and public key, never of the id alone', () => {
  expect(pairedRowOf([row], ask())).toBe(row);
  expect(pairedRowOf([row], ask({ publicKey: 'other' }))).toBeUndefined();
  expect(pairedRowOf([row], ask({ deviceId: 'other' }))).toBeUndefined();
});

const text = fc.string({ maxLength: 4 });
const content: fc.Arbitrary<BoundContent> = fc.record({
  deviceId: text,
  publicKey: text,
  roles: fc.array(text, { maxLength: 3 }),
  scopes: fc.array(text, { maxLength: 3 }),
  platform: fc.option(text, { nil: undefined }),
  deviceFamily: fc.option(text, { nil: undefined }),
});

test('order and doubles of scopes and roles do not make another wish', () => {
  fc.assert(
    fc.property(content, (c) => {
      const mixed = { ...c, roles: [...c.roles, ...c.roles].reverse(), scopes: [...c.scopes].reverse().concat(c.scopes) };
      expect(contentKey(mixed)).toBe(contentKey(c));
    }),
  );
});

test('wishes with the same key are equal in all that a decision binds', () => {
  const set = (list: readonly string[]) => [...new Set(list.map((s) => s.trim()))].sort();
  fc.assert(
    fc.property(content, content, (a, b) => {
      const equal =
        a.deviceId === b.deviceId &&
        a.publicKey === b.publicKey &&
        a.platform === b.platform &&
        a.deviceFamily === b.deviceFamily &&
        JSON.stringify(set(a.roles)) === JSON.stringify(set(b.roles)) &&
        JSON.stringify(set(a.scopes)) === JSON.stringify(set(b.scopes));
      expect(contentKey(a) === contentKey(b)).toBe(equal);
    }),
  );
});

test.each(['deviceId', 'publicKey', 'platform', 'deviceFamily'] as const)('another %s is another wish', (field) => {
  const base = { deviceId: 'd', publicKey: 'pk', roles: ['operator'], scopes: ['operator.read'], platform: 'linux', deviceFamily: 'Linux' };
  expect(contentKey({ ...base, [field]: 'other' })).not.toBe(contentKey(base));
});
