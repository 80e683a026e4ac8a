import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAuthenticator, type Wrong } from '../testing/authenticator.ts';
import { rpIdOf } from './passkeys.ts';
import { accountsRig, codeOf, GOOD } from './test-accounts.ts';

const askedShape = z.object({ challengeId: z.string(), options: z.record(z.string(), z.unknown()) });

async function passkeyRig() {
  const rig = await accountsRig({ extraOrigins: ['https://console.example'] });
  type Browser = Awaited<ReturnType<typeof rig.operator>>;
  const ask = async (path: string, as?: Browser) => askedShape.parse((await rig.call('POST', path, as ? { as } : {})).json);
  const OWN = '/operators/me/credentials/passkey';

  async function add(as: Browser, key: ReturnType<typeof createAuthenticator>, wrong: Wrong = {}) {
    const { challengeId, options } = await ask(`${OWN}/options`, as);
    return rig.call('POST', OWN, { as, body: { challengeId, response: key.create(options, wrong), name: 'Laptop' } });
  }
  async function enter(key: ReturnType<typeof createAuthenticator>, wrong: Wrong = {}) {
    const { challengeId, options } = await ask('/session/passkey/options');
    return rig.call('POST', '/session/passkey', { body: { challengeId, response: key.get(options, wrong) } });
  }
  return { ...rig, ask, add, enter, OWN };
}

