// What a desk tells about taking back: how callers sign in, and whether the console may remove anything at all.
import { expect, test } from 'vitest';
import { readConfigFacts } from '#lib/evidence/config-facts.ts';
import { readConfigSetup } from '#lib/evidence/config-setup.ts';
import { secretIn } from './take-back-port.ts';

const TOKEN = { token: 'of the console' };
function secretOf(gateway: Record<string, unknown>, own: { token?: string; password?: string } = TOKEN) {
  const answer = { path: '/openclaw.json', config: { gateway: { bind: 'loopback', ...gateway } } };
  return secretIn({ config: readConfigFacts(answer), setup: readConfigSetup(answer) }, own);
}

test('the shared secret is the one that the configuration names, or else the one that the console itself was given', () => {
  expect(secretOf({ auth: { mode: 'token' } })).toBe('token');
  expect(secretOf({ auth: { mode: 'password' } })).toBe('password');
  expect(secretOf({})).toBe('token');
  expect(secretOf({}, { password: 'of the console' })).toBe('password');
});

test('where callers come in by other means, no word about a shared secret is true', () => {
  for (const gateway of [
    { auth: { mode: 'none' } },
    { auth: { mode: 'trusted-proxy' } },
    { auth: { mode: 'token', allowTailscale: true } },
    { auth: { mode: 'token' }, tailscale: { mode: 'serve' } },
  ])
    expect(secretOf(gateway), JSON.stringify(gateway)).toBe('other');
});

test('trusted proxies alone change nothing about the secret', () => {
  expect(secretOf({ auth: { mode: 'token' }, trustedProxies: ['127.0.0.1'] })).toBe('token');
});

test('a configuration that cannot be read says nothing', () => {
  expect(secretIn({ config: undefined, setup: undefined }, TOKEN)).toBeUndefined();
});
