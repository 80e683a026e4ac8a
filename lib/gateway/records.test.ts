// Pairing records at the door: what cannot be read is counted, what a caller wrote is cut, and no bearer token comes in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordedJson } from '#lib/testing/recorded.ts';
import { callerString, createListReader, readApproved, readPaired, readPairingList, readPending } from './records.ts';

const PENDING = {
  requestId: 'r1',
  deviceId: 'd1',
  publicKey: 'pk',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  silent: false,
  isRepair: true,
  ts: 1,
};
const PAIRED = {
  deviceId: 'd1',
  publicKey: 'pk',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1 }],
};

test('the recorded lists of both versions are read whole', () => {
  const older = readPairingList(recordedJson('2026.4.14', 'device.pair.list.json'));
  expect([older.pending.length, older.unread]).toEqual([3, 0]);
  expect(older.pending.map((p) => [p.roles, p.scopes, p.platform, p.isRepair])).toEqual([
    [['operator'], ['operator.write'], 'linux', false],
    [['operator'], ['operator.admin'], 'linux', false],
    [['operator'], ['operator.read'], 'darwin', true],
  ]);
  const newer = readPairingList(recordedJson('2026.9.6-default', 'device.pair.list.json'));
  expect(newer).toMatchObject({
    unread: 0,
    paired: [{ approvedVia: 'silent', connected: false, lastSeenAtMs: 1795344489184, scopes: ['operator.admin'] }],
  });
  expect(readPairingList(recordedJson('2026.9.6-manual', 'device.pair.list.json'))).toMatchObject({
    unread: 0,
    pending: [{ scopes: ['operator.admin'] }],
  });
});

test('a name that forges a log line is shown as one harmless line', () => {
  const [first] = readPairingList(recordedJson('2026.4.14', 'device.pair.list.json')).pending;
  expect(first?.displayName).toBe('<img src=x onerror=alert(1)>\u{FFFD}closed before connect conn=fake remote=127.0.0.1');
});

test('strings of a caller have at most 200 characters and none that disguise', () => {
  expect(callerString('x'.repeat(300))).toBe(`${'x'.repeat(199)}…`);
  expect(callerString('x'.repeat(200))).toBe('x'.repeat(200));
  expect(callerString('a\u0000b\u202ec\u200bd\ne\u2028f')).toBe('a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f');
  // Half a character, sent so or left by the cut: it breaks every address that it is put into.
  expect(callerString('a\ud800b')).toBe('a\u{FFFD}b');
  expect(callerString('\u{1F4A5}'.repeat(101)).isWellFormed()).toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const out = callerString(text);
      expect(out.length).toBeLessThanOrEqual(200);
      expect(out).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});

const UNREADABLE: [string, Record<string, unknown>][] = [
  ['no id', { requestId: '' }],
  ['a long id', { requestId: 'r'.repeat(201) }],
  ['no device', { deviceId: undefined }],
  ['an id that no address can hold', { requestId: 'r\ud800' }],
  ['an id that ends a line', { deviceId: 'd\r\n1' }],
  ['an id that turns its direction', { publicKey: 'p\u202ek' }],
  ['no key', { publicKey: 7 }],
  ['no time', { ts: 'now' }],
  ['scopes in one string', { scopes: 'operator.read' }],
  ['a scope that is no text', { scopes: ['operator.read', 7] }],
  ['null for scopes', { scopes: null }],
  ['roles that are no list', { roles: 'operator' }],
  ['a role that is no text', { roles: [null] }],
  ['scopes beyond counting', { scopes: Array.from({ length: 5000 }, (_, n) => `s${n}`) }],
];

test.each(UNREADABLE)('a pending row with %s is counted, never read as asking nothing', (_name, over) => {
  const row = { ...PENDING, ...over };
  expect(readPending(row)).toBeUndefined();
  expect(readPairingList({ pending: [row, PENDING], paired: [] })).toMatchObject({ unread: 1, pending: [{ requestId: 'r1' }] });
});

test.each(UNREADABLE.slice(8))('a paired row with %s is counted, never read as holding nothing', (_name, over) => {
  expect(readPairingList({ pending: [], paired: [{ ...PAIRED, ...over }, PAIRED] })).toMatchObject({
    unread: 1,
    paired: [{ deviceId: 'd1' }],
  });
});

test('two hundred and one scopes are all there', () => {
  const scopes = [...Array.from({ length: 200 }, (_, n) => `junk.${n}`), 'operator.admin'];
  expect(readPending({ ...PENDING, scopes })?.scopes).toEqual(scopes);
});

test('a row without scopes or roles lists asks for none, and its single role counts', () => {
  expect(readPending({ ...PENDING, scopes: undefined, roles: undefined })).toMatchObject({ scopes: [], roles: ['operator'] });
  expect(readPending({ ...PENDING, role: 'node', roles: ['operator'] })?.roles).toEqual(['node', 'operator']);
});

