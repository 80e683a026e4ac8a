// Every operation of signing in, sessions, operators and tokens, called as the document describes it, and what a lesser right may not.
import { expect } from 'vitest';
import { coversScopes } from '../../gateway/scopes.ts';
import { createAuthenticator } from '../../testing/authenticator.ts';
import type { TakeBackItem } from '../grant-shapes.ts';
import { ANSWERS } from './schemas.ts';
import type { Caller, Person } from './test-call.ts';
import type { TestConsole } from './test-console.ts';

const PASSWORD = 'a quiet river in winter';

/** Calls them all in the name of the admin `person`. */
export async function tellAccounts({ call, target, person }: { call: Caller['call']; target: TestConsole; person: Person }) {
  const browser = ({ value, headers }: Awaited<ReturnType<Caller['call']>>): Person => ({
    key: ANSWERS.SessionStarted.parse(value).key,
    cookie: headers.getSetCookie()[0]?.split(';', 1)[0] ?? '',
  });
  const code = async (name: string, ask: Parameters<Caller['call']>[1]) => (await call(name, ask)).problem?.code;
  const invite = async (name: string, rights: string[]) => {
    const { value } = await call('POST /operators', { as: person, body: { name, rights } });
    return ANSWERS.OperatorInvited.parse(value);
  };

  expect((await call('GET /sign-in', { as: 'nobody' })).value).toEqual({ setup: false, password: false, passkey: false });
  expect(await code('POST /setup', { as: 'nobody', body: { secret: 'any', name: 'Eve' } })).toBe('setup-done');
  expect(await code('POST /session/proxy', { as: 'nobody' })).toBe('sign-in-refused');

  const { operator, link } = await invite('Vera', ['viewer']);
  const { secret } = link;
  expect((await call('POST /links/read', { as: 'nobody', body: { secret } })).value).toMatchObject({
    purpose: 'invitation',
    operator: 'Vera',
  });
  const vera = browser(await call('POST /links/accept', { as: 'nobody', body: { secret, password: PASSWORD } }));
  const parts = { id: operator.id };
  browser(await call('POST /session/password', { as: 'nobody', body: { name: 'Vera', password: PASSWORD } }));
  expect(await code('POST /session/password', { as: 'nobody', body: { name: 'Vera', password: 'wrong' } })).toBe('sign-in-refused');

  const key = createAuthenticator(target.origin);
  const asked = async (name: string, as: Person | 'nobody') => ANSWERS.PasskeyAsked.parse((await call(name, { as })).value);
  const adding = await asked('POST /operators/me/credentials/passkey/options', vera);
  const brought = { challengeId: adding.challengeId, response: key.create(adding.options), name: 'Laptop' };
  const passkey = ANSWERS.CredentialView.parse((await call('POST /operators/me/credentials/passkey', { as: vera, body: brought })).value);
  const entering = await asked('POST /session/passkey/options', 'nobody');
  const entered = { challengeId: entering.challengeId, response: key.get(entering.options) };
  browser(await call('POST /session/passkey', { as: 'nobody', body: entered }));
  expect((await call('GET /operators/me/credentials', { as: vera })).value).toMatchObject({
    items: [{ kind: 'password' }, { id: passkey.id }],
  });
  await call('POST /session/confirm', { as: vera, body: { password: PASSWORD } });
  const changed = { current: PASSWORD, password: `${PASSWORD}, frozen` };
  await call('POST /operators/me/credentials/password', { as: vera, body: changed });
  await call('DELETE /operators/me/credentials/{id}', { as: vera, parts: { id: passkey.id } });

  // What a viewer may not, where the right depends on what is asked.
  expect(await code('PUT /automation', { as: vera, body: { on: false } })).toBe('right-missing');
  const rules = { text: 'version: 1\nrules: []\n', format: 'yaml' };
  const { digest } = ANSWERS.RulesDiff.parse((await call('POST /rules/import', { as: vera, body: rules })).value);
  expect(await code('POST /rules/import', { as: vera, body: { ...rules, digest } })).toBe('right-missing');

  const paul = browser(
    await call('POST /links/accept', { as: 'nobody', body: { secret: (await invite('Paul', ['approver'])).link.secret } }),
  );
  expect((await call('PUT /automation', { as: paul, body: { on: false } })).value).toMatchObject({ state: 'off' });
  expect(await code('PUT /automation', { as: paul, body: { on: true } })).toBe('right-missing');
  await call('PUT /automation', { as: person, body: { on: true } });
  const taking = { gateway: 'practice', deviceId: 'ff'.repeat(32), publicKey: 'k', holds: [] };
  expect(await code('POST /take-backs', { as: paul, body: taking })).toBe('right-missing');
  expect(await code('POST /take-backs', { as: paul, body: { ...taking, decision: 'none' } })).toBe('not-found');

  const sessions = ANSWERS.SessionList.parse((await call('GET /sessions', { as: vera })).value).items;
  expect(sessions.map((session) => [session.operator, session.current])).toEqual([['Vera', true]]);
  const all = ANSWERS.SessionList.parse((await call('GET /sessions', { as: person })).value).items;
  const pauls = all.find((session) => session.operator === 'Paul');
  await call('DELETE /sessions/{id}', { as: person, parts: { id: pauls?.id ?? '' } });
  expect(await code('GET /session', { as: paul })).toBe('sign-in-required');
  await call('DELETE /sessions', { as: vera });
  expect(await code('GET /session', { as: vera })).toBe('sign-in-required');

  await call('PATCH /operators/{id}', { as: person, parts, body: { rights: ['approver', 'admin'] } });
  await call('POST /operators/{id}/link', { as: person, parts });
  const listed = ANSWERS.OperatorList.parse((await call('GET /operators', { as: person })).value).items;
  expect(listed.map(({ name, you }) => [name, you])).toEqual([
    ['operator', true],
    ['Vera', false],
    ['Paul', false],
  ]);
  await call('DELETE /operators/{id}', { as: person, parts });

  const made = await call('POST /tokens', { as: person, body: { name: 'nightly', right: 'viewer' } });
  const { token } = ANSWERS.TokenMade.parse(made.value);
  expect(ANSWERS.TokenList.parse((await call('GET /tokens', { as: person })).value).items.map(({ name }) => name)).toEqual([
    'API token',
    'nightly',
  ]);
  await call('DELETE /tokens/{id}', { as: person, parts: { id: token.id } });
}

