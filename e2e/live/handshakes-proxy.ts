// Sign-in by a trusted proxy, and a gateway that was put to rest: what the second gateway's log says of callers then.
import { expect } from '@playwright/test';
import { createDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import { type Finder, PASSWORD, type Scene } from './handshakes-scene.ts';
import { OLDEST, READ } from './scene.ts';

type Json = { [key: string]: unknown };
type ProxyCase = readonly [cause: string, headers: Readonly<Record<string, string>>, fix: RegExp];

const FORWARDED = { 'X-Forwarded-For': '203.0.113.9' };
const BY_HTTPS = { ...FORWARDED, 'X-Forwarded-Proto': 'https' };
const GONE = { token: undefined, password: undefined, rateLimit: undefined };
const REQUIRED = { userHeader: 'x-forwarded-user', requiredHeaders: ['x-forwarded-proto'], allowUsers: ['ann'] };

/**
 * The configuration that leaves sign-in to a proxy. 2026.4.14 never believes a proxy on loopback; 2026.9.6 does when it is told to, so
 * that more of its causes can be had without a network.
 */
export const behindProxy = (version: string): Json => ({
  gateway: {
    trustedProxies: [version === OLDEST ? '10.9.9.9' : '127.0.0.1'],
    auth: { ...GONE, mode: 'trusted-proxy', trustedProxy: { ...REQUIRED, ...(version === OLDEST ? {} : { allowLoopback: true }) } },
  },
});

const casesOf = (version: string): readonly ProxyCase[] =>
  version === OLDEST
    ? [['unauthorized/trusted_proxy_untrusted_source', {}, /proxy/i]]
    : [
        ['unauthorized/trusted_proxy_missing_header', FORWARDED, /header/i],
        ['unauthorized/trusted_proxy_user_missing', BY_HTTPS, /sign the person in|header/i],
        ['unauthorized/trusted_proxy_user_not_allowed', { ...BY_HTTPS, 'X-Forwarded-User': 'bob' }, /allowUsers/],
      ];

/** Whoever the proxy does not vouch for is refused, and the row names what the proxy failed to show. */
export async function proxySignInShows({ guarded }: Scene, finder: Finder): Promise<void> {
  const device = createDevice({ url: guarded.gateway.url, base: { scopes: READ, auth: {} } });
  for (const [cause, headers, fix] of casesOf(guarded.gateway.version)) {
    const mark = `proxy: ${cause}`;
    const attempt = await device.attempt({ headers: { ...headers, 'User-Agent': mark } });
    expect(attempt.ok, mark).toBe(false);
    const { row, diagnosis } = await finder.marked(mark);
    expect.soft(row.cause, mark).toBe(cause);
    expect.soft(diagnosis?.remedies.map(({ text, command }) => `${text} ${command}`).join('\n'), mark).toMatch(fix);
  }
}

/** While 2026.9.6 is suspended, a node is turned away with a cause of its own; operators still come in. */
export async function suspensionShows({ guarded }: Scene, finder: Finder): Promise<void> {
  const { admin, gateway } = guarded;
  const mark = 'suspended: a node';
  let asked = 0;
  const suspended = await until(
    'the gateway idle enough to be suspended',
    async () => {
      asked += 1;
      const answer = await admin.request('gateway.suspend.prepare', { requestId: `test-${asked}` });
      return typeof answer === 'object' && answer !== null && 'suspensionId' in answer ? answer.suspensionId : undefined;
    },
    30_000,
  );
  try {
    const node = createDevice({ url: gateway.url, base: { role: 'node', scopes: [], auth: { password: PASSWORD } } });
    await node.attempt({ clientId: 'node-host', clientMode: 'node', headers: { 'User-Agent': mark } });
  } finally {
    await admin.request('gateway.suspend.resume', { suspensionId: suspended });
  }
  const { row, diagnosis } = await finder.marked(mark);
  expect(row.cause).toBe('gateway-suspending');
  expect(diagnosis?.remedies.map(({ text }) => text).join('\n')).toMatch(/resume/i);
}