describe('a passkey', () => {
  test('is added by its operator and signs in without a name', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['approver']);
    const key = createAuthenticator(rig.origin);
    expect((await rig.add(ada, key)).json).toMatchObject({ kind: 'passkey', name: 'Laptop' });
    const entered = rig.browser(await rig.enter(key));
    expect((await rig.call('GET', '/session', { as: entered })).json).toMatchObject({ name: 'Ada', rights: ['approver'], way: 'passkey' });
    rig.browser(await rig.enter(key));
    const own = await rig.call('GET', '/operators/me/credentials', { as: ada });
    expect(own.json).toMatchObject({ items: [{ kind: 'password' }, { kind: 'passkey', lastUsedAt: expect.any(String) }] });
    expect((await rig.activity()).map(({ what }) => what)).toContain('credential.added');
  });

  test('asks for a discoverable key and for a check of the person, at our host name', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['viewer']);
    expect((await rig.ask(`${rig.OWN}/options`, ada)).options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      // EdDSA, ES256, RS256: nothing that Node warns of as an experiment.
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
    });
    expect((await rig.ask('/session/passkey/options')).options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  test('is refused for anything that does not hold', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['approver']);
    const key = createAuthenticator(rig.origin);
    await rig.add(ada, key);
    rig.browser(await rig.enter(key));
    const wrong: Record<string, Wrong> = {
      'another origin': { origin: `http://localhost:${rig.port + 1}` },
      'another host': { rpId: 'evil.example' },
      'nobody was checked': { unverified: true },
      'a counter that went back': { counter: 1 },
      'no signature of the key': { signature: randomBytes(70) },
      'another operator’s handle': { userHandle: Buffer.from('somebody').toString('base64url') },
    };
    for (const [why, how] of Object.entries(wrong)) expect([why, codeOf(await rig.enter(key, how))]).toEqual([why, 'passkey-refused']);
    expect(codeOf(await rig.enter(createAuthenticator(rig.origin)))).toBe('passkey-refused');
    rig.browser(await rig.enter(key));
  });

  test('answers a challenge once, within five minutes, and only one of its own kind', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['approver']);
    const key = createAuthenticator(rig.origin);
    await rig.add(ada, key);
    const { challengeId, options } = await rig.ask('/session/passkey/options');
    const body = { challengeId, response: key.get(options) };
    expect(codeOf(await rig.call('POST', '/session/passkey', { body }))).toBe(200);
    expect(codeOf(await rig.call('POST', '/session/passkey', { body }))).toBe('passkey-refused');
    const late = await rig.ask('/session/passkey/options');
    rig.clock.advance(5 * 60_000);
    expect(
      codeOf(await rig.call('POST', '/session/passkey', { body: { challengeId: late.challengeId, response: key.get(late.options) } })),
    ).toBe('passkey-refused');
    const adding = await rig.ask(`${rig.OWN}/options`, ada);
    expect(
      codeOf(await rig.call('POST', '/session/passkey', { body: { challengeId: adding.challengeId, response: key.get(adding.options) } })),
    ).toBe('passkey-refused');
  });

  test('is not brought in for another operator, twice, unchecked, or with a certificate that wants looking up', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['viewer']);
    const paul = await rig.operator('Paul', ['admin']);
    const key = createAuthenticator(rig.origin);
    const { challengeId, options } = await rig.ask(`${rig.OWN}/options`, ada);
    const body = { challengeId, response: key.create(options), name: 'x' };
    expect(codeOf(await rig.call('POST', rig.OWN, { as: paul, body }))).toBe('passkey-refused');
    for (const wrong of [{ unverified: true }, { origin: 'http://evil.example' }, { fmt: 'fido-u2f' }])
      expect(codeOf(await rig.add(ada, key, wrong))).toBe('passkey-refused');
    expect(codeOf(await rig.add(ada, key))).toBe(201);
    expect(codeOf(await rig.add(paul, key))).toBe('passkey-refused');
  });

  test('confirms its own operator only', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['admin']);
    const paul = await rig.operator('Paul', ['admin']);
    const key = createAuthenticator(rig.origin);
    await rig.add(ada, key);
    rig.clock.advance(15 * 60_000);
    const confirm = async (as: typeof ada) => {
      const { challengeId, options } = await rig.ask('/session/passkey/options');
      return codeOf(await rig.call('POST', '/session/confirm', { as, body: { challengeId, response: key.get(options) } }));
    };
    expect(await confirm(paul)).toBe('passkey-refused');
    expect(codeOf(await rig.call('POST', '/operators', { as: paul, body: { name: 'x', rights: ['viewer'] } }))).toBe('sign-in-not-fresh');
    expect(await confirm(ada)).toBe(200);
    expect(codeOf(await rig.call('POST', '/operators', { as: ada, body: { name: 'x', rights: ['viewer'] } }))).toBe(201);
  });

  test('that is removed signs in no more, and neither does one of an operator who is switched off', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['viewer']);
    const key = createAuthenticator(rig.origin);
    const added = z.object({ id: z.string() }).parse((await rig.add(ada, key)).json);
    const stolen = rig.browser(await rig.enter(key));
    const admin = await rig.signIn();
    expect(codeOf(await rig.call('DELETE', `/operators/me/credentials/${added.id}`, { as: admin }))).toBe('credential-unknown');
    expect(codeOf(await rig.call('DELETE', `/operators/me/credentials/${added.id}`, { as: ada }))).toBe(204);
    expect(codeOf(await rig.enter(key))).toBe('passkey-refused');
    expect(codeOf(await rig.call('GET', '/session', { as: stolen }))).toBe('sign-in-required');
    expect(codeOf(await rig.call('GET', '/session', { as: ada }))).toBe(200);
    const other = createAuthenticator(rig.origin);
    await rig.add(ada, other);
    await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'disabled' } });
    expect(codeOf(await rig.enter(other))).toBe('passkey-refused');
  });

  test('is not asked for at an IP address', async () => {
    const rig = await passkeyRig();
    const headers = { Host: `127.0.0.1:${rig.port}`, Origin: `http://127.0.0.1:${rig.port}` };
    expect(codeOf(await rig.call('POST', '/session/passkey/options', { headers }))).toBe('passkey-impossible');
    expect((await rig.call('GET', '/sign-in', { headers })).json).toMatchObject({ passkey: false });
    expect((await rig.call('GET', '/sign-in')).json).toMatchObject({ passkey: true });
    expect(
      ['http://localhost:1', 'https://a.example', 'http://a.example', 'https://[::1]:2', 'https://10.0.0.1'].map((origin) =>
        rpIdOf(origin),
      ),
    ).toEqual(['localhost', 'a.example', undefined, undefined, undefined]);
  });

  test('needs a password for nothing', async () => {
    const rig = await passkeyRig();
    const ada = await rig.operator('Ada', ['viewer'], GOOD);
    const key = createAuthenticator(rig.origin);
    await rig.add(ada, key);
    for (let n = 0; n < 8; n += 1) await rig.call('POST', '/session/password', { body: { name: 'Ada', password: 'wrong wrong wrong' } });
    expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }))).toBe('sign-in-locked');
    rig.browser(await rig.enter(key));
  });
});
