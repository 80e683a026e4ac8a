// The rulebook on a real store: order, versions, and a record for every change in the same breath.
import { expect, onTestFinished, test } from 'vitest';
import type { ActivityView } from '#lib/api/shapes.ts';
import { Problem } from '#lib/problem.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { ruleInput } from './rule.ts';
import { createRulebook, type RulebookChange } from './rulebook.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const TOKEN = { kind: 'api-token', name: 'API token' } as const;
const body = (over: Record<string, unknown> = {}) =>
  ruleInput.parse({ name: 'Local tools', enabled: true, scopes: ['operator.read'], ...over });

async function book(opened?: Awaited<ReturnType<typeof testStore>>) {
  const { store, clock, folder } = opened ?? (await testStore());
  const next = counter();
  const changes: RulebookChange[] = [];
  const errors: unknown[] = [];
  const activity: ActivityView[] = [];
  const rulebook = await createRulebook({
    store,
    clock,
    newId: () => `id-${opened ? 'b' : 'a'}-${next()}`,
    sameUser: () => false,
    statement: () => undefined,
    grantsOf: () => ({ devices: 0 }),
    onFile: () => undefined,
    onChange: (change, item) => {
      changes.push(change);
      if (item) activity.push(item);
    },
    onError: (error) => void errors.push(error),
  });
  onTestFinished(() => rulebook.dispose());
  return { rulebook, store, clock, folder, changes, activity };
}

test('a new rule is in force, last in order, recorded and told', async () => {
  const { rulebook, changes, activity } = await book();
  const first = await rulebook.create(body(), PERSON);
  const second = await rulebook.create(body({ name: 'second' }), PERSON);
  expect(rulebook.inForce().map((r) => [r.rule.id, r.recorded])).toEqual([
    [first.id, true],
    [second.id, true],
  ]);
  expect(first).toMatchObject({ version: 1, hits: 0, unacknowledged: false, blockedBy: [] });
  expect(changes).toMatchObject([{ set: { id: first.id } }, { set: { id: second.id } }]);
  expect(activity[0]).toMatchObject({ what: 'rule.create', actor: PERSON });
  expect(activity[0]?.text).toContain('no more than read');
});

test('a changed rule keeps its place and its birthday, and gets the next version', async () => {
  const { rulebook, clock, activity } = await book();
  const first = await rulebook.create(body(), PERSON);
  await rulebook.create(body({ name: 'second' }), PERSON);
  clock.advance(1000);
  const off = await rulebook.replace(first.id, body({ enabled: false }), PERSON);
  expect(off).toMatchObject({ version: 2, enabled: false, createdAt: first.createdAt });
  expect(rulebook.inForce()[0]?.rule.id).toBe(first.id);
  await rulebook.replace(first.id, body(), PERSON);
  expect(activity.map((a) => a.what)).toEqual(['rule.create', 'rule.create', 'rule.off', 'rule.on']);
});

test('a removed rule is gone and its removal recorded', async () => {
  const { rulebook, changes, activity } = await book();
  const { id } = await rulebook.create(body(), PERSON);
  await rulebook.remove(id, PERSON);
  expect(rulebook.inForce()).toEqual([]);
  expect(changes.at(-1)).toEqual({ gone: id });
  expect(activity.at(-1)?.what).toBe('rule.remove');
  await expect(rulebook.view(id)).rejects.toMatchObject({ code: 'rule-unknown' });
  await expect(rulebook.remove(id, PERSON)).rejects.toMatchObject({ code: 'rule-unknown' });
  await expect(rulebook.replace(id, body(), PERSON)).rejects.toMatchObject({ code: 'rule-unknown' });
});

test('a rule of the API token is marked until a person acknowledges it', async () => {
  const { rulebook, activity } = await book();
  const { id, unacknowledged } = await rulebook.create(body(), TOKEN);
  expect(unacknowledged).toBe(true);
  expect(await rulebook.acknowledge(id, 1, PERSON)).toMatchObject({ unacknowledged: false, version: 2, madeBy: TOKEN });
  expect(activity.at(-1)?.what).toBe('rule.acknowledge');
});

test('rules are there again after a restart', async () => {
  const opened = await testStore();
  const { rulebook } = await book(opened);
  const { id } = await rulebook.create(body(), PERSON);
  const again = await book(opened);
  expect(again.rulebook.inForce().map((r) => r.rule.id)).toEqual([id]);
});

test('an end in the past or too far away is named as a wrong input, and nothing is stored', async () => {
  const { rulebook } = await book();
  for (const expiresAt of ['2020-01-01T00:00:00Z', '2126-01-01T00:00:00Z'])
    await expect(rulebook.create(body({ expiresAt }), PERSON)).rejects.toMatchObject({
      code: 'input-invalid',
      extra: { field: 'expiresAt' },
    });
  expect(rulebook.inForce()).toEqual([]);
});

test('when the record cannot be written the rule does not change', async () => {
  const opened = await testStore();
  const full = () => Promise.reject(new Problem('store-unwritable', 'The record cannot be written: the disk is full.'));
  let writable = true;
  const { rules } = opened.store;
  const guarded = {
    ...rules,
    saveWithActivity: (...args: Parameters<typeof rules.saveWithActivity>) => (writable ? rules.saveWithActivity(...args) : full()),
  };
  const { rulebook, changes } = await book({ ...opened, store: { ...opened.store, rules: guarded } });
  const { id } = await rulebook.create(body(), PERSON);
  writable = false;
  await expect(rulebook.create(body({ name: 'late' }), PERSON)).rejects.toMatchObject({ code: 'store-unwritable' });
  await expect(rulebook.replace(id, body({ scopes: ['operator.write'] }), PERSON)).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(rulebook.inForce()).toHaveLength(1);
  expect(rulebook.inForce()[0]?.rule.scopes).toEqual(['operator.read']);
  expect(changes).toHaveLength(1);
});
