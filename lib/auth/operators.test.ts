import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { route } from '../http/route.ts';
import { API_TOKEN } from '../http/test-rig.ts';
import { accountsRig, codeOf, GOOD } from './test-accounts.ts';

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const routes = [
  route({ method: 'GET', path: '/read', access: 'viewer', handler: () => 'read' }),
  route({ method: 'POST', path: '/decide', access: 'approver', handler: () => 'decided' }),
  route({ method: 'POST', path: '/rule', access: 'admin', handler: () => 'ruled' }),
  route({ method: 'POST', path: '/either', access: 'approver', or: 'admin', handler: () => 'done' }),
];

const operatorsShape = z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), you: z.boolean(), sessions: z.number() })) });
const madeShape = z.object({ token: z.object({ id: z.string() }), secret: z.string() });

describe('the set-up', () => {
  test('makes the first operator with a link, which a sign-in does not spend, and nobody after it', async () => {
    const rig = await accountsRig({ noOperator: true, routes });
    const { secret } = await rig.auth.createLink();
    expect((await rig.call('GET', '/sign-in')).json).toMatchObject({ setup: true, password: false });
    expect(codeOf(await rig.call('POST', '/session', { body: { secret } }))).toBe('setup-required');
    expect((await rig.call('POST', '/links/read', { body: { secret } })).json).toMatchObject({ purpose: 'setup' });
    for (const name of ['', ' ', 'Gatehouse', 'a\u202eb', '<b>', 'x'.repeat(65)])
      expect(codeOf(await rig.call('POST', '/setup', { body: { secret, name } }))).toBe('input-invalid');
    expect(codeOf(await rig.call('POST', '/setup', { body: { secret, name: 'Ada', password: 'short' } }))).toBe('password-weak');
    const ada = rig.browser(await rig.call('POST', '/setup', { body: { secret, name: 'Ada', password: GOOD } }));
    expect((await rig.call('GET', '/session', { as: ada })).json).toMatchObject({
      kind: 'person',
      name: 'Ada',
      rights: ['approver', 'admin'],
      way: 'setup',
    });
    expect(codeOf(await rig.call('POST', '/setup', { body: { secret, name: 'Eve' } }))).toBe('setup-done');
    const other = (await rig.auth.createLink()).secret;
    expect(codeOf(await rig.call('POST', '/setup', { body: { secret: other, name: 'Eve' } }))).toBe('setup-done');
    expect(await rig.activity()).toMatchObject([
      { what: 'sign-in', actor: { kind: 'person', name: 'Ada' } },
      { what: 'operator.created', actor: { kind: 'terminal' } },
    ]);
  });

  test('that two links begin at once makes one operator', async () => {
    const rig = await accountsRig({ noOperator: true });
    const links = [await rig.auth.createLink(), await rig.auth.createLink(), await rig.auth.createLink()];
    // A password takes its time, so that all of them find no operator at first.
    const begin = ({ secret }: { secret: string }, n: number) =>
      rig.call('POST', '/setup', { body: { secret, name: `First ${n}`, password: GOOD } });
    const answers = await Promise.all(links.map(begin));
    expect(answers.map(codeOf).sort()).toEqual([200, 'setup-done', 'setup-done']);
    expect(await rig.store.operators.list()).toHaveLength(1);
  });

  test('needs a link', async () => {
    const rig = await accountsRig({ noOperator: true });
    expect(codeOf(await rig.call('POST', '/setup', { body: { secret: 'guess', name: 'Eve' } }))).toBe('link-spent');
    expect(await rig.store.operators.any()).toBe(false);
  });
});

