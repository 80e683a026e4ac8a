// What somebody was allowed ends with the right to it: in the middle of a request, in links and tokens they made, by any clock. And what
// nobody is allowed: to fill the room of others, to be taken for another, to come in by the link of a set-up that is over.
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { createAuthenticator } from '../testing/authenticator.ts';
import { accountsRig, codeOf, GOOD } from './test-accounts.ts';

const invitedShape = z.object({ operator: z.object({ id: z.string() }), link: z.object({ secret: z.string() }) });
const madeShape = z.object({ token: z.object({ id: z.string() }), secret: z.string() });
const askedShape = z.object({ challengeId: z.string(), options: z.record(z.string(), z.unknown()) });
const HOUR_MS = 3_600_000;

type Rig = Awaited<ReturnType<typeof accountsRig>>;

/** A request whose head is there, so that it was let in, and whose body is finished later. Answers its status. */
async function held(rig: Rig, method: string, path: string, headers: Record<string, string>, body: unknown) {
  const text = JSON.stringify(body);
  const socket = connect(rig.port, '127.0.0.1');
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk.toString('utf8');
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const lines = [
    `${method} /api/v1${path} HTTP/1.1`,
    `Host: localhost:${rig.port}`,
    'Expect: 100-continue',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  // The server asks for the body in the turn in which it begins to read it.
  await expect.poll(() => got).toContain('100 Continue');
  return async () => {
    socket.write(text);
    await closed;
    return Number(/HTTP\/1\.1 ([2-5]\d\d)/.exec(got)?.[1]);
  };
}

test.each([
  ['POST', '/tokens', { name: 'backdoor', right: 'admin', expiresInDays: 366 }],
  ['POST', '/operators', { name: 'Robert', rights: ['admin'] }],
])('%s %s of an admin who was removed while its body was held back does nothing', async (method, path, body) => {
  const rig = await accountsRig();
  const bob = await rig.operator('Bob', ['approver', 'admin']);
  const finish = await held(rig, method, path, bob.writeHeaders, body);
  await rig.call('DELETE', `/operators/${bob.id}`, { as: await rig.signIn() });
  expect(await finish()).toBe(401);
  expect((await rig.store.tokens.list()).length).toBe(0);
  expect((await rig.store.operators.list()).map(({ name }) => name)).not.toContain('Robert');
});

test('an old password that is being checked while its account is reset lets nobody in', async () => {
  const rig = await accountsRig();
  const eve = await rig.operator('Eve', ['approver', 'admin']);
  const admin = await rig.signIn();
  const made = await rig.call('POST', `/operators/${eve.id}/link`, { as: admin });
  const { link } = z.object({ link: z.object({ secret: z.string() }) }).parse(made.json);
  const send = (name: string) => rig.call('POST', '/session/password', { body: { name, password: GOOD } });
  // Two are checked at once: behind these the old password waits for longer than a reset takes.
  const before = Array.from({ length: 8 }, (_, n) => send(`nobody ${n}`));
  const old = send('Eve');
  const reset = await rig.call('POST', '/links/accept', { body: { secret: link.secret } });
  expect(reset.status).toBe(200);
  const answer = await old;
  await Promise.all(before);
  expect(codeOf(answer)).toBe('sign-in-refused');
});

test('passwords that nobody had time to look at lock nobody out', async () => {
  const { auth, operator } = await accountsRig();
  await operator('Eve', ['approver']);
  const check = (name: string, n: number, password = GOOD) =>
    auth.signIn.checkPassword(name, password, { address: `192.0.2.${n}` }).then(
      () => 'right',
      (error: unknown) => (error instanceof Problem ? error.code : 'failed otherwise'),
    );
  // As many as may run and wait; each that is done makes room for the next of its kind at once.
  let full = true;
  const busy = async (): Promise<void> => {
    while (full) await auth.signIn.passwordCredential('nobody', GOOD);
  };
  const others = Array.from({ length: 32 }, busy);
  const mine = await Promise.all(Array.from({ length: 5 }, (_, n) => check('Eve', 100 + n)));
  full = false;
  expect(mine).toEqual(Array.from({ length: 5 }, () => 'sign-in-busy'));
  await Promise.all(others);
  expect(await check('Eve', 100)).toBe('right');
});

test('a token that was revoked while its body was held back decides nothing', async () => {
  const decided: string[] = [];
  const decide = route({
    method: 'POST',
    path: '/decide',
    access: 'approver',
    input: z.unknown(),
    handler: ({ actor }) => void decided.push(actor().name),
  });
  const rig = await accountsRig({ routes: [decide] });
  const admin = await rig.signIn();
  const made = madeShape.parse(
    (await rig.call('POST', '/tokens', { as: admin, body: { name: 'script', right: 'approver', expiresInDays: 1 } })).json,
  );
  const finish = await held(rig, 'POST', '/decide', { Authorization: `Bearer ${made.secret}` }, {});
  await rig.call('DELETE', `/tokens/${made.token.id}`, { as: admin });
  expect(await finish()).toBe(401);
  expect(decided).toEqual([]);
});

test('the links that an admin made for others end with the admin, and with the right', async () => {
  for (const end of ['removed', 'demoted'] as const) {
    const rig = await accountsRig();
    const ann = await rig.operator('Ann', ['approver', 'admin']);
    const bob = await rig.operator('Bob', ['approver', 'admin']);
    const reset = invitedShape.parse((await rig.call('POST', `/operators/${ann.id}/link`, { as: bob })).json).link.secret;
    const invitation = invitedShape.parse(
      (await rig.call('POST', '/operators', { as: bob, body: { name: 'Carl', rights: ['admin'] } })).json,
    ).link;
    const admin = await rig.signIn();
    if (end === 'removed') await rig.call('DELETE', `/operators/${bob.id}`, { as: admin });
    else await rig.call('PATCH', `/operators/${bob.id}`, { as: admin, body: { rights: ['approver'] } });
    for (const secret of [reset, invitation.secret])
      expect(codeOf(await rig.call('POST', '/links/accept', { body: { secret, password: `${GOOD} two` } }))).toBe('link-spent');
    expect(codeOf(await rig.call('GET', '/session', { as: ann }))).toBe(200);
  }
});

test('a reset ends the API tokens that the operator had made', async () => {
  const rig = await accountsRig();
  const bob = await rig.operator('Bob', ['admin']);
  const { secret } = madeShape.parse(
    (await rig.call('POST', '/tokens', { as: bob, body: { name: 'x', right: 'admin', expiresInDays: 9 } })).json,
  );
  const asToken = () => rig.ask('/api/v1/session', { headers: { Authorization: `Bearer ${secret}` } });
  expect(codeOf(await asToken())).toBe(200);
  const link = invitedShape.parse((await rig.call('POST', `/operators/${bob.id}/link`, { as: await rig.signIn() })).json).link.secret;
  rig.browser(await rig.call('POST', '/links/accept', { body: { secret: link, password: `${GOOD} two` } }));
  expect(codeOf(await asToken())).toBe('sign-in-required');
});

test('strangers who ask for challenges by the thousand leave those of others as they are', async () => {
  const rig = await accountsRig();
  const ada = await rig.operator('Ada', ['viewer']);
  const key = createAuthenticator(rig.origin);
  const OWN = '/operators/me/credentials/passkey';
  const adding = askedShape.parse((await rig.call('POST', `${OWN}/options`, { as: ada })).json);
  const body = { challengeId: adding.challengeId, response: key.create(adding.options), name: 'x' };
  expect(codeOf(await rig.call('POST', OWN, { as: ada, body }))).toBe(201);
  const mine = askedShape.parse((await rig.call('POST', '/session/passkey/options')).json);
  for (let asked = 0; asked < 2100; asked += 100)
    await Promise.all(Array.from({ length: 100 }, () => rig.call('POST', '/session/passkey/options')));
  const answer = { challengeId: mine.challengeId, response: key.get(mine.options) };
  expect(codeOf(await rig.call('POST', '/session/passkey', { body: answer }))).toBe(200);
});

test('a stranger who locks a name at the door locks nobody out of a session that lives', async () => {
  const rig = await accountsRig();
  const ada = await rig.operator('Ada', ['admin']);
  for (let wrong = 0; wrong < 6; wrong += 1)
    await rig.call('POST', '/session/password', { body: { name: 'Ada', password: 'wrong wrong wrong' } });
  expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'Ada', password: GOOD } }))).toBe('sign-in-locked');
  expect(codeOf(await rig.call('POST', '/session/confirm', { as: ada, body: { password: GOOD } }))).toBe(200);
  for (let wrong = 0; wrong < 5; wrong += 1)
    await rig.call('POST', '/session/confirm', { as: ada, body: { password: 'wrong wrong wrong' } });
  expect(codeOf(await rig.call('POST', '/session/confirm', { as: ada, body: { password: GOOD } }))).toBe('sign-in-locked');
});

