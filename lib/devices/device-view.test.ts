// Who holds what, and how it came by it: never "somebody clicked" where nobody did.
import { expect, test } from 'vitest';
import type { PairedDevice } from '#lib/gateway/records.ts';
import type { LedgerEntry } from '#lib/store/ledger.ts';
import { deviceView } from './device-view.ts';

const ROW: PairedDevice = {
  deviceId: 'd1',
  publicKey: 'pk',
  roles: ['operator'],
  scopes: ['operator.admin', 'operator.read'],
  tokens: [{ role: 'operator', scopes: ['operator.read'], revokedAtMs: 5 }],
  createdAtMs: 1000,
};
const entry = (over: Partial<LedgerEntry>): LedgerEntry => ({ gateway: 'g', deviceId: 'd1', publicKey: 'pk', ...over });
type Known = Parameters<typeof deviceView>[2];
const view = (row: Partial<PairedDevice> = {}, known: Partial<Known> = {}) =>
  deviceView(
    'g',
    { ...ROW, ...row },
    { ledger: undefined, consoleId: 'c', hostKeyId: undefined, silently: false, unclicked: 0, findings: [], ...known },
  );
const byRule = entry({ approved: { atMs: 2000, by: 'rule Local tools', rowMs: 1000 } });
const byPerson = entry({ approved: { atMs: 2000, by: 'operator', rowMs: 1000 } });

test('a row is shown with scopes in order, its risk and its tokens', () => {
  expect(view({ createdAtMs: 0, lastSeenAtMs: 1000 })).toMatchObject({
    scopes: ['operator.read', 'operator.admin'],
    risk: 'admin',
    tokens: [{ role: 'operator', scopes: ['operator.read'], revoked: true }],
    createdAt: '1970-01-01T00:00:00.000Z',
    lastSeenAt: '1970-01-01T00:00:01.000Z',
    isConsole: false,
    isHostKey: false,
  });
  expect(view()).not.toHaveProperty('lastSeenAt');
});

test.each([
  ['owner', 'operator'],
  ['silent', 'silent'],
  ['trusted-cidr', 'silent'],
  ['ssh-verified', 'ssh'],
  ['bootstrap', 'bootstrap'],
  ['something-new', 'unknown'],
  ['constructor', 'unknown'],
])('a gateway that says %s is shown as %s', (approvedVia, how) => {
  expect(view({ approvedVia }).approvedHow).toBe(how);
});

test('where the gateway does not say, the console’s own record does, and then its log', () => {
  expect(view({}, { ledger: byPerson }).approvedHow).toBe('operator');
  expect(view({}, { ledger: byRule }).approvedHow).toBe('rule');
  expect(view({}, { silently: true }).approvedHow).toBe('silent');
  expect(view().approvedHow).toBe('unknown');
});

test('a grant of a rule is a rule’s, also where the gateway takes the console for its owner', () => {
  expect(view({ approvedVia: 'owner' }, { ledger: byRule }).approvedHow).toBe('rule');
});

test('a name given on the gateway outweighs the caller’s own', () => {
  expect(view({ label: 'Laptop', displayName: 'x' }).displayName).toBe('Laptop');
});

test('what people said of the key is on it', () => {
  const known = entry({ vouched: { atMs: 1, by: 'operator', rowMs: 1000 }, refused: { atMs: 1, by: 'operator', why: 'rejected' } });
  expect(view({}, { ledger: known, consoleId: 'd1', hostKeyId: 'd1' })).toMatchObject({
    vouched: true,
    vouchedBy: 'operator',
    refused: true,
    inLedger: false,
    isConsole: true,
    isHostKey: true,
  });
});