describe('a right', () => {
  test('is needed where a route names it, and neither of approver and admin holds the other', async () => {
    const rig = await accountsRig({ routes });
    const may = {
      viewer: ['read'],
      approver: ['read', 'decide', 'either'],
      admin: ['read', 'rule', 'either'],
    };
    for (const [right, allowed] of Object.entries(may)) {
      const as = await rig.operator(`one ${right}`, [right]);
      const token = madeShape.parse(
        (await rig.call('POST', '/tokens', { as: await rig.signIn(), body: { name: right, right, expiresInDays: 1 } })).json,
      ).secret;
      for (const [method, path] of [
        ['GET', 'read'],
        ['POST', 'decide'],
        ['POST', 'rule'],
        ['POST', 'either'],
      ] as const) {
        const codes = [
          await rig.call(method, `/${path}`, { as }),
          await rig.ask(`/api/v1/${path}`, { method, headers: bearer(token) }),
        ].map(codeOf);
        expect({ right, path, codes }).toEqual({ right, path, codes: Array(2).fill(allowed.includes(path) ? 200 : 'right-missing') });
      }
    }
  });

  test('that is missing is named', async () => {
    const rig = await accountsRig({ routes });
    const viewer = await rig.operator('Vera', ['viewer']);
    expect((await rig.call('POST', '/rule', { as: viewer })).json).toMatchObject({ status: 403, code: 'right-missing', right: 'admin' });
  });

  test('of an admin is needed for everything about operators and tokens, by a person', async () => {
    const rig = await accountsRig();
    const viewer = await rig.operator('Vera', ['viewer']);
    const writes = [
      ['POST', '/operators', { name: 'Eve', rights: ['admin'] }],
      ['PATCH', `/operators/${viewer.id}`, { rights: ['admin'] }],
      ['DELETE', `/operators/${viewer.id}`, undefined],
      ['POST', `/operators/${viewer.id}/link`, undefined],
      ['POST', '/tokens', { name: 'Eve', right: 'admin', expiresInDays: 1 }],
      ['DELETE', '/tokens/any', undefined],
    ] as const;
    const approver = await rig.operator('Paul', ['approver']);
    for (const [method, path, body] of writes) {
      for (const as of [viewer, approver]) expect(codeOf(await rig.call(method, path, { as, body }))).toBe('right-missing');
      expect(codeOf(await rig.ask(`/api/v1${path}`, { method, headers: bearer(API_TOKEN), ...(body ? { body } : {}) }))).toBe(
        'person-required',
      );
    }
  });
});

