import { expect, test } from 'vitest';
import { attributionOf, isUnclicked, type KnownOf } from './attribution.ts';
import type { Difference } from './differences.ts';

const ID = 'ab'.repeat(32);
const NOTHING: KnownOf = { decisions: [], takeBacks: [], acts: [], records: [] };
const difference = (over: Partial<Difference> = {}): Difference => ({
  kind: 'scopes-grew',
  deviceId: ID,
  publicKey: 'key-1',
  gained: { roles: [], scopes: ['operator.write'] },
  lost: { roles: [], scopes: [] },
  ...over,
});
const decision = (scopes: string[]) => ({ id: 'd1', atMs: 1, by: 'operator', roles: ['operator'], scopes });
const grant = (how: 'silent' | 'operator') => ({ kind: 'grant' as const, at: 1, how, deviceId: ID, role: 'operator', raw: `line ${how}` });
const worked = (what: 'rotated' | 'revoked' | 'removed' | 'pruned', role?: string) => ({
  kind: 'token' as const,
  at: 1,
  what,
  deviceId: ID,
  role,
  raw: `line ${what}`,
});

test('a grant that a decision of this console covers is its own', () => {
  const { by } = attributionOf(difference(), { ...NOTHING, decisions: [decision(['operator.write'])], records: [grant('operator')] });
  expect(by).toMatchObject({ kind: 'console', decisionId: 'd1' });
});

test('a grant that goes beyond what was decided here is not this console’s: nobody clicked it', () => {
  const found = attributionOf(difference({ gained: { roles: [], scopes: ['operator.admin'] } }), {
    ...NOTHING,
    decisions: [decision(['operator.write'])],
  });
  expect(found.by).toEqual({ kind: 'silent', proof: 'no-decision' });
  const role = attributionOf(difference({ kind: 'roles-changed', gained: { roles: ['node'], scopes: [] } }), {
    ...NOTHING,
    decisions: [decision(['operator.write'])],
  });
  expect(role.by).toEqual({ kind: 'silent', proof: 'no-decision' });
});

test('several approvals between two readings cover a grant together', () => {
  const gained = { roles: [], scopes: ['operator.write', 'operator.pairing'] };
  const decisions = [decision(['operator.write']), { ...decision(['operator.pairing']), id: 'd2' }];
  expect(attributionOf(difference({ gained }), { ...NOTHING, decisions }).by).toMatchObject({ kind: 'console', decisionId: 'd2' });
});

test.each([
  ['the log says that the gateway gave it by itself', {}, { records: [grant('silent')] }, { kind: 'silent', proof: 'log' }],
  ['the row says that it was silent', { via: 'silent' }, {}, { kind: 'silent', proof: 'approved-via' }],
  ['the row says that an address was enough', { via: 'trusted-cidr' }, {}, { kind: 'silent', proof: 'approved-via' }],
  ['the log says that somebody approved it there', {}, { records: [grant('operator')] }, { kind: 'gateway-tools', proof: 'log' }],
  ['the row says that its owner approved it', { via: 'owner' }, {}, { kind: 'gateway-tools', proof: 'approved-via' }],
  ['nothing says anything', {}, {}, { kind: 'silent', proof: 'no-decision' }],
])('%s', (_case, over, known, by) => {
  const found = attributionOf(difference(over), { ...NOTHING, ...known });
  expect(found.by).toEqual(by);
  expect(isUnclicked(difference(), found.by)).toBe(by.kind === 'silent');
});

test('a removal is this console’s when it took the device back, else that of whoever the log shows, else nobody’s', () => {
  const removed = difference({ kind: 'removed', gained: { roles: [], scopes: [] } });
  const taken = { ...NOTHING, takeBacks: [{ id: 't1', atMs: 1, by: 'operator' }], records: [worked('removed')] };
  expect(attributionOf(removed, taken).by).toMatchObject({ kind: 'console', takeBackId: 't1' });
  expect(attributionOf(removed, { ...NOTHING, records: [worked('removed')] })).toEqual({
    by: { kind: 'gateway-tools', proof: 'log' },
    record: 'line removed',
  });
  expect(attributionOf(removed, NOTHING).by).toEqual({ kind: 'unknown' });
  expect(attributionOf(removed, { ...NOTHING, records: [worked('pruned')] }).by).toEqual({ kind: 'gateway', proof: 'log' });
});

test('token work is told by its own kind and role', () => {
  const revoked = difference({ kind: 'token-revoked', gained: { roles: [], scopes: [] }, role: 'operator' });
  expect(attributionOf(revoked, { ...NOTHING, records: [worked('rotated', 'operator')] }).by).toEqual({ kind: 'unknown' });
  expect(attributionOf(revoked, { ...NOTHING, records: [worked('revoked', 'node')] }).by).toEqual({ kind: 'unknown' });
  expect(attributionOf(revoked, { ...NOTHING, records: [worked('revoked', 'operator')] }).by).toMatchObject({ kind: 'gateway-tools' });
  const acts = [{ id: 'a1', atMs: 1, by: 'operator', act: 'revoke', role: 'operator' }];
  expect(attributionOf(revoked, { ...NOTHING, acts }).by).toMatchObject({ kind: 'console', actId: 'a1' });
});

test('a line that is older than the grant does not explain it', () => {
  const grown = difference({ toldAtMs: 60_000 });
  const old = { ...grant('silent'), at: 20_000 };
  expect(attributionOf(grown, { ...NOTHING, records: [old] }).by).toEqual({ kind: 'silent', proof: 'no-decision' });
  const own = { ...grant('operator'), at: 59_500 };
  expect(attributionOf(grown, { ...NOTHING, records: [old, own] }).by).toEqual({ kind: 'gateway-tools', proof: 'log' });
  const approvedBefore = { ...grant('operator'), at: 20_000 };
  expect(attributionOf(grown, { ...NOTHING, records: [approvedBefore] }).by).toEqual({ kind: 'silent', proof: 'no-decision' });
});

test('a silent grant is not covered by an approval that came right after it, whoever gave that', () => {
  const gained = { roles: [], scopes: ['operator.admin'] };
  const records = [grant('silent'), { ...grant('operator'), at: 900 }];
  expect(attributionOf(difference({ gained, toldAtMs: 900 }), { ...NOTHING, records }).by).toEqual({ kind: 'silent', proof: 'log' });
  const known = { ...NOTHING, records, decisions: [decision(['operator.read'])] };
  expect(attributionOf(difference({ gained, toldAtMs: 900 }), known).by).toEqual({ kind: 'silent', proof: 'log' });
});

test('a proxy that vouches for a caller is nobody who clicked', () => {
  expect(attributionOf(difference({ kind: 'paired', via: 'trusted-proxy' }), NOTHING).by).toEqual({
    kind: 'silent',
    proof: 'approved-via',
  });
});

test('a token that gives back what was revoked is a grant, and one that gives more is no act of this console', () => {
  const issued = difference({ kind: 'token-issued', role: 'operator' });
  const found = attributionOf(issued, NOTHING);
  expect(isUnclicked(issued, found.by)).toBe(true);
  const widened = difference({ kind: 'token-rotated', role: 'operator' });
  const acts = [{ id: 'a1', atMs: 1, by: 'Anna', act: 'rotate', role: 'operator' }];
  expect(attributionOf(widened, { ...NOTHING, acts }).by).toEqual({ kind: 'unknown' });
  const rotated = difference({ kind: 'token-rotated', role: 'operator', gained: { roles: [], scopes: [] } });
  expect(attributionOf(rotated, { ...NOTHING, acts }).by).toMatchObject({ kind: 'console', name: 'Anna' });
});
