import { expect, test } from 'vitest';
import { readPaired } from '../gateway/records.ts';
import { changeText } from './change-words.ts';
import { type DeviceState, differencesOf, stateOf } from './differences.ts';

const ID = 'ab'.repeat(32);

/** A row as 2026.4.14 lists it, read by the one reader of rows. */
function state(over: Record<string, unknown> = {}): DeviceState {
  const row = readPaired({
    deviceId: ID,
    publicKey: 'key-1',
    platform: 'linux',
    clientId: 'cli',
    clientMode: 'cli',
    role: 'operator',
    roles: ['operator'],
    scopes: ['operator.read'],
    createdAtMs: 1000,
    approvedAtMs: 1000,
    tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1000 }],
    ...over,
  });
  if (!row) throw new Error('the row of the test cannot be read');
  return stateOf(row);
}

const token = (over: Record<string, unknown> = {}) => [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1000, ...over }];
const kinds = (before: DeviceState | undefined, after: DeviceState | undefined) => differencesOf(before, after).map((d) => d.kind);

test('a reading that shows the same again is no difference', () => {
  expect(differencesOf(state(), state())).toEqual([]);
  expect(kinds(state({ scopes: ['operator.read', 'operator.write'] }), state({ scopes: ['operator.write', 'operator.read'] }))).toEqual([]);
});

test('a grant says what it gave, and a scope that was implied already is not given', () => {
  const [grew] = differencesOf(state(), state({ scopes: ['operator.read', 'operator.write'], approvedAtMs: 2000 }));
  expect(grew).toMatchObject({ kind: 'scopes-grew', gained: { scopes: ['operator.write'] }, toldAtMs: 2000 });
  expect(kinds(state({ scopes: ['operator.admin'] }), state({ scopes: ['operator.admin', 'operator.write'] }))).toEqual([]);
});

test('the token that a grant brings along is no news of its own', () => {
  const after = state({ scopes: ['operator.write'], tokens: token({ scopes: ['operator.read', 'operator.write'], rotatedAtMs: 2000 }) });
  expect(kinds(state(), after)).toEqual(['scopes-grew']);
});

test('a row that the gateway made at another time is another pairing, which gives everything anew', () => {
  const [anew] = differencesOf(state(), state({ createdAtMs: 5000 }));
  expect(anew).toMatchObject({ kind: 'paired-anew', gained: { roles: ['operator'], scopes: ['operator.read'] } });
  expect(kinds(state(), state({ publicKey: 'key-2' }))).toEqual(['paired-anew']);
});

test('a role that comes is told with what comes with it', () => {
  const [moved] = differencesOf(state(), state({ roles: ['operator', 'node'] }));
  expect(moved).toMatchObject({ kind: 'roles-changed', gained: { roles: ['node'], scopes: [] } });
});

test.each([
  ['token-revoked', { revokedAtMs: 3000 }],
  ['token-rotated', { rotatedAtMs: 3000 }],
])('work on a token is told: %s', (kind, over) => {
  const [found] = differencesOf(state(), state({ tokens: token(over) }));
  expect(found).toMatchObject({ kind, role: 'operator', toldAtMs: 3000 });
});

test('a token that holds less than before is narrowed, whatever else was done with it', () => {
  const wide = state({ scopes: ['operator.write'], tokens: token({ scopes: ['operator.read', 'operator.write'] }) });
  const [found] = differencesOf(wide, state({ scopes: ['operator.write'], tokens: token({ rotatedAtMs: 3000 }) }));
  expect(found).toMatchObject({ kind: 'token-narrowed', lost: { scopes: ['operator.write'] } });
});

test('a token that was revoked and is there again was issued', () => {
  expect(kinds(state({ tokens: token({ revokedAtMs: 3000 }) }), state({ tokens: token({ createdAtMs: 4000 }) }))).toEqual(['token-issued']);
  expect(kinds(state({ tokens: token({ revokedAtMs: 3000 }) }), state({ tokens: token({ revokedAtMs: 3000 }) }))).toEqual([]);
});

