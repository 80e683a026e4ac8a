// What counts of a gateway's configuration, and that nothing else of it stays.
import { expect, test } from 'vitest';
import { configFileOf, readConfigFacts } from './config-facts.ts';

/** The shape that `config.get` answers on both versions, cut down to one copy of the configuration. */
function answer(gateway: Record<string, unknown> | undefined, rest: Record<string, unknown> = {}) {
  const config = {
    ...(gateway ? { gateway } : {}),
    logging: { level: 'info', file: '/var/log/openclaw.log' },
    agents: { list: [] },
    ...rest,
  };
  return {
    path: '/var/lib/openclaw/openclaw.json',
    exists: true,
    raw: null,
    parsed: config,
    resolved: config,
    valid: true,
    config,
    hash: 'x',
    issues: [],
  };
}
const OLDER = { mode: 'local', port: 18789, bind: 'loopback', auth: { mode: 'token', token: '__OPENCLAW_REDACTED__' } };
const NEWER = { ...OLDER, nodes: { pairing: { autoApproveLocal: false } }, handshakeTimeoutMs: 20_000 };
const open = (gateway: Record<string, unknown>) => readConfigFacts(answer({ ...OLDER, ...gateway }))?.open;

test('a closed configuration of 2026.4.14 says so', () => {
  expect(readConfigFacts(answer(OLDER))).toMatchObject({
    open: [],
    autoApproveLocal: undefined,
    logLevel: 'info',
    handshakeTimeoutMs: undefined,
  });
});

test('a closed configuration of 2026.9.6 tells who approves and how long a handshake may last', () => {
  expect(readConfigFacts(answer(NEWER))).toMatchObject({ open: [], autoApproveLocal: false, handshakeTimeoutMs: 20_000 });
});

test('the defaults of a gateway are closed', () => {
  expect(readConfigFacts(answer(undefined))?.open).toEqual([]);
});

test.each([
  [{ bind: 'lan' }],
  [{ bind: 'auto' }],
  [{ bind: 'tailnet' }],
  [{ bind: 'custom' }],
  [{ trustedProxies: ['127.0.0.1'] }],
  [{ trustedProxies: [{}] }],
  [{ allowRealIpFallback: true }],
  [{ tailscale: { mode: 'serve' } }],
  [{ tailscale: { mode: 'funnel' } }],
  [{ auth: { mode: 'trusted-proxy' } }],
  [{ auth: { mode: 'none' } }],
  [{ auth: { mode: 'token', allowTailscale: true } }],
])('%o leaves a way in', (gateway) => {
  expect(open(gateway)).toHaveLength(1);
});

test.each([
  [{ trustedProxies: [] }],
  [{ tailscale: { mode: 'off' } }],
  [{ auth: { mode: 'password', password: 'x' } }],
  [{ allowRealIpFallback: false }],
])('%o does not', (gateway) => {
  expect(open(gateway)).toEqual([]);
});

test.each([
  [undefined],
  [null],
  ['text'],
  [{}],
  [{ config: null }],
  [{ config: { gateway: { trustedProxies: '10.0.0.1' } } }],
  [{ config: { gateway: { bind: 7 } } }],
  [{ config: { gateway: { tailscale: true } } }],
  [{ config: { gateway: { auth: { mode: ['none'] } } } }],
])('%o is no configuration, which a proof takes as missing', (value) => {
  expect(readConfigFacts(value)).toBeUndefined();
});

test('no secret and nothing else of the configuration survives', () => {
  const secrets = { channels: { telegram: { botToken: 'tg-secret-1' } }, models: { providers: { x: { apiKey: 'sk-secret-2' } } } };
  const gateway = { ...NEWER, auth: { mode: 'token', token: 'gw-secret-3' }, remote: { token: 'gw-secret-4' } };
  const kept = JSON.stringify(readConfigFacts(answer(gateway, secrets)));
  expect(kept).not.toMatch(/secret/);
  expect(Object.keys(readConfigFacts(answer(gateway, secrets)) ?? {}).sort()).toEqual([
    'autoApproveLocal',
    'fingerprint',
    'handshakeTimeoutMs',
    'logLevel',
    'open',
  ]);
});

test('the fingerprint changes with anything of the gateway part and with nothing else', () => {
  const print = (gateway: Record<string, unknown>, rest?: Record<string, unknown>) => readConfigFacts(answer(gateway, rest))?.fingerprint;
  expect(print(OLDER)).toBe(print(OLDER, { channels: {} }));
  for (const change of [
    { bind: 'lan' },
    { port: 18790 },
    { trustedProxies: [] },
    { controlUi: { allowedOrigins: ['http://x'] } },
    { tls: { enabled: true } },
  ])
    expect(print({ ...OLDER, ...change })).not.toBe(print(OLDER));
});

test('the file of a configuration is named only when it is the whole of it', () => {
  expect(configFileOf({ path: '/etc/openclaw.json', parsed: { gateway: { bind: 'loopback' } } })).toBe('/etc/openclaw.json');
  expect(configFileOf({ path: '/etc/openclaw.json', parsed: { gateway: { $include: './gateway.json' } } })).toBeUndefined();
  expect(configFileOf({ parsed: {} })).toBeUndefined();
  expect(configFileOf(undefined)).toBeUndefined();
});
