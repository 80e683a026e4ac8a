// Which Host headers name this machine; good for refusing only.
import { expect, test } from 'vitest';
import { isLocalHost } from './clean.ts';

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
