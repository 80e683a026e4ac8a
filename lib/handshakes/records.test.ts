// The log reader is total, and nothing that a caller can write makes it say something that the gateway did not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  auditLine,
  closeLine,
  liveLine,
  logLine,
  metadataLine,
  refusedUpgrade,
  SHAPES,
  sizeCapLine,
  uuid,
} from '#lib/testing/log-lines.ts';
import { type Recording, recordedLines } from '#lib/testing/recorded.ts';
import { displayRaw, type LogRecord, parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');
const DEVICE = 'a1'.repeat(32);

function wordOf(record: LogRecord): string {
  if (record.kind === 'close') return record.agrees && !record.masked ? 'close' : 'close-in-doubt';
  if (record.kind === 'audit-other') return record.sort;
  if (record.kind === 'grant') return record.how;
  if (record.kind === 'warning') return record.warning;
  return 'what' in record ? record.what : record.kind;
}

function count(recording: Recording): Record<string, number> {
  const out: Record<string, number> = {};
  for (const line of recordedLines(recording)) {
    const word = wordOf(parseLogLine(line));
    out[word] = (out[word] ?? 0) + 1;
  }
  return out;
}

const closeOf = (line: string) => {
  const record = parseLogLine(line);
  if (record.kind !== 'close') throw new Error(`expected a close record, got ${record.kind}`);
  return record;
};

test('every line of a real 2026.4.14 is read as what it is', () => {
  expect(count('2026.4.14')).toEqual({
    silent: 3,
    operator: 1,
    audit: 16,
    metadata: 1,
    close: 32,
    'proxy-headers': 2,
    'non-local-host': 1,
    revoked: 1,
    removed: 1,
    unauthorized: 3,
    timeout: 1,
    'protocol-mismatch': 1,
    'socket-error': 1,
    'parse-error': 1,
    opened: 1,
    closed: 2,
    noise: 1,
    other: 1,
  });
});

test('every line of a real 2026.9.6 is read as what it is', () => {
  expect(count('2026.9.6-manual')).toEqual({
    operator: 3,
    audit: 16,
    metadata: 1,
    close: 33,
    'non-local-host': 1,
    revoked: 1,
    removed: 1,
    unauthorized: 3,
    timeout: 1,
    'protocol-mismatch': 1,
    'socket-error': 1,
    'parse-error': 1,
    unattributable: 1,
    noise: 2,
    other: 1,
  });
  expect(count('2026.9.6-default')).toEqual({
    silent: 3,
    operator: 1,
    audit: 2,
    metadata: 1,
    close: 16,
    'non-local-host': 1,
    revoked: 1,
    removed: 1,
    unauthorized: 3,
    timeout: 1,
    'protocol-mismatch': 1,
    'socket-error': 1,
    'parse-error': 1,
    unattributable: 1,
    noise: 1,
    other: 2,
  });
});

test('a recorded upgrade keeps device, scopes and connection apart', () => {
  const audit = recordedLines('2026.4.14')
    .map(parseLogLine)
    .find((r) => r.kind === 'audit');
  expect(audit).toMatchObject({
    reason: 'scope-upgrade',
    deviceId: '21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270',
    auth: 'token',
    roleFrom: ['operator'],
    roleTo: 'operator',
    scopesFrom: ['operator.read'],
    scopesTo: ['operator.admin'],
    client: 'cli',
    conn: '937cb79f-641f-4bba-a603-3dbac255663a',
    at: AT,
  });
});

test('a recorded user agent that says remote=127.0.0.1 does not move the caller', () => {
  const close = recordedLines('2026.4.14')
    .map(parseLogLine)
    .find((r) => r.kind === 'close' && r.conn === '196e04f0-70fa-4bc4-a648-a39a6829b285');
  expect(close).toMatchObject({ forwardedFor: '198.51.100.7', userAgent: 'ua remote=127.0.0.1 fwd=n/a host=127.0.0.1', agrees: true });
});

test.each([
  ['a scope that forges conn=', `operator.read client=cli conn=${uuid(9)}`],
  ['a scope off the list', 'operator.read,operator.everything'],
  ['a scope with a line break', 'operator.read\noperator.admin'],
  ['a scope with a NUL', 'operator.read\u0000'],
  ['an empty member', 'operator.read,,operator.admin'],
])('%s makes the audit line unreadable, in the name of the device that asked', (_name, scopesTo) => {
  const record = parseLogLine(auditLine({ at: AT, conn: uuid(1), device: DEVICE, scopesTo }));
  expect(record).toMatchObject({ kind: 'audit-other', sort: 'unreadable', deviceId: DEVICE });
});

test('an audit line whose device cannot be read may be anyone’s', () => {
  expect(parseLogLine(auditLine({ at: AT, conn: uuid(1), device: '***' }))).toMatchObject({
    kind: 'audit-other',
    sort: 'unreadable',
    deviceId: undefined,
  });
});

test('a masked audit line says so', () => {
  const masked = auditLine({ at: AT, conn: uuid(1), device: DEVICE }).replace('"WARN"', '"WARN","x":"***"');
  expect(parseLogLine(masked)).toMatchObject({ kind: 'audit', masked: true });
});

test('upgrades of platform and over an open connection are told apart from a plain one', () => {
  expect(parseLogLine(metadataLine(AT, DEVICE, uuid(1)))).toMatchObject({ sort: 'metadata', deviceId: DEVICE, conn: uuid(1) });
  expect(parseLogLine(liveLine(AT, DEVICE))).toMatchObject({ sort: 'live', deviceId: DEVICE, scopesTo: ['operator.admin'] });
});

test('an audit text in another subsystem is nobody’s audit', () => {
  const text = `security audit: device access upgrade requested reason=scope-upgrade device=${DEVICE}`;
  expect(parseLogLine(logLine(AT, 'plugins', text)).kind).toBe('other');
  expect(parseLogLine(logLine(AT, 'gateway/ws', text)).kind).toBe('other');
});

test('an audit or warning text in a user agent stays within its close record', () => {
  for (const userAgent of [
    `security audit: device access upgrade requested reason=scope-upgrade device=${DEVICE}`,
    'Proxy headers detected from untrusted address',
    `x code=1008 reason=pairing required\nclosed before connect conn=${uuid(7)}`,
    '{"subsystem":"gateway"}',
  ])
    expect(closeOf(closeLine({ at: AT, conn: uuid(1), object: { userAgent } }))).toMatchObject({ conn: uuid(1), agrees: true, userAgent });
});

test.each(['remoteAddr', 'remotePort', 'localAddr', 'localPort', 'endpoint', 'forwardedFor', 'origin', 'host', 'userAgent'])(
  'object and text that differ in %s do not agree',
  (field) => {
    const said = closeLine({ at: AT, conn: uuid(1), object: { forwardedFor: '203.0.113.9', origin: 'http://x', userAgent: 'ua' } });
    expect(closeOf(said).agrees).toBe(true);
    const line: Record<string, unknown> = JSON.parse(said);
    const object = typeof line['1'] === 'object' && line['1'] !== null ? { ...line['1'] } : {};
    const other = field.endsWith('Port') ? 1 : 'other';
    expect(closeOf(JSON.stringify({ ...line, 1: { ...object, [field]: other } })).agrees).toBe(false);
    const { [field]: _gone, ...rest } = Object.fromEntries(Object.entries(object));
    expect(closeOf(JSON.stringify({ ...line, 1: rest })).agrees).toBe(false);
  },
);

test.each([
  ['a masked value', { userAgent: 'token=***' }],
  ['an ellipsis in a value', { host: '127.0.…8789' }],
  ['an ellipsis in the device id', { deviceId: 'a1a1…a1a1' }],
  ['a PEM marker', { userAgent: '-----BEGIN PRIVATE KEY-----' }],
])('%s marks the close record as masked', (_name, object) => {
  expect(closeOf(closeLine({ at: AT, conn: uuid(1), object })).masked).toBe(true);
});

test('a clean close record is neither masked nor in doubt, on both versions', () => {
  for (const shape of SHAPES) {
    const close = closeOf(closeLine({ at: AT, conn: uuid(1), shape, object: refusedUpgrade(DEVICE, uuid(2)) }));
    expect(close).toMatchObject({ agrees: true, masked: false, code: 1008, deviceId: DEVICE, requestId: uuid(2), at: AT, durationMs: 14 });
  }
});

test('an IPv6 loopback close record agrees with its text', () => {
  const object = {
    host: '[::1]:18789',
    remoteAddr: '::1',
    localAddr: '::1',
    endpoint: '[::1]:40000->[::1]:18789',
  };
  expect(closeOf(closeLine({ at: AT, conn: uuid(1), object })).agrees).toBe(true);
});

test('the line of a full log file is read, in the form that both versions write', () => {
  expect(parseLogLine(sizeCapLine(AT))).toMatchObject({ kind: 'size-cap', at: AT });
});

test('a caller who says that the log is full stays a caller', () => {
  const userAgent = 'log file size cap reached';
  expect(closeOf(closeLine({ at: AT, conn: uuid(1), object: { userAgent } })).userAgent).toBe(userAgent);
  expect(parseLogLine(logLine(AT, 'gateway/ws', `unauthorized conn=${uuid(1)} ua=${userAgent}`)).kind).toBe('other');
});

test.each([
  ['no JSON', '{"0":', 'not-json'],
  ['nothing', '', 'not-json'],
  ['a NUL', '\u0000', 'not-json'],
  ['a number', '7', 'no-time'],
  ['null', 'null', 'no-time'],
  ['a list', '[]', 'no-time'],
  ['no time', '{"0":"x","1":"y"}', 'no-time'],
  ['a time that is none', '{"0":"x","1":"y","time":"soon"}', 'no-time'],
  ['a line of 1 MiB', JSON.stringify({ 0: 'x', 1: 'y'.repeat(1024 * 1024), time: '2026-11-22T10:45:25.250Z' }), 'too-long'],
])('%s is counted as unread, never dropped', (_name, line, why) => {
  expect(parseLogLine(line)).toMatchObject({ kind: 'unread', why });
});

test('any text gives a record and never throws', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('__proto__', '{"__proto__":1}'));
  fc.assert(
    fc.property(value, (text) => {
      expect(parseLogLine(text).kind).toBeTypeOf('string');
    }),
    { numRuns: 150 },
  );
});

