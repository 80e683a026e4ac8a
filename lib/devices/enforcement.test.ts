// The measured table, case by case; e2e/live/take-back.spec.ts lets real clients ask again and holds it to that.
import { expect, test } from 'vitest';
import { enforcementOf, type WayBack } from './enforcement.ts';

const REMOTE = { whereabouts: 'remote', remoteIp: '203.0.113.7' } as const;
const of = (over: Partial<WayBack>) =>
  enforcementOf({
    protocol: 3,
    autoApproveLocal: undefined,
    secret: 'token',
    whereabouts: 'local',
    remoteIp: undefined,
    approvedVia: undefined,
    ...over,
  });
const ASKS = { protocol: 4, autoApproveLocal: false } as const;
const GRANTS = { protocol: 4, autoApproveLocal: true } as const;

test.each([
  ['2026.4.14', { protocol: 3 }, 'until-next-connect'],
  ['2026.4.14, whose setting of that name means nothing', { protocol: 3, autoApproveLocal: false }, 'until-next-connect'],
  ['2026.9.6 as it comes', { protocol: 4 }, 'until-next-connect'],
  ['2026.9.6 that grants', GRANTS, 'until-next-connect'],
  ['2026.9.6 that asks', ASKS, 'needs-new-secret'],
  ['a gateway that was never reached', { protocol: undefined, autoApproveLocal: false }, 'until-next-connect'],
] as const)('a client on the gateway’s own host: %s', (_name, way, word) => {
  expect(of(way).enforcement).toBe(word);
  expect(of({ ...way, whereabouts: 'unknown' })).toMatchObject({ enforcement: word, why: expect.stringContaining('the worse is told') });
});

test.each([{ protocol: 3 }, GRANTS, ASKS] as const)('a client from elsewhere must ask a person again: %o', (way) => {
  expect(of({ ...way, ...REMOTE })).toMatchObject({ enforcement: 'enforced', why: expect.stringContaining('203.0.113.7') });
});

test('a gateway that admits by address or over SSH does so again', () => {
  for (const approvedVia of ['trusted-cidr', 'ssh-verified'])
    expect(of({ ...ASKS, ...REMOTE, approvedVia }).enforcement).toBe('until-next-connect');
  expect(of({ ...ASKS, ...REMOTE, approvedVia: 'owner' }).enforcement).toBe('enforced');
});

test('where callers sign in by something else than a shared secret, nothing is promised', () => {
  for (const secret of ['other', undefined] as const)
    expect(of({ ...ASKS, ...REMOTE, secret })).toMatchObject({
      enforcement: 'until-next-connect',
      why: expect.stringContaining('not measured'),
    });
});

test('the host key is never said to be kept out, and no new secret is advised for it', () => {
  for (const way of [{ protocol: 3 }, GRANTS, ASKS] as const) {
    const { enforcement, why } = of({ ...way, whereabouts: 'host-key' });
    expect(enforcement).toBe('until-next-connect');
    expect(why).not.toContain('config set');
  }
});

test('what to do beside it is named to the letter: the setting first where it helps, then the secret that is in use', () => {
  expect(of({ protocol: 3 }).why).toContain('`openclaw config set gateway.auth.token NEW-SECRET`, then `openclaw gateway restart`');
  expect(of({ protocol: 3 }).why).not.toContain('autoApproveLocal');
  expect(of({ ...GRANTS, secret: 'password' }).why).toMatch(/autoApproveLocal false.*gateway\.auth\.password/);
  expect(of(ASKS).why).not.toContain('autoApproveLocal');
});
