// When a close record is clean, and which Host headers name this machine.
import { expect, test } from 'vitest';
import { parseLogLine } from '#lib/handshakes/records.ts';
import { closeLine, uuid } from '#lib/testing/log-lines.ts';
import { cleanRecord, isLocalHost } from './clean.ts';

test.each([
  ['127.0.0.1', true],
  ['127.0.0.1:18789', true],
  ['LOCALHOST:18789', true],
  ['[::1]:18789', true],
  ['127.0.0.1:18790', false],
  ['localhost:', false],
  ['localhost.evil.example', false],
  ['evil.localhost:18789', false],
  ['127.0.0.2:18789', false],
  ['0.0.0.0:18789', false],
  ['127.0.0.1:18789 evil', false],
  ['127.0.0.1:18789\n', false],
  ['', false],
])('%j is local on port 18789: %s', (host, expected) => {
  expect(isLocalHost(host, 18789)).toBe(expected);
});

test('without a port to compare, any port of this machine is local', () => {
  expect(isLocalHost('localhost:1')).toBe(true);
});

function unclean(object: Record<string, unknown>, text?: (rendered: string) => string) {
  const record = parseLogLine(closeLine({ at: 0, conn: uuid(1), object, ...(text ? { text } : {}) }));
  if (record.kind !== 'close') throw new Error(`expected a close record, got ${record.kind}`);
  return cleanRecord(record, 18789);
}

test('a whole record of a direct loopback connection is clean', () => {
  expect(unclean({})).toBeUndefined();
  expect(unclean({ userAgent: 'node' })).toBeUndefined();
});

test.each([
  [{ userAgent: '***' }, /masked/],
  [{ userAgent: 'abc…xyz' }, /masked/],
  [{ host: undefined }, /lacks/],
  [{ remoteAddr: undefined }, /lacks/],
  [{ localAddr: undefined }, /lacks/],
  [{ localPort: undefined }, /lacks/],
  [{ remotePort: undefined }, /lacks/],
  [{ durationMs: undefined }, /lacks/],
  [{ endpoint: 'elsewhere' }, /differ/],
  [{ remoteAddr: '192.0.2.7', endpoint: '192.0.2.7:40000->127.0.0.1:18789' }, /came from 192.0.2.7/],
  [{ localAddr: '192.0.2.7', endpoint: '127.0.0.1:40000->192.0.2.7:18789' }, /came from/],
  [{ localPort: 1, endpoint: '127.0.0.1:40000->127.0.0.1:1' }, /port 1/],
  [{ forwardedFor: '' }, /forwarded/],
  [{ forwardedFor: '203.0.113.9' }, /forwarded/],
  [{ origin: 'null' }, /browser/],
  [{ host: 'evil.example' }, /host evil.example/],
])('%o is not clean, and it says why', (object, why) => {
  expect(unclean(object)).toMatch(why);
});

test('a text that says something else than the object is not clean', () => {
  expect(unclean({}, (text) => text.replace('fwd=n/a', 'fwd=203.0.113.9'))).toMatch(/differ/);
});
