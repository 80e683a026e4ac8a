// What a person acknowledged of a rule was about that rule behind what narrowed it: nobody but a person takes that away and leaves the word.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { ActivityView } from '#lib/api/shapes.ts';
import { testStore } from '#lib/store/test-store.ts';
import { DEVICE } from '#lib/testing/situation.ts';
import { approvable, NOW, ruleOf } from '#lib/testing/verdict-case.ts';
import { ruleInput } from './rule.ts';
import { createRulebook } from './rulebook.ts';
import { clearedBy } from './rules-cleared.ts';
import { decide } from './verdict.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const TOKEN = { kind: 'api-token', name: 'API token' } as const;
const GUARD = {
  name: 'Guard',
  enabled: true,
  effect: 'leave',
  origin: 'any',
  scopes: ['operator.read'],
  expiresAt: '2026-12-01T00:00:00Z',
};
const ADMIN = {
  name: 'Local tools',
  enabled: true,
  scopes: ['operator.read', 'operator.write', 'operator.admin'],
  confirm: ['operator.admin'],
  agentsMayUse: true,
  expiresAt: '2026-12-01T00:00:00Z',
  acknowledge: ['same-user'],
};
const ONCE = { ...ADMIN, name: 'Once', maxPerHour: 1 };
const body = (of: Record<string, unknown>, over: Record<string, unknown> = {}) => ruleInput.parse({ ...of, ...over });