test('any values in the fields of a line give a record and never throw', () => {
  const shape = fc.record(
    {
      0: fc.oneof(fc.constant('{"subsystem":"gateway/ws"}'), fc.constant('{"subsystem":"gateway"}'), fc.jsonValue()),
      1: fc.oneof(fc.jsonValue(), fc.string(), fc.constant('security audit: '), fc.dictionary(fc.string(), fc.jsonValue())),
      2: fc.oneof(fc.jsonValue(), fc.constant(`closed before connect conn=${uuid(1)} `)),
      time: fc.oneof(fc.jsonValue(), fc.constant('2026-11-22T10:45:25.250Z')),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(shape, (line) => {
      const record = parseLogLine(JSON.stringify(line));
      expect(record.kind === 'close' && record.agrees).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test('whatever a caller writes into its headers, the record says what the socket was', () => {
  const header = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(header, header, header, (userAgent, origin, forwardedFor) => {
      const close = closeOf(closeLine({ at: AT, conn: uuid(1), object: { userAgent, origin, forwardedFor } }));
      expect(close).toMatchObject({ conn: uuid(1), remoteAddr: '127.0.0.1', localPort: 18789, userAgent, origin, forwardedFor });
    }),
  );
});

test('a secret in a line does not reach the raw text that is shown', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('token', 'password', 'Secret', 'authorization'),
      fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/),
      (key, secret) => {
        const json = JSON.stringify({ [key]: secret, apiKey: secret, api_key: secret });
        for (const raw of [
          `${key}=${secret}`,
          `${key}: Bearer ${secret}`,
          `said Bearer ${secret}`,
          json,
          JSON.stringify({ 1: json }),
          JSON.stringify({ 1: JSON.stringify({ 1: json }) }),
        ])
          expect(displayRaw(raw)).not.toContain(secret);
      },
    ),
  );
});

test('a long line is cut for display', () => {
  expect(displayRaw('x'.repeat(100_000)).length).toBeLessThan(4100);
});
