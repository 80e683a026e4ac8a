// Where a device comes from: remote only with the gateway's own word and nothing against it.
import { expect, test } from 'vitest';
import { type SeenOf, whereaboutsOf } from './where.ts';

const where = (over: Partial<SeenOf>) =>
  whereaboutsOf({ isHostKey: false, remoteIp: '203.0.113.7', origins: ['proxied', 'remote'], ...over }, (ip) => ip === '192.0.2.9');

test('an address that the gateway names, with nothing against it, is elsewhere', () => {
  expect(where({})).toBe('remote');
  expect(where({ origins: [] })).toBe('remote');
});

test('one record on the gateway’s own host outweighs every other', () => {
  expect(where({ origins: ['remote', 'loopback', 'remote'] })).toBe('local');
  expect(where({ origins: ['host-key'] })).toBe('local');
});

test('without the gateway’s word, or with an unclear record, it is not known', () => {
  expect(where({ remoteIp: undefined })).toBe('unknown');
  expect(where({ remoteIp: undefined, origins: ['proxied'] })).toBe('unknown');
  expect(where({ origins: ['remote', 'unknown'] })).toBe('unknown');
});

test('an address of the gateway’s own machine is no other place', () => {
  expect(where({ remoteIp: '192.0.2.9' })).toBe('local');
  expect(where({ remoteIp: '::ffff:127.0.0.1' })).toBe('local');
});

test('the host key is the host key wherever it was seen', () => {
  expect(where({ isHostKey: true })).toBe('host-key');
});