/** A rulebook in which a person made these rules, in this order; the last one approves admin. */
async function book(...made: Record<string, unknown>[]) {
  const { store, clock } = await testStore();
  const activity: ActivityView[] = [];
  const rulebook = await createRulebook({
    store,
    clock,
    newId: randomUUID,
    sameUser: () => true,
    statement: () => true,
    grantsOf: () => ({ devices: 0 }),
    onFile: () => undefined,
    onChange: (_change, item) => void (item && activity.push(item)),
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => rulebook.dispose());
  const ids: string[] = [];
  for (const one of made) ids.push((await rulebook.create(body(one), PERSON)).id);
  activity.splice(0);
  const [above = '', below = ''] = ids;
  const word = async (id = below) => {
    const { rule } = rulebook.inForce().find((one) => one.rule.id === id) ?? {};
    return { acknowledge: rule?.acknowledge, unacknowledged: (await rulebook.view(id)).unacknowledged };
  };
  return { rulebook, activity, above, below, word };
}

type Rulebook = Awaited<ReturnType<typeof book>>['rulebook'];

/** What the gateway process gets that asks for admin; with the uses of this hour, per rule. */
function asAgent(rulebook: Rulebook, used: ReadonlyMap<string, readonly { deviceId: string; atMs: number }[]> = new Map()) {
  const input = approvable();
  return decide(
    approvable({
      sameUser: true,
      rules: rulebook.inForce(),
      history: { ...input.history, byRule: used },
      request: { ...input.request, scopes: ['operator.admin'] },
      judgement: { ...input.judgement, askedBy: 'gateway-process' },
    }),
  ).kind;
}

const KEPT = { acknowledge: ['same-user'], unacknowledged: false };
const LOST = { acknowledge: [], unacknowledged: true };

type Act = (rulebook: Rulebook, above: string, below: string, actor: typeof PERSON | typeof TOKEN) => Promise<unknown>;
const put =
  (over: Record<string, unknown>, of: Record<string, unknown> = GUARD): Act =>
  (rulebook, above, _below, actor) =>
    rulebook.replace(above, body(of, over), actor);
const importing =
  (change: (own: string) => string): Act =>
  (rulebook, _above, _below, actor) => {
    const text = change(rulebook.exportText('json'));
    return rulebook.apply(text, 'json', rulebook.diff(text, 'json', actor).digest, actor);
  };
const turned = (own: string): string => {
  const file: { rules: unknown[] } = JSON.parse(own);
  return JSON.stringify({ ...file, rules: file.rules.toReversed() });
};
const without = (own: string): string => {
  const file: { rules: unknown[] } = JSON.parse(own);
  return JSON.stringify({ ...file, rules: file.rules.slice(1) });
};

const CLEARING: [string, Act][] = [
  ['removing it', (rulebook, above, _below, actor) => rulebook.remove(above, actor)],
  ['putting it below', (rulebook, above, below, actor) => rulebook.reorder([below, above], actor)],
  ['switching it off', put({ enabled: false })],
  ['putting it in shadow', put({ shadow: true })],
  ['letting it hold less', put({ gateway: 'elsewhere' })],
  ['letting it end sooner', put({ expiresAt: '2026-11-24T00:00:00Z' })],
  ['making it approve', put({ effect: 'approve', origin: 'host-key' })],
  ['importing a file without it', importing(without)],
  ['importing a file in which it is below', importing(turned)],
  ['importing a file in which it is off', importing((own) => own.replace('"enabled": true', '"enabled": false'))],
];

test.each(CLEARING)(
  'the API token takes what holds back out of the way of an acknowledged rule by %s: that waits for a person',
  async (_name, act) => {
    const { rulebook, activity, above, below, word } = await book(GUARD, ADMIN);
    expect([asAgent(rulebook), await word()]).toEqual(['hold', KEPT]);
    await act(rulebook, above, below, TOKEN);
    expect([asAgent(rulebook), await word()]).toEqual(['hold', LOST]);
    expect((await rulebook.view(below)).blockedBy).toMatchObject([
      { code: 'same-user', text: expect.stringContaining('waits for a person') },
    ]);
    const told = activity.filter(({ text }) => text.includes('API token cleared the way for the rule Local tools'));
    expect(told).toMatchObject([{ actor: TOKEN, text: expect.stringContaining('counts as one that no person has acknowledged') }]);
    // A person who types the word again has seen it as it is now.
    await rulebook.replace(below, body(ADMIN), PERSON);
    expect(await word()).toEqual(KEPT);
  },
);

test.each(CLEARING)('a person may do it by %s', async (_name, act) => {
  const { rulebook, above, below, word } = await book(GUARD, ADMIN);
  await act(rulebook, above, below, PERSON);
  expect(await word()).toEqual(KEPT);
});

test.each<[string, Act]>([
  ['gives it another name', put({ name: 'Warden' })],
  ['lets it reject', put({ effect: 'reject' })],
  ['lets it hold more', put({ scopes: ['operator.read', 'operator.write'], expiresAt: '2026-12-02T00:00:00Z' })],
  ['imports the file as it is', importing((own) => own)],
  ['imports a file in which it has another name', importing((own) => own.replace('Guard', 'Warden'))],
])('what the API token changes above an acknowledged rule without giving more leaves its word: it %s', async (_name, act) => {
  const { rulebook, above, below, word } = await book(GUARD, ADMIN);
  await act(rulebook, above, below, TOKEN);
  expect(asAgent(rulebook)).not.toBe('approve');
  expect(await word()).toEqual(KEPT);
});

test('an import by the API token tells beforehand which rule would lose its word', async () => {
  const { rulebook } = await book(GUARD, ADMIN);
  const { changes } = rulebook.diff(turned(rulebook.exportText('json')), 'json', TOKEN);
  expect(changes.find(({ name }) => name === 'Local tools')).toMatchObject({
    kind: 'change',
    widens: true,
    fields: expect.arrayContaining([{ field: 'acknowledge', before: '["same-user"]', after: '[]' }]),
  });
});

test.each<[string, Act, unknown]>([
  ['removed', (rulebook, above, _below, actor) => rulebook.remove(above, actor), LOST],
  ['put below', (rulebook, above, below, actor) => rulebook.reorder([below, above], actor), LOST],
  ['told to match less', put({ clientIds: ['cli'] }, ONCE), LOST],
  ['told to rest less', put({ coolOffMinutes: 1 }, ONCE), LOST],
  ['told to rest more', put({ coolOffMinutes: 90 }, ONCE), KEPT],
  ['given another name', put({ name: 'Seldom' }, ONCE), KEPT],
])('a rule above whose limit holds narrows as well: %s by the API token', async (_name, act, after) => {
  const { rulebook, above, below, word } = await book(ONCE, ADMIN);
  const used = new Map([[above, [{ deviceId: DEVICE, atMs: NOW - 1000 }]]]);
  expect(asAgent(rulebook, used)).toBe('hold');
  await act(rulebook, above, below, TOKEN);
  expect([asAgent(rulebook, used), await word()]).toEqual(['hold', after]);
});

test('a rule that lost its word narrows nothing any more, so that the next one loses it too', async () => {
  const { rulebook, above, word } = await book(
    { ...GUARD, gateway: 'local' },
    { ...ONCE, deviceId: DEVICE },
    { ...ADMIN, name: 'Elsewhere', gateway: 'other' },
  );
  const third = rulebook.inForce()[2]?.rule.id;
  await rulebook.remove(above, TOKEN);
  expect(await word()).toEqual(LOST);
  expect(await word(third)).toEqual(LOST);
});

test('a rule without such a word is marked, goes on as every rule of the API token would, and keeps its maker', async () => {
  const { rulebook, above, below, word } = await book(GUARD, { name: 'Plain', enabled: true, scopes: ['operator.read'] });
  await rulebook.remove(above, TOKEN);
  expect(await word()).toEqual(LOST);
  expect(await rulebook.view(below)).toMatchObject({ blockedBy: [], madeBy: PERSON });
});

const leaves = (over: Record<string, unknown> = {}) => ruleOf({ effect: 'leave', origin: 'any', ...over }, 'above');
const gives = (over: Record<string, unknown> = {}) => ruleOf(over, 'below');

test.each<[string, Parameters<typeof clearedBy>[0][number]['rule'], Parameters<typeof clearedBy>[0][number]['rule'], boolean]>([
  ['one that leaves', leaves(), gives(), true],
  ['one for another gateway', leaves({ gateway: 'a' }), gives({ gateway: 'b' }), false],
  ['one for another device', leaves({ deviceId: 'a'.repeat(64) }), gives({ deviceId: 'b'.repeat(64) }), false],
  ['one for other reasons', leaves({ reasons: ['new-device'] }), gives(), false],
  ['one that was off', leaves({ enabled: false }), gives(), false],
  ['one that was in shadow', leaves({ shadow: true }), gives(), false],
  ['one that had ended', { ...leaves(), expiresAt: new Date(NOW - 1).toISOString() }, gives(), false],
  ['one that gave no more than write', ruleOf({}, 'above'), gives(), false],
  ['one that gave more than write', ruleOf(ADMIN, 'above'), gives(), true],
])('what is gone narrowed the rule below, or not: %s', (_name, above, below, more) => {
  const before = [above, below].map((rule) => ({ rule, recorded: true }));
  expect([...clearedBy(before, [below], NOW)]).toEqual(more ? ['below'] : []);
});

test.each(['\uFE0F', '\u034F', '\u3164', '\u115F', '\u200B'])('a name holds no character that nobody sees: %j', (mark) => {
  expect(ruleInput.safeParse({ ...GUARD, name: `Guard${mark}` }).success).toBe(false);
  expect(ruleInput.safeParse({ ...GUARD, note: `Ask${mark}` }).success).toBe(false);
});
