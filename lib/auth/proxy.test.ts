import { describe, expect, test } from 'vitest';
import { plainAddress, proxyOptions } from './proxy.ts';
import { accountsRig, codeOf } from './test-accounts.ts';

const SECRET = 'a-secret-that-only-the-proxy-knows-and-sends';
const HEADER = { header: 'remote-user', secret: SECRET };

const through = (name: string, secret = SECRET) => ({ 'Remote-User': name, 'X-Gatehouse-Proxy-Secret': secret });

const proxiedRig = async (trusted: readonly string[] = ['127.0.0.1']) => {
  const rig = await accountsRig({ proxy: proxyOptions({ ...HEADER, trusted }) });
  const enter = (headers: Record<string, string>) => rig.call('POST', '/session/proxy', { headers });
  return { ...rig, enter };
};

describe('a trusted proxy', () => {
  test('signs in the operator that it names, and nobody who does not exist', async () => {
    const rig = await proxiedRig();
    const vera = await rig.operator('Vera', ['viewer']);
    expect((await rig.call('GET', '/sign-in', { headers: through('VERA') })).json).toMatchObject({ proxy: 'Vera' });
    const as = rig.browser(await rig.enter(through('vera')));
    expect((await rig.call('GET', '/session', { as, headers: through('Vera') })).json).toMatchObject({ name: 'Vera', way: 'proxy' });
    for (const name of ['nobody', '', ' ']) expect(codeOf(await rig.enter(through(name)))).toBe('sign-in-refused');
    await rig.call('PATCH', `/operators/${vera.id}`, { as: await rig.signIn(), body: { state: 'disabled' } });
    expect(codeOf(await rig.enter(through('Vera')))).toBe('sign-in-refused');
    expect((await rig.call('GET', '/sign-in', { headers: through('Vera') })).json).not.toHaveProperty('proxy');
    expect(await rig.store.operators.list()).toHaveLength(2);
  });

  test('vouches for every single request: without it, or with another name, the session is worth nothing', async () => {
    const rig = await proxiedRig();
    await rig.operator('Vera', ['viewer']);
    const as = rig.browser(await rig.enter(through('Vera')));
    const asked = async (headers: Record<string, string>) => codeOf(await rig.call('GET', '/session', { as, headers }));
    expect(await asked(through('Vera'))).toBe(200);
    expect(await asked({})).toBe('sign-in-required');
    expect(await asked(through('operator'))).toBe('sign-in-required');
    expect(await asked(through('Vera', 'a guess'))).toBe('sign-in-required');
    expect(await asked({ 'Remote-User': 'Vera' })).toBe('sign-in-required');
    expect(await asked(through('Vera'))).toBe(200);
  });

  test('is not whoever sends its headers from elsewhere, or without its secret; that is said once', async () => {
    const elsewhere = await proxiedRig(['10.0.0.7']);
    const here = await proxiedRig();
    for (const [rig, headers] of [
      [elsewhere, through('operator')],
      [here, { 'Remote-User': 'operator' }],
      [here, through('operator', 'a guess')],
    ] as const) {
      expect(codeOf(await rig.enter(headers))).toBe('sign-in-refused');
      expect((await rig.call('GET', '/sign-in', { headers })).json).not.toHaveProperty('proxy');
    }
    for (const rig of [elsewhere, here]) expect(rig.logged.filter(({ text }) => text.includes('trusted proxy'))).toHaveLength(1);
    expect(JSON.stringify([elsewhere.logged, here.logged])).not.toContain(SECRET);
  });

  test('is believed where a request comes from, others are not', async () => {
    const rig = await proxiedRig();
    const wrong = { name: 'operator', password: 'a wrong guess' };
    const from = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.4' };
    const headers = { ...from, 'X-Gatehouse-Proxy-Secret': SECRET };
    await rig.call('POST', '/session/password', { body: wrong, headers });
    await rig.call('POST', '/session/password', { body: wrong, headers: from });
    rig.clock.advance(3_600_000);
    await rig.auth.sweep();
    const rows = (await rig.activity()).filter(({ what }) => what === 'sign-in.refused');
    expect(rows.map(({ details }) => details?.address).toSorted()).toEqual(['127.0.0.1', '198.51.100.4']);
  });

  test('that signs nobody in is believed where a request comes from, and names nobody', async () => {
    const rig = await accountsRig({ proxy: proxyOptions({ trusted: ['127.0.0.1'] }) });
    await rig.operator('Vera', ['viewer']);
    const body = { name: 'Vera', password: 'a wrong guess' };
    for (let n = 0; n < 6; n += 1)
      await rig.call('POST', '/session/password', {
        body: { ...body, name: `nobody ${n}` },
        headers: { 'X-Forwarded-For': '203.0.113.9' },
      });
    const from = async (address: string) =>
      codeOf(await rig.call('POST', '/session/password', { body, headers: { 'X-Forwarded-For': address } }));
    expect([await from('203.0.113.9'), await from('198.51.100.4')]).toEqual(['sign-in-locked', 'sign-in-refused']);
    expect(codeOf(await rig.call('POST', '/session/proxy', { headers: through('Vera') }))).toBe('sign-in-refused');
  });

  test('is nobody where none is configured', async () => {
    const rig = await accountsRig();
    expect(codeOf(await rig.call('POST', '/session/proxy', { headers: through('operator') }))).toBe('sign-in-refused');
  });
});

test('an address is one, however it is written', () => {
  expect(['::ffff:127.0.0.1', '127.0.0.1', '2001:DB8:0:0::7', 'fe80::1%eth0', 'no address'].map(plainAddress)).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '2001:db8::7',
    'fe80::1',
    'no address',
  ]);
});
