// What explanations may know of a gateway's configuration.
import { expect, test } from 'vitest';
import { DEFAULT_RATE_LIMIT, readConfigSetup } from './config-setup.ts';

const answer = (gateway: unknown, rest: Record<string, unknown> = {}) => ({
  path: '/var/lib/openclaw/openclaw.json',
  config: { gateway, logging: { level: 'warn' }, ...rest },
});

test('bind, sign-in, proxies, origins, limits and the file are read', () => {
  const gateway = {
    bind: 'lan',
    trustedProxies: ['10.0.0.1', 7],
    auth: { mode: 'password', rateLimit: { maxAttempts: 3, lockoutMs: 60_000, exemptLoopback: false } },
    controlUi: { allowedOrigins: ['https://console.example'] },
    nodes: { pairing: { autoApproveLocal: false } },
  };
  expect(readConfigSetup(answer(gateway))).toEqual({
    file: '/var/lib/openclaw/openclaw.json',
    bind: 'lan',
    authMode: 'password',
    trustedProxies: ['10.0.0.1'],
    allowedOrigins: ['https://console.example'],
    autoApproveLocal: false,
    logLevel: 'warn',
    rateLimit: { maxAttempts: 3, windowMs: 60_000, lockoutMs: 60_000, exemptLoopback: false, set: true },
  });
});

test('where nothing is set, the defaults of the lock hold and the rest is not known', () => {
  expect(readConfigSetup({ config: {} })).toMatchObject({ bind: undefined, rateLimit: { ...DEFAULT_RATE_LIMIT, set: false } });
});

test('an odd value costs only itself', () => {
  const gateway = { bind: 5, auth: { mode: 'token', rateLimit: { maxAttempts: 'many', lockoutMs: 1000 } }, controlUi: 'x' };
  expect(readConfigSetup(answer(gateway))).toMatchObject({
    bind: undefined,
    authMode: 'token',
    rateLimit: { maxAttempts: 10, lockoutMs: 1000 },
    allowedOrigins: undefined,
  });
});

test('a lock without an end ends at a date all the same', () => {
  const { rateLimit } = readConfigSetup(answer({ auth: { rateLimit: { lockoutMs: 1e300 } } })) ?? { rateLimit: DEFAULT_RATE_LIMIT };
  expect(new Date(Date.parse('2026-11-22') + rateLimit.lockoutMs).toISOString()).toMatch(/^2027-11-22/);
});

test('what is no answer is none, and no secret stays', () => {
  expect(readConfigSetup('no')).toBeUndefined();
  const kept = JSON.stringify(readConfigSetup(answer({ auth: { mode: 'token', token: 'hush-hush', password: 'hush-hush' } })));
  expect(kept).not.toContain('hush');
});