test('the other links of a set-up end with it', async () => {
  const rig = await accountsRig({ noOperator: true });
  const printed = (await rig.auth.createLink()).secret;
  const other = (await rig.auth.createLink()).secret;
  rig.browser(await rig.call('POST', '/setup', { body: { secret: other, name: 'Ada', password: GOOD } }));
  expect(codeOf(await rig.call('POST', '/session', { body: { secret: printed } }))).toBe('link-spent');
});

test('a clock that is set back lengthens neither a session nor how long it is fresh', async () => {
  const rig = await accountsRig();
  const ada = await rig.operator('Ada', ['admin']);
  const invite = (name: string) => rig.call('POST', '/operators', { as: ada, body: { name, rights: ['viewer'] } });
  expect(codeOf(await invite('Bea'))).toBe(201);
  rig.clock.setWall(rig.clock.nowMs() - 10 * HOUR_MS);
  rig.clock.advance(HOUR_MS);
  expect(codeOf(await invite('Cid'))).toBe('sign-in-not-fresh');
  rig.clock.setWall(rig.clock.nowMs() - 30 * 24 * HOUR_MS);
  rig.clock.advance(8 * 24 * HOUR_MS);
  expect(codeOf(await rig.call('GET', '/session', { as: ada }))).toBe('sign-in-required');
});

test('no name of an operator or a token is read as another’s, or as the console’s', async () => {
  const rig = await accountsRig();
  const admin = await rig.signIn();
  const invite = async (name: string) => codeOf(await rig.call('POST', '/operators', { as: admin, body: { name, rights: ['viewer'] } }));
  expect(await invite('Ann')).toBe(201);
  expect(await invite('Асе')).toBe(201);
  for (const name of [
    'Ann\ufe0f',
    'Ann\u3164',
    'Ann\u034f',
    'Ann\u115f',
    '\u0410nn',
    '\uff27atehouse',
    'Term\u0456nal',
    'Terminal\u3164',
    'API-token',
  ])
    expect([name, await invite(name)]).toEqual([name, 'input-invalid']);
  for (const name of ['ann', 'Á\u0300nn', 'A n n', '\uff21nn', 'Ace'])
    expect([name, await invite(name)]).toEqual([name, 'operator-exists']);
  const token = async (name: string) =>
    codeOf(await rig.call('POST', '/tokens', { as: admin, body: { name, right: 'viewer', expiresInDays: 1 } }));
  expect(await token('Ann')).toBe('operator-exists');
  expect(await token('Nightly')).toBe(201);
  expect(await invite('Night1y')).toBe('operator-exists');
});