describe('an operator', () => {
  test('is invited by a link that works once, and signs in with the password it chose', async () => {
    const rig = await accountsRig();
    await rig.operator('Vera', ['viewer']);
    const again = rig.browser(await rig.call('POST', '/session/password', { body: { name: ' VERA ', password: GOOD } }));
    expect((await rig.call('GET', '/session', { as: again })).json).toMatchObject({ name: 'Vera', rights: ['viewer'], way: 'password' });
    const admin = await rig.signIn();
    expect(codeOf(await rig.call('POST', '/operators', { as: admin, body: { name: 'vera', rights: ['admin'] } }))).toBe('operator-exists');
    expect((await rig.activity()).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['operator.created', 'operator.accepted', 'sign-in']),
    );
  });

  test('loses its sessions and bridges at once when its rights or its state change, and its tokens with admin', async () => {
    const rig = await accountsRig({ routes });
    const admin = await rig.signIn();
    const ada = await rig.operator('Ada', ['admin']);
    const { secret } = madeShape.parse(
      (await rig.call('POST', '/tokens', { as: ada, body: { name: 'hers', right: 'admin', expiresInDays: 1 } })).json,
    );
    const ended: string[] = [];
    rig.auth.onSessionEnd((id) => ended.push(id));
    expect(codeOf(await rig.ask('/api/v1/rule', { method: 'POST', headers: bearer(secret) }))).toBe(200);
    expect((await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { rights: ['viewer'] } })).json).toMatchObject({
      rights: ['viewer'],
      sessions: 0,
    });
    expect(ended).toHaveLength(2);
    expect(codeOf(await rig.call('GET', '/session', { as: ada }))).toBe('sign-in-required');
    expect(codeOf(await rig.ask('/api/v1/read', { headers: bearer(secret) }))).toBe('sign-in-required');

    const viewer = rig.browser(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }));
    await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'disabled' } });
    expect(codeOf(await rig.call('GET', '/session', { as: viewer }))).toBe('sign-in-required');
    expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }))).toBe('sign-in-refused');
    expect(codeOf(await rig.call('POST', `/operators/${ada.id}/link`, { as: admin }))).toBe('operator-disabled');
    await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'active' } });
    rig.browser(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }));
  });

  test('who is switched off while the password is checked does not get in, and is answered as one who never was', async () => {
    const rig = await accountsRig();
    const admin = await rig.signIn();
    const ada = await rig.operator('Ada', ['admin']);
    const enter = (name: string) => rig.call('POST', '/session/password', { body: { name, password: GOOD } });
    const [entered] = await Promise.all([
      enter('Ada'),
      rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'disabled' } }),
    ]);
    if (entered.status === 200) expect(codeOf(await rig.call('GET', '/session', { as: rig.browserOf(entered) }))).toBe('sign-in-required');
    expect(rig.auth.sessions.list().filter(({ name }) => name === 'Ada')).toEqual([]);
    expect((await enter('Ada')).json).toEqual((await enter('Nobody')).json);
  });

  test('who is the last admin stays one', async () => {
    const rig = await accountsRig();
    const admin = await rig.signIn();
    const { items } = operatorsShape.parse((await rig.call('GET', '/operators', { as: admin })).json);
    const own = items.find(({ you }) => you)?.id ?? '';
    await rig.operator('Paul', ['approver']);
    for (const body of [{ rights: ['approver'] }, { state: 'disabled' }])
      expect(codeOf(await rig.call('PATCH', `/operators/${own}`, { as: admin, body }))).toBe('last-admin');
    expect(codeOf(await rig.call('DELETE', `/operators/${own}`, { as: admin }))).toBe('last-admin');
    const ada = await rig.operator('Ada', ['admin']);
    // An admin who has not accepted, or is switched off, is none.
    expect(codeOf(await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'disabled' } }))).toBe(200);
    expect(codeOf(await rig.call('DELETE', `/operators/${own}`, { as: admin }))).toBe('last-admin');
    await rig.call('PATCH', `/operators/${ada.id}`, { as: admin, body: { state: 'active' } });
    expect(codeOf(await rig.call('DELETE', `/operators/${own}`, { as: admin }))).toBe(204);
    expect(codeOf(await rig.call('GET', '/session', { as: admin }))).toBe('sign-in-required');
  });

  test('two admins who remove each other at once leave one', async () => {
    const rig = await accountsRig();
    const one = await rig.signIn();
    const two = await rig.operator('Ada', ['admin']);
    const { items } = operatorsShape.parse((await rig.call('GET', '/operators', { as: one })).json);
    const own = items.find(({ you }) => you)?.id ?? '';
    const answers = await Promise.all([
      rig.call('DELETE', `/operators/${two.id}`, { as: one }),
      rig.call('DELETE', `/operators/${own}`, { as: two }),
    ]);
    expect(answers.map(codeOf).filter((code) => code === 204)).toHaveLength(1);
    expect(await rig.store.operators.list()).toHaveLength(1);
  });

  test('is reset by a link: sessions and the old password are gone', async () => {
    const rig = await accountsRig();
    const ada = await rig.operator('Ada', ['viewer']);
    const made = await rig.call('POST', `/operators/${ada.id}/link`, { as: await rig.signIn() });
    const secret = z.object({ link: z.object({ secret: z.string() }) }).parse(made.json).link.secret;
    expect((await rig.call('POST', '/links/read', { body: { secret } })).json).toMatchObject({ purpose: 'reset', operator: 'Ada' });
    expect(codeOf(await rig.call('POST', '/session', { body: { secret } }))).toBe('link-spent');
    const after = rig.browser(await rig.call('POST', '/links/accept', { body: { secret, password: 'another quiet river' } }));
    expect(codeOf(await rig.call('GET', '/session', { as: ada }))).toBe('sign-in-required');
    expect(codeOf(await rig.call('GET', '/session', { as: after }))).toBe(200);
    expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }))).toBe('sign-in-refused');
    expect(codeOf(await rig.call('POST', '/links/accept', { body: { secret } }))).toBe('link-spent');
  });
});