test('what was approved outweighs what a paired row says besides', () => {
  expect(readPaired({ ...PAIRED, scopes: ['operator.read'], approvedScopes: ['operator.admin'] })?.scopes).toEqual(['operator.admin']);
});

test('no bearer token survives the reading of a row or of an approval', () => {
  const secret = 'bearer-secret';
  const row = { ...PAIRED, token: secret, tokens: [{ role: 'operator', scopes: [], token: secret, secret, revokedAtMs: 5 }] };
  expect(
    JSON.stringify([readPaired(row), readApproved({ device: row, token: secret }), readPairingList({ pending: [], paired: [row] })]),
  ).not.toContain(secret);
  expect(readPaired(row)?.tokens).toEqual([{ role: 'operator', scopes: [], revokedAtMs: 5 }]);
});

test('an optional field of another kind is left out, and the row stays', () => {
  expect(readPending({ ...PENDING, displayName: 7, remoteIp: {}, silent: 'yes' })).toMatchObject({
    requestId: 'r1',
    displayName: undefined,
    silent: false,
  });
});

test('an answer that is no list throws; one that is no approval gives none', () => {
  for (const value of [undefined, null, {}, { pending: [] }, { pending: {}, paired: [] }]) expect(() => readPairingList(value)).toThrow();
  for (const value of [undefined, {}, { device: {} }, 'yes']) expect(readApproved(value)).toBeUndefined();
});

test('any rows are read or counted, never dropped and never a throw', () => {
  const row = fc.oneof(
    fc.jsonValue(),
    fc.record({
      requestId: fc.string(),
      deviceId: fc.string(),
      publicKey: fc.string(),
      ts: fc.jsonValue(),
      scopes: fc.jsonValue(),
      roles: fc.jsonValue(),
    }),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.array(row, { maxLength: 5 }), (pending, paired) => {
      const list = readPairingList({ pending, paired });
      expect(list.pending.length + list.paired.length + list.unread).toBe(pending.length + paired.length);
    }),
  );
});

test('a row that did not change is the same row at the next reading; one that changed in anything is read anew', () => {
  const read = createListReader();
  const rows = [PAIRED, { ...PAIRED, deviceId: 'd2' }];
  const [first, second] = read({ pending: [], paired: rows }).paired;
  const again = read({ pending: [], paired: structuredClone(rows) }).paired;
  expect(again[0]).toBe(first);
  for (const change of [
    { scopes: ['operator.admin'] },
    { publicKey: 'other' },
    { platform: 'darwin' },
    { tokens: [] },
    { connected: true },
  ]) {
    const [changed, same] = read({
      pending: [],
      paired: [
        { ...PAIRED, ...change },
        { ...PAIRED, deviceId: 'd2' },
      ],
    }).paired;
    expect(changed).toEqual(readPaired({ ...PAIRED, ...change }));
    expect(same).toBe(second);
  }
  expect(read({ pending: [], paired: [{ ...PAIRED, scopes: 'x' }] })).toMatchObject({ paired: [], unread: 1 });
});

test('rows beyond what is read of one list count as unread, so that nobody takes it for whole', () => {
  const row = { requestId: 'r', deviceId: 'd', publicKey: 'k', ts: 1 };
  const list = readPairingList({ pending: Array(3003).fill(row), paired: [] });
  expect([list.pending.length, list.unread]).toEqual([3000, 3]);
  const paired = readPairingList({ pending: [], paired: Array(20_002).fill({ deviceId: 'd', publicKey: 'k' }) });
  expect([paired.paired.length, paired.unread]).toEqual([20_000, 2]);
  const scopes = Array.from({ length: 2000 }, (_, n) => `s${n}`);
  const wide = readPairingList({
    pending: Array(20)
      .fill({ ...row, scopes })
      .concat(row),
    paired: [],
  });
  expect([wide.pending.length, wide.unread]).toEqual([16, 5]);
});

test('a time that is no date is none: what asks then is unread, what is held stays', () => {
  for (const odd of [1e300, -1, 253_402_300_800_000, Number.NaN]) {
    expect(readPending({ ...PENDING, ts: odd }), String(odd)).toBeUndefined();
    const tokens = [{ role: 'operator', lastUsedAtMs: odd }];
    const read = readPaired({ ...PAIRED, createdAtMs: odd, lastSeenAtMs: odd, tokens });
    expect(read, String(odd)).toMatchObject({ createdAtMs: undefined, lastSeenAtMs: undefined });
    expect(read?.tokens[0]?.lastUsedAtMs, String(odd)).toBeUndefined();
  }
});
