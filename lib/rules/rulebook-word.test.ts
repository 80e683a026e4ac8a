// The API token cannot acknowledge: a rule has only the word of a person, for what that person saw.
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { testStore } from '#lib/store/test-store.ts';
import { approvable } from '#lib/testing/verdict-case.ts';
import { makeRule, ruleInput } from './rule.ts';
import { createRulebook } from './rulebook.ts';
import { decide } from './verdict.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const TOKEN = { kind: 'api-token', name: 'API token' } as const;
const ADMIN = {
  scopes: ['operator.read', 'operator.write', 'operator.admin'],
  confirm: ['operator.admin'],
  agentsMayUse: true,
  expiresAt: '2026-12-01T00:00:00Z',
  acknowledge: ['same-user'],
};
const body = (over: Record<string, unknown> = {}) => ruleInput.parse({ name: 'Local tools', enabled: true, ...ADMIN, ...over });

async function book(opened?: Awaited<ReturnType<typeof testStore>>) {
  const { store, clock } = opened ?? (await testStore());
  const rulebook = await createRulebook({
    store,
    clock,
    newId: randomUUID,
    sameUser: () => true,
    statement: () => true,
    grantsOf: () => ({ devices: 0 }),
    onFile: () => undefined,
    onChange: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => rulebook.dispose());
  return { rulebook };
}

type Rulebook = Awaited<ReturnType<typeof book>>['rulebook'];

const acknowledged = (rulebook: Rulebook) => rulebook.inForce().map(({ rule }) => rule.acknowledge);

/** What the gateway process gets that asks for admin over clean loopback, with the console under the gateway's user. */
function asAgent(rulebook: Rulebook) {
  const { request, judgement } = approvable();
  return decide(
    approvable({
      sameUser: true,
      rules: rulebook.inForce(),
      request: { ...request, scopes: ['operator.admin'] },
      judgement: { ...judgement, askedBy: 'gateway-process' },
    }),
  ).kind;
}

test('a rule above write with the acknowledgement of the API token approves nothing and says that it waits for a person', async () => {
  const { rulebook } = await book();
  const { id, blockedBy } = await rulebook.create(body(), TOKEN);
  expect(acknowledged(rulebook)).toEqual([[]]);
  expect(blockedBy).toMatchObject([{ code: 'same-user', text: expect.stringContaining('it waits for a person') }]);
  expect(asAgent(rulebook)).toBe('hold');
  expect((await rulebook.replace(id, body({ maxPerHour: 9 }), TOKEN)).blockedBy).toHaveLength(1);
  // To look at it is not to type it: only a rule that a person saved with the word has it.
  expect((await rulebook.acknowledge(id, 2, PERSON)).blockedBy).toHaveLength(1);
  expect((await rulebook.replace(id, body(), PERSON)).blockedBy).toEqual([]);
  expect(asAgent(rulebook)).toBe('approve');
});

test('proof without a socket is not accepted on the word of the API token', async () => {
  const { rulebook } = await book();
  const over = { scopes: ['operator.read'], confirm: [], assurance: 'log', acknowledge: ['log-assurance'] };
  const { blockedBy } = await rulebook.create(body(over), TOKEN);
  expect(blockedBy).toMatchObject([{ code: 'log-unconfirmed', text: expect.stringContaining('it waits for a person') }]);
});

const APPROVALS = {
  deviceId: 'a'.repeat(64),
  scopes: ['operator.read', 'operator.write', 'operator.approvals'],
  confirm: ['operator.approvals'],
};

test.each([
  ['the same', {}, true],
  ['less', { maxPerHour: 3, scopes: ['operator.read', 'operator.approvals'] }, true],
  ['another name', { name: 'Tools' }, true],
  ['no word about it', { acknowledge: [] }, false],
  ['more often', { maxPerHour: 11 }, false],
  ['one scope more', { scopes: [...APPROVALS.scopes, 'operator.pairing'], confirm: ['operator.approvals', 'operator.pairing'] }, false],
  ['another device', { deviceId: 'b'.repeat(64) }, false],
  ['a longer life', { expiresAt: '2026-12-02T00:00:00Z' }, false],
  ['more, while it is switched off', { enabled: false, maxPerHour: 11 }, false],
  ['more, in shadow', { shadow: true, maxPerHour: 11 }, false],
])('what a person acknowledged stays through an edit by the API token that gives no more: %s', async (_name, over, stays) => {
  const { rulebook } = await book();
  const { id } = await rulebook.create(body(APPROVALS), PERSON);
  await rulebook.replace(id, body({ ...APPROVALS, ...over }), TOKEN);
  expect(acknowledged(rulebook)).toEqual([stays ? ['same-user'] : []]);
});

test('one acknowledgement of a person gives the API token no other', async () => {
  const { rulebook } = await book();
  const { id } = await rulebook.create(body(), PERSON);
  await rulebook.replace(id, body({ acknowledge: ['same-user', 'log-assurance'] }), TOKEN);
  expect(acknowledged(rulebook)).toEqual([['same-user']]);
});

test('a rule that a person switched off is not acknowledged any more when the API token switches it on', async () => {
  const { rulebook } = await book();
  const { id } = await rulebook.create(body({ enabled: false }), PERSON);
  expect((await rulebook.replace(id, body(), TOKEN)).blockedBy).toMatchObject([{ code: 'same-user' }]);
});

test('what nobody recorded, and what a rules file said, passes nothing on to the API token that saves it anew', async () => {
  const opened = await testStore();
  const first = (await book(opened)).rulebook;
  const planted = await first.create(body({ name: 'planted', acknowledge: [] }), TOKEN);
  const raw = new DatabaseSync(`${opened.folder}/gatehouse.db`);
  onTestFinished(() => raw.close());
  raw.exec(`update rules set body = json_set(body, '$.acknowledge', json_array('same-user'))`);
  const ofFile = makeRule(body(), { id: 'r1', actor: PERSON, now: opened.clock.nowMs(), source: 'file' });
  await opened.store.rules.saveWithActivity(
    { id: 'r1', position: 2, version: 1, body: ofFile },
    { id: 'of-file', at: ofFile.createdAt, actor: PERSON, what: 'rule.create', text: '' },
  );
  const { rulebook } = await book(opened);
  expect(acknowledged(rulebook)).toEqual([['same-user'], ['same-user']]);
  await rulebook.replace(planted.id, body({ name: 'planted' }), TOKEN);
  await rulebook.replace('r1', body(), TOKEN);
  expect(acknowledged(rulebook)).toEqual([[], []]);
});

test('an import by the API token shows and keeps no acknowledgement of its own', async () => {
  const { rulebook } = await book();
  await rulebook.create(body(), PERSON);
  const own = rulebook.exportText('json');
  expect(own).toContain('same-user');
  expect(rulebook.diff(own, 'json', TOKEN).changes).toMatchObject([{ kind: 'same', fields: [] }]);

  const wider = own.replace('"maxPerHour": 10', '"maxPerHour": 11');
  expect(wider).not.toBe(own);
  const diff = rulebook.diff(wider, 'json', TOKEN);
  expect(diff.changes).toMatchObject([
    { kind: 'change', widens: true, fields: expect.arrayContaining([{ field: 'acknowledge', before: '["same-user"]', after: '[]' }]) },
  ]);
  expect(rulebook.diff(wider, 'json', PERSON).changes[0]?.fields.map(({ field }) => field)).not.toContain('acknowledge');
  await rulebook.apply(wider, 'json', diff.digest, TOKEN);
  expect(acknowledged(rulebook)).toEqual([[]]);

  const anew = own.replace('Local tools', 'Other tools');
  await rulebook.apply(anew, 'json', rulebook.diff(anew, 'json', TOKEN).digest, TOKEN);
  expect(acknowledged(rulebook)).toEqual([[]]);
});