describe('a session', () => {
  test('changes operators only within 15 minutes, and again once the person confirmed', async () => {
    const rig = await accountsRig();
    const ada = await rig.operator('Ada', ['admin']);
    const invite = (name: string) => rig.call('POST', '/operators', { as: ada, body: { name, rights: ['viewer'] } });
    expect(codeOf(await invite('one'))).toBe(201);
    rig.clock.advance(15 * 60_000);
    expect(codeOf(await invite('two'))).toBe('sign-in-not-fresh');
    for (const [method, path, body] of [
      ['POST', '/tokens', { name: 'x', right: 'viewer', expiresInDays: 1 }],
      ['POST', '/operators/me/credentials/password', { current: GOOD, password: 'something else here' }],
      ['DELETE', `/operators/${ada.id}`, undefined],
    ] as const)
      expect(codeOf(await rig.call(method, path, { as: ada, body }))).toBe('sign-in-not-fresh');
    expect(codeOf(await rig.call('POST', '/session/confirm', { as: ada, body: { password: 'wrong wrong wrong' } }))).toBe(
      'sign-in-refused',
    );
    expect(codeOf(await invite('two'))).toBe('sign-in-not-fresh');
    expect(codeOf(await rig.call('POST', '/session/confirm', { as: ada, body: { password: GOOD } }))).toBe(200);
    expect(codeOf(await invite('two'))).toBe(201);
  });

  test('is seen and ended by its operator and by an admin, by nobody else', async () => {
    const rig = await accountsRig();
    const ada = await rig.operator('Ada', ['viewer']);
    const paul = await rig.operator('Paul', ['approver']);
    const list = z.object({ items: z.array(z.object({ id: z.string(), operator: z.string(), current: z.boolean() })) });
    const seen = async (as: typeof ada) => list.parse((await rig.call('GET', '/sessions', { as })).json).items;
    const own = (await seen(ada))[0];
    expect((await seen(ada)).map(({ operator, current }) => [operator, current])).toEqual([['Ada', true]]);
    expect((await seen(paul)).map(({ operator }) => operator)).toEqual(['Paul']);
    expect(codeOf(await rig.call('DELETE', `/sessions/${own?.id}`, { as: paul }))).toBe('session-unknown');
    const other = rig.browser(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }));
    expect(codeOf(await rig.call('DELETE', `/sessions/${own?.id}`, { as: other }))).toBe(204);
    expect(codeOf(await rig.call('GET', '/session', { as: ada }))).toBe('sign-in-required');
    expect(codeOf(await rig.call('DELETE', '/sessions', { as: other }))).toBe(204);
    expect(codeOf(await rig.call('GET', '/session', { as: other }))).toBe('sign-in-required');
    expect(codeOf(await rig.call('GET', '/session', { as: paul }))).toBe(200);
    expect((await rig.activity()).filter(({ what }) => what === 'session.ended').map(({ actor }) => actor.name)).toEqual(['Ada', 'Ada']);
  });
});

