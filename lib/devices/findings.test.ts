// What is odd is found, and nothing is said to be odd that the gateway only does not tell.
import { expect, test } from 'vitest';
import type { PairedDevice } from '../gateway/records.ts';
import { type Found, findingsOf, type Known } from './findings.ts';

const DAY = 24 * 3_600_000;
const NOW = 100 * DAY;
const KNOWN: Known = {
  list: undefined,
  seen: undefined,
  mismatchMs: undefined,
  unclicked: 0,
  isConsole: false,
  isHostKey: false,
  nowMs: NOW,
};
/** Of 2026.9.6: paired ten days ago, used since, with a token as wide as its approval. */
const ROW: PairedDevice = {
  deviceId: 'd1',
  publicKey: 'pk',
  clientId: 'gateway-client',
  clientMode: 'ui',
  roles: ['operator'],
  scopes: ['operator.read', 'operator.write'],
  createdAtMs: NOW - 10 * DAY,
  approvedAtMs: NOW - 10 * DAY,
  lastSeenAtMs: NOW - DAY,
  connected: false,
  tokens: [{ role: 'operator', scopes: ['operator.read', 'operator.write'], createdAtMs: NOW - 10 * DAY }],
};
const found = (row: Partial<PairedDevice> = {}, known: Partial<Known> = {}): Found[] =>
  findingsOf({ ...ROW, ...row }, { ...KNOWN, ...known });
const codes = (row: Partial<PairedDevice> = {}, known: Partial<Known> = {}) => found(row, known).map(({ code }) => code);
const token = (over: Partial<PairedDevice['tokens'][number]> = {}) => [{ role: 'operator', scopes: ROW.scopes, createdAtMs: 1, ...over }];

test('a device that is used and as it was approved has nothing odd', () => {
  expect(codes()).toEqual([]);
});

test('a token that carries less than the approval is narrower, and what it lacks is named', () => {
  const narrow = found({ tokens: token({ scopes: ['operator.read'], rotatedAtMs: 5 }) });
  expect(narrow).toEqual([{ code: 'token-narrower', role: 'operator', lacks: ['operator.write'], sinceMs: 5 }]);
});

test('what a scope implies is not missing: write reads, admin does all, and both open sessions', () => {
  expect(codes({ scopes: ['operator.read', 'operator.write'], tokens: token({ scopes: ['operator.write'] }) })).toEqual([]);
  expect(codes({ scopes: ['operator.read', 'operator.talk.secrets'], tokens: token({ scopes: ['operator.admin'] }) })).toEqual([]);
  expect(codes({ scopes: ['operator.read', 'operator.sessions.read'], tokens: token({ scopes: ['operator.read'] }) })).toEqual([]);
  expect(codes({ scopes: ['operator.admin', 'operator.of.tomorrow'], tokens: token({ scopes: ['operator.admin'] }) })).toEqual([]);
  expect(codes({ scopes: ['operator.sessions.write'], tokens: token({ scopes: ['operator.read'] }) })).toEqual(['token-narrower']);
});

test('a role without a token is told, a revoked token is not a missing one', () => {
  expect(found({ tokens: [] })).toEqual([{ code: 'token-missing', role: 'operator', sinceMs: ROW.approvedAtMs }]);
  expect(codes({ tokens: token({ revokedAtMs: NOW - DAY / 2 }), lastSeenAtMs: NOW - DAY })).toEqual([]);
});

test('revoked, but connecting: by what names the key, and only perhaps by what does not', () => {
  const revoked = { tokens: token({ revokedAtMs: NOW - DAY / 2 }) };
  const told = { code: 'revoked-but-connecting', sinceMs: NOW - DAY / 2 };
  expect(found({ ...revoked, connected: true })).toEqual([told]);
  expect(found({ ...revoked, lastSeenAtMs: NOW - 5 })).toEqual([told]);
  expect(found(revoked, { seen: { failedMs: NOW - 5 } })).toEqual([told]);
  expect(found(revoked, { list: { roleAsks: { sinceMs: NOW - 5 } } })).toEqual([told]);
  expect(found(revoked, { mismatchMs: NOW - 5 })).toEqual([{ ...told, doubtful: true }]);
  expect(found(revoked, { seen: { failedMs: NOW - DAY } })).toEqual([]);
  // Another token of it is in use: nothing shows that the revoked one is.
  const another = [...revoked.tokens, { role: 'node', scopes: [], createdAtMs: 1 }];
  expect(codes({ roles: ['operator', 'node'], tokens: another, connected: true })).toEqual(['mixed-roles']);
});