test('coming, going, a new name and another platform are told', () => {
  expect(kinds(undefined, state())).toEqual(['paired']);
  expect(kinds(state(), undefined)).toEqual(['removed']);
  expect(kinds(undefined, undefined)).toEqual([]);
  expect(differencesOf(state(), state({ operatorLabel: 'desk' }))).toMatchObject([{ kind: 'renamed', before: 'cli', after: 'desk' }]);
  expect(differencesOf(state(), state({ platform: 'darwin', deviceFamily: 'Mac' }))).toMatchObject([
    { kind: 'platform-changed', before: 'linux', after: 'darwin, Mac' },
  ]);
});

test('what loses scopes says so, and a swap is both', () => {
  expect(kinds(state({ scopes: ['operator.write'] }), state())).toEqual(['scopes-shrank']);
  expect(kinds(state({ scopes: ['operator.pairing'] }), state())).toEqual(['scopes-grew', 'scopes-shrank']);
});

test('how a row was admitted is told of a grant only where it is about that grant', () => {
  const owner = state({ approvedVia: 'owner' });
  const [grew] = differencesOf(owner, state({ approvedVia: 'owner', scopes: ['operator.admin'], approvedAtMs: 2000 }));
  expect(grew?.via).toBeUndefined();
  expect(differencesOf(undefined, owner)[0]?.via).toBe('owner');
  expect(differencesOf(state(), state({ approvedVia: 'owner', scopes: ['operator.write'] }))[0]?.via).toBe('owner');
});

test('a token that holds more than before is told with what it got, also where its row says nothing of a rotation', () => {
  const approved = ['operator.read', 'operator.write'];
  const wide = token({ scopes: approved });
  const before = state({ scopes: approved });
  const [silent] = differencesOf(before, state({ scopes: approved, tokens: wide }));
  expect(silent).toMatchObject({ kind: 'token-rotated', gained: { scopes: ['operator.write'] }, role: 'operator' });
  expect(silent?.toldAtMs).toBeUndefined();
  const [rotated] = differencesOf(before, state({ scopes: approved, tokens: token({ scopes: approved, rotatedAtMs: 3000 }) }));
  expect(rotated).toMatchObject({ kind: 'token-rotated', gained: { scopes: ['operator.write'] }, toldAtMs: 3000 });
  if (rotated) expect(changeText(rotated, { kind: 'device' })).toBe('Its operator token was rotated to more scopes; it got write.');
});

test('a token that goes while its role stays is told once, and one that goes with its role or was revoked is not', () => {
  const [gone] = differencesOf(state(), state({ tokens: [] }));
  expect(gone).toMatchObject({ kind: 'token-removed', role: 'operator', lost: { scopes: ['operator.read'] } });
  if (gone) expect(changeText(gone, { kind: 'unknown' })).toContain('Its operator token is gone from its row; it held read.');
  expect(kinds(state({ tokens: [] }), state({ tokens: [] }))).toEqual([]);
  expect(kinds(state({ tokens: token({ revokedAtMs: 2000 }) }), state({ tokens: [] }))).toEqual([]);
  expect(kinds(state({ roles: ['operator', 'node'] }), state({ roles: ['node'], role: 'node', tokens: [] }))).toEqual(['roles-changed']);
});

test('a token in the place of a revoked one gives back what was taken; the first one of a role gives nothing beside its grant', () => {
  const revoked = state({ tokens: token({ revokedAtMs: 2000 }) });
  expect(differencesOf(revoked, state({ tokens: token({ rotatedAtMs: 3000 }) }))).toMatchObject([
    { kind: 'token-issued', gained: { scopes: ['operator.read'] }, toldAtMs: 3000 },
  ]);
  expect(differencesOf(state({ tokens: [] }), state())).toMatchObject([{ kind: 'token-issued', gained: { scopes: [] } }]);
});

test('an owner’s approval does not vouch for what a row got while nobody was asked', () => {
  const grown = { scopes: ['operator.read', 'operator.admin'], approvedAtMs: 2000, approvedVia: 'owner' };
  expect(differencesOf(state({ approvedVia: 'silent' }), state(grown))[0]).not.toHaveProperty('via');
  expect(differencesOf(state({ approvedVia: 'bootstrap' }), state(grown))[0]).toMatchObject({ via: 'owner' });
  expect(differencesOf(state({ approvedVia: 'silent' }), state({ ...grown, approvedVia: 'trusted-proxy' }))[0]).toMatchObject({
    via: 'trusted-proxy',
  });
});