describe('an own password', () => {
  test('is changed with the current one only, and every other session ends', async () => {
    const rig = await accountsRig();
    const ada = await rig.operator('Ada', ['viewer']);
    const other = rig.browser(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }));
    const path = '/operators/me/credentials/password';
    const put = async (body: object) => codeOf(await rig.call('POST', path, { as: ada, body }));
    const password = 'a loud river in spring';
    expect([
      await put({ password }),
      await put({ password, current: 'a wrong guess' }),
      await put({ password: 'short', current: GOOD }),
    ]).toEqual(['input-invalid', 'sign-in-refused', 'password-weak']);
    expect(codeOf(await rig.call('GET', '/session', { as: other }))).toBe(200);
    expect(await put({ password, current: GOOD })).toBe(201);
    expect([codeOf(await rig.call('GET', '/session', { as: ada })), codeOf(await rig.call('GET', '/session', { as: other }))]).toEqual([
      200,
      'sign-in-required',
    ]);
    const enter = async (text: string) => codeOf(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: text } }));
    expect([await enter(GOOD), await enter(password)]).toEqual(['sign-in-refused', 200]);
    expect(JSON.stringify([await rig.activity(), rig.logged])).not.toContain(password);
  });

  test('is the first one of an operator without any current one, and stands nowhere as it is', async () => {
    const rig = await accountsRig();
    const as = await rig.signIn();
    expect(codeOf(await rig.call('POST', '/operators/me/credentials/password', { as, body: { password: GOOD } }))).toBe(201);
    expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'operator', password: GOOD } }))).toBe(200);
    expect(JSON.stringify(await rig.store.operators.credentials())).not.toContain(GOOD);
  });
});

describe('an API token', () => {
  test('is kept as a hash, ends at its time or when it is revoked, and says when it was used', async () => {
    const rig = await accountsRig({ routes });
    const admin = await rig.signIn();
    const make = async (name: string) =>
      madeShape.parse((await rig.call('POST', '/tokens', { as: admin, body: { name, right: 'viewer', expiresInDays: 2 } })).json);
    const [one, two] = [await make('one'), await make('two')];
    const read = async (secret: string) => codeOf(await rig.ask('/api/v1/read', { headers: bearer(secret) }));
    expect(one.secret).toMatch(/^gh_[\w-]{43}$/);
    expect([await read(one.secret), await read(`${one.secret}x`), await read(one.secret.slice(3))]).toEqual([
      200,
      'sign-in-required',
      'sign-in-required',
    ]);
    const stored = JSON.stringify(await rig.store.tokens.list());
    expect(stored).not.toContain(one.secret);
    const listed = await rig.call('GET', '/tokens', { as: admin });
    expect(listed.json).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ source: 'environment' }),
        expect.objectContaining({ name: 'one', lastUsedAt: expect.any(String) }),
        expect.not.objectContaining({ lastUsedAt: expect.any(String) }),
      ]),
    });
    expect(listed.text).not.toContain(one.secret);
    expect(codeOf(await rig.call('DELETE', `/tokens/${two.token.id}`, { as: admin }))).toBe(204);
    expect(await read(two.secret)).toBe('sign-in-required');
    expect(codeOf(await rig.call('DELETE', `/tokens/${two.token.id}`, { as: admin }))).toBe('token-unknown');
    expect(codeOf(await rig.call('DELETE', '/tokens/environment', { as: admin }))).toBe('setting-fixed');
    rig.clock.advance(2 * 86_400_000 - 1);
    expect(await read(one.secret)).toBe(200);
    rig.clock.advance(1);
    expect(await read(one.secret)).toBe('sign-in-required');
  });

  test('lives through a restart, and one that was revoked does not come back', async () => {
    const rig = await accountsRig({ routes });
    const admin = await rig.signIn();
    const make = async (name: string) =>
      madeShape.parse((await rig.call('POST', '/tokens', { as: admin, body: { name, right: 'viewer', expiresInDays: 2 } })).json);
    const [kept, revoked] = [await make('kept'), await make('revoked')];
    await rig.call('DELETE', `/tokens/${revoked.token.id}`, { as: admin });
    await rig.stop();
    const again = await rig.startAgain();
    const read = async (secret: string) => codeOf(await again.ask('/api/v1/read', { headers: bearer(secret) }));
    expect([await read(kept.secret), await read(revoked.secret)]).toEqual([200, 'sign-in-required']);
  });
});
