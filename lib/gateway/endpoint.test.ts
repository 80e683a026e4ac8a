// Where a gateway is dialed, and whether that is this machine itself.
import { expect, test } from 'vitest';
import { isLoopbackUrl, portOf } from './endpoint.ts';

test.each([
  ['ws://127.0.0.1:18789', 18789],
  ['wss://gateway.example', 443],
  ['ws://gateway.example', 80],
  ['wss://[::1]:8443/path', 8443],
])('the port of %s is %i', (url, port) => {
  expect(portOf(url)).toBe(port);
});

test.each([
  ['ws://127.0.0.1:18789', true],
  ['ws://127.1.2.3:1', true],
  ['ws://localhost:1', true],
  ['ws://[::1]:1', true],
  ['ws://127.0.0.1.evil.example:1', false],
  ['ws://localhost.evil.example:1', false],
  ['ws://user@evil.example:1', false],
  ['ws://192.0.2.1:1', false],
  ['ws://[::ffff:192.0.2.1]:1', false],
])('%s dials this machine: %s', (url, expected) => {
  expect(isLoopbackUrl(url)).toBe(expected);
});