/** An approver takes back what a decision gave, and nothing else by naming one. */
export async function tellTakeBackRights({ call, person }: { call: Caller['call']; person: Person }) {
  const invited = ANSWERS.OperatorInvited.parse(
    (await call('POST /operators', { as: person, body: { name: 'Zoe', rights: ['approver'] } })).value,
  );
  const { value, headers } = await call('POST /links/accept', { as: 'nobody', body: { secret: invited.link.secret } });
  const zoe: Person = { key: ANSWERS.SessionStarted.parse(value).key, cookie: headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
  const decided = ANSWERS.DecisionPage.parse((await call('GET /requests', { query: '?state=decided' })).value).items;
  const plans = await Promise.all(
    decided.map(async ({ id }) => ({
      decision: id,
      items: ANSWERS.TakeBackPlan.parse((await call('GET /take-backs/plan', { query: `?decision=${id}` })).value).items,
    })),
  );
  // Which of the waiting devices had an approval beside this one is chance: one that holds what its decision gave and no more.
  const givenAll = ({ grants, holds }: TakeBackItem) =>
    coversScopes(
      grants.flatMap(({ scopes }) => scopes),
      holds,
    );
  const given = plans.find(({ items }) => items.some(givenAll));
  const item = given?.items.find(givenAll);
  if (!given || !item) throw new Error('no decision of this test gave all that its device holds');
  // What was seen is stale on purpose: who may take it back is told so, and nothing is taken.
  const { gateway, deviceId, publicKey, rowCreatedAtMs, holds } = item;
  const body = { gateway, deviceId, publicKey, rowCreatedAtMs, holds: [...holds, 'operator.stale'], decision: given.decision };
  const code = async (sent: object) => (await call('POST /take-backs', { as: zoe, body: sent })).problem?.code;
  expect(await code(body)).toBe('request-changed');
  const { decision: _, ...unnamed } = body;
  expect(await code(unnamed)).toBe('right-missing');
  expect(await code({ ...body, publicKey: 'another' })).toBe('right-missing');
  expect(await code({ ...body, deviceId: 'ff'.repeat(32) })).toBe('right-missing');
  await call('DELETE /operators/{id}', { as: person, parts: { id: invited.operator.id } });
}