test('a revocation that was undone is told though the row does not show it any more', () => {
  expect(found({}, { seen: { revocationUndone: { atMs: 7 } } })).toEqual([{ code: 'revoked-but-connecting', sinceMs: 7 }]);
});

test('a narrowing that was undone is told as long as its token is there and valid', () => {
  const seen = { narrowingUndone: { atMs: 7, role: 'operator' } };
  expect(found({}, { seen })).toEqual([{ code: 'token-wide-again', sinceMs: 7 }]);
  expect(codes({ tokens: token({ revokedAtMs: NOW - DAY / 2 }), lastSeenAtMs: NOW - DAY }, { seen })).toEqual([]);
  expect(codes({ tokens: [] }, { seen })).toEqual(['token-missing']);
});

const UPGRADED = {
  approvedAtMs: NOW - DAY / 2,
  tokens: token({ rotatedAtMs: NOW - DAY / 2, lastUsedAtMs: NOW - DAY }),
};

test('approved and refused ever since: a new token that nothing used, beside refusals of a client like it', () => {
  expect(found(UPGRADED, { mismatchMs: NOW - 5 })).toEqual([
    { code: 'looping-after-approval', sinceMs: UPGRADED.approvedAtMs, doubtful: true },
  ]);
});

test('no loop is told of a device that was seen since, is connected, or of refusals from before', () => {
  expect(codes(UPGRADED)).toEqual([]);
  expect(codes(UPGRADED, { mismatchMs: NOW - DAY })).toEqual([]);
  expect(codes({ ...UPGRADED, lastSeenAtMs: NOW - 5 }, { mismatchMs: NOW - 5 })).toEqual([]);
  expect(codes({ ...UPGRADED, connected: true }, { mismatchMs: NOW - 5 })).toEqual([]);
  expect(codes({ ...UPGRADED, tokens: token({ rotatedAtMs: NOW - DAY }) }, { mismatchMs: NOW - 5 })).toEqual([]);
});

test('a change of platform waits, or was turned down', () => {
  const waits = { requestId: 'r1', sinceMs: 5, platform: 'darwin' };
  expect(found({}, { list: { platformAsks: waits } })).toEqual([
    { code: 'platform-changed', sinceMs: 5, waits: { requestId: 'r1', platform: 'darwin' } },
  ]);
  expect(found({}, { seen: { platformRefused: { atMs: 9 } } })).toEqual([{ code: 'platform-changed', sinceMs: 9 }]);
});

test('never used and not seen are told only where the gateway tells who is connected', () => {
  const old = { createdAtMs: NOW - 50 * DAY, approvedAtMs: NOW - 50 * DAY, lastSeenAtMs: undefined };
  expect(codes(old)).toEqual(['never-used']);
  expect(codes({ ...old, connected: undefined })).toEqual([]);
  expect(codes({ ...old, lastSeenAtMs: NOW - 40 * DAY })).toEqual(['not-seen']);
  expect(codes({ ...old, lastSeenAtMs: NOW - 40 * DAY, connected: undefined })).toEqual([]);
  expect(codes({ ...old, lastSeenAtMs: NOW - 29 * DAY })).toEqual([]);
  expect(codes({ ...old, lastSeenAtMs: NOW - 40 * DAY, connected: true })).toEqual([]);
  expect(codes({ ...old, tokens: token({ lastUsedAtMs: NOW - DAY }) })).toEqual([]);
  expect(codes(old, { isConsole: true })).toEqual([]);
  expect(codes(old, { isHostKey: true })).toEqual([]);
});

test('one that the gateway let in by itself was seen as it was paired: that alone is no use', () => {
  const silent = { createdAtMs: NOW - 2 * DAY, approvedAtMs: NOW - 2 * DAY, lastSeenAtMs: NOW - 2 * DAY - 4, approvedVia: 'silent' };
  expect(codes(silent)).toEqual(['never-used']);
  expect(codes({ ...silent, createdAtMs: NOW - DAY / 2, lastSeenAtMs: NOW - DAY / 2 })).toEqual([]);
});

test('probes and tests, several keys, two roles, grants nobody clicked and returns are told, the gravest first', () => {
  expect(codes({ clientMode: 'probe' })).toEqual(['ephemeral']);
  expect(codes({ clientId: 'openclaw-probe' })).toEqual(['ephemeral']);
  expect(
    codes(
      { roles: ['node', 'operator'], tokens: [...token(), { role: 'node', scopes: [], createdAtMs: 1 }] },
      { unclicked: 1, seen: { cameBack: { atMs: 1 } }, list: { alike: { count: 2, used: 'd1' } } },
    ),
  ).toEqual(['silent-grant', 'came-back', 'many-keys', 'mixed-roles']);
});
