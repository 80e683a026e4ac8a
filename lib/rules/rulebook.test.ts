// The rulebook on a real store: order, versions, and a record for every change in the same breath.
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { ActivityView } from '#lib/api/shapes.ts';
import { Problem } from '#lib/problem.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { approvable } from '#lib/testing/verdict-case.ts';
import { makeRule, ruleInput } from './rule.ts';
import { createRulebook, type RulebookChange } from './rulebook.ts';
import { verdictOf } from './verdict.ts';

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
    change: (...args: Parameters<typeof rules.change>) => (writable ? rules.change(...args) : full()),
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

test('rules are put in another order by naming each once, with one row in the activity', async () => {
  const opened = await testStore();
  const { rulebook, changes, activity } = await book(opened);
  const first = await rulebook.create(body({ name: 'one' }), PERSON);
  const second = await rulebook.create(body({ name: 'two' }), PERSON);
  await expect(rulebook.reorder([first.id, first.id], PERSON)).rejects.toMatchObject({ code: 'input-invalid', extra: { field: 'ids' } });
  for (const ids of [[first.id], [first.id, 'other'], [first.id, second.id, 'other'], []])
    await expect(rulebook.reorder(ids, PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  expect(activity).toHaveLength(2);
  expect((await rulebook.reorder([second.id, first.id], PERSON)).map((r) => r.id)).toEqual([second.id, first.id]);
  expect(rulebook.inForce().map((r) => [r.rule.name, r.recorded, r.version])).toEqual([
    ['two', true, 1],
    ['one', true, 1],
  ]);
  expect(changes.at(-1)).toEqual({ order: [second.id, first.id] });
  expect(activity.at(-1)).toMatchObject({ what: 'rule.order', text: 'operator put the rules in another order: two, then one.' });
  expect((await book(opened)).rulebook.inForce().map((r) => r.rule.name)).toEqual(['two', 'one']);
});

test('two rules never have one name, whatever its case; a rule may keep its own', async () => {
  const { rulebook } = await book();
  const { id } = await rulebook.create(body({ name: 'Local tools' }), PERSON);
  const other = await rulebook.create(body({ name: 'other' }), PERSON);
  const taken = { code: 'input-invalid', extra: { field: 'name' } };
  await expect(rulebook.create(body({ name: ' LOCAL tools ' }), PERSON)).rejects.toMatchObject(taken);
  await expect(rulebook.replace(other.id, body({ name: 'local TOOLS' }), PERSON)).rejects.toMatchObject(taken);
  expect(await rulebook.replace(id, body({ name: 'LOCAL TOOLS' }), PERSON)).toMatchObject({ name: 'LOCAL TOOLS' });
});

test('of two who make a rule of one name at once, one does', async () => {
  const { rulebook } = await book();
  const results = await Promise.allSettled([rulebook.create(body(), PERSON), rulebook.create(body(), PERSON)]);
  expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected']);
});

test('an ended rule asks what becomes of what it gave, until somebody says that devices keep it', async () => {
  const { rulebook, clock, activity } = await book();
  const { id } = await rulebook.create(body({ expiresAt: new Date(clock.nowMs() + 60_000).toISOString() }), PERSON);
  await expect(rulebook.keepGrants(id, PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  clock.advance(60_000);
  expect(await rulebook.view(id)).toMatchObject({ ended: true, blockedBy: [{ code: 'rule-expired' }] });
  expect(await rulebook.keepGrants(id, PERSON)).toMatchObject({ grantsKept: { by: 'operator' }, ended: true, version: 2 });
  expect(activity.at(-1)?.what).toBe('rule.keep-grants');
  // A rule that gets a new end is asked about again when that comes.
  expect((await rulebook.replace(id, body(), PERSON)).grantsKept).toBeUndefined();
});

test('a rule that was planted in the store stays disabled, also after the others were put in order around it', async () => {
  const opened = await testStore();
  const { rulebook } = await book(opened);
  const { id } = await rulebook.create(body(), PERSON);
  const raw = new DatabaseSync(`${opened.folder}/gatehouse.db`);
  onTestFinished(() => raw.close());
  raw.exec(
    `insert into rules (id, position, version, activity_id, body)
     select 'planted', 0, version, activity_id, json_set(body, '$.id', 'planted', '$.name', 'planted') from rules`,
  );
  const again = (await book(opened)).rulebook;
  expect(again.inForce().map((r) => [r.rule.name, r.recorded])).toEqual([
    ['Local tools', true],
    ['planted', false],
  ]);
  const views = await again.reorder(['planted', id], PERSON);
  expect(views[0]?.blockedBy.map((b) => b.code)).toContain('rule-unrecorded');
});

test('a rule that nobody recorded is not written out, and an import that names it shows all of it as new', async () => {
  const opened = await testStore();
  const { rulebook } = await book(opened);
  await rulebook.create(body(), PERSON);
  const written = rulebook.exportText('yaml');
  const raw = new DatabaseSync(`${opened.folder}/gatehouse.db`);
  onTestFinished(() => raw.close());
  raw.exec(`update rules set body = json_set(body, '$.maxPerHour', 60)`);
  const again = (await book(opened)).rulebook;
  expect(again.inForce()).toMatchObject([{ recorded: false }]);
  expect(again.exportText('yaml')).not.toContain('Local tools');
  const wider = written.replace('maxPerHour: 10', 'maxPerHour: 60');
  expect(again.diff(wider, 'yaml', PERSON).changes).toMatchObject([
    { kind: 'change', widens: true, fields: expect.arrayContaining([{ field: 'maxPerHour', after: '60' }]) },
  ]);
});

test('a rule that cannot be read stays at its place, holds what reaches it, and is told', async () => {
  const opened = await testStore();
  const { rulebook } = await book(opened);
  const first = await rulebook.create(body({ name: 'Nobody', effect: 'reject', origin: 'any' }), PERSON);
  await rulebook.create(body(), PERSON);
  const raw = new DatabaseSync(`${opened.folder}/gatehouse.db`);
  onTestFinished(() => raw.close());
  raw.exec(`update rules set body = json_set(body, '$.newField', 1) where id = '${first.id}'`);
  const again = (await book(opened)).rulebook;
  const rules = again.inForce();
  expect(rules).toMatchObject([{ rule: { name: 'Nobody', effect: 'leave' }, stopped: { code: 'rule-unreadable' } }, { recorded: true }]);
  expect(verdictOf(approvable({ rules }))).toMatchObject({ kind: 'hold', rule: first.id });
  expect((await again.views())[0]?.blockedBy.map((b) => b.code)).toContain('rule-unreadable');
  expect(again.exportText('yaml')).not.toContain('Nobody');
  await again.remove(first.id, PERSON);
  expect(again.inForce()).toHaveLength(1);
});

test('a rule of a file counts for nothing when the console is started without one, and can be taken over', async () => {
  const opened = await testStore();
  const made = makeRule(body(), { id: 'r1', actor: PERSON, now: opened.clock.nowMs(), source: 'file' });
  await opened.store.rules.saveWithActivity(
    { id: 'r1', position: 1, version: 1, body: made },
    { id: 'a1', at: made.createdAt, actor: PERSON, what: 'rule.create', text: '' },
  );
  const { rulebook } = await book(opened);
  expect(rulebook.inForce()).toMatchObject([{ stopped: { code: 'file-absent' } }]);
  expect(await rulebook.replace('r1', body(), PERSON)).toMatchObject({ source: 'console', blockedBy: [] });
});

const text = (rulebook: Awaited<ReturnType<typeof book>>['rulebook']) => rulebook.exportText('yaml');

test('an import says what it would change, and does exactly that, all of it recorded', async () => {
  const { rulebook, activity, changes } = await book();
  await rulebook.create(body({ name: 'keep' }), PERSON);
  await rulebook.create(body({ name: 'drop' }), PERSON);
  const file = `version: 1
rules:
  - { name: fresh, enabled: true, scopes: [operator.read] }
  - { name: keep, enabled: true, scopes: [operator.read, operator.write] }
`;
  const diff = rulebook.diff(file, 'yaml', TOKEN);
  expect(diff.changes.map((c) => [c.kind, c.name, c.widens])).toEqual([
    ['add', 'fresh', true],
    ['change', 'keep', true],
    ['remove', 'drop', false],
  ]);
  expect(rulebook.inForce()).toHaveLength(2);
  await rulebook.apply(file, 'yaml', diff.digest, TOKEN);
  expect(rulebook.inForce().map((r) => [r.rule.name, r.version, r.recorded, r.rule.unacknowledged, r.rule.madeBy.kind])).toEqual([
    ['fresh', 1, true, true, 'api-token'],
    ['keep', 2, true, true, 'api-token'],
  ]);
  expect(activity.slice(2).map((a) => a.what)).toEqual(['rule.create', 'rule.change', 'rule.remove', 'rule.order']);
  expect(changes.at(-1)).toEqual({ order: rulebook.inForce().map((r) => r.rule.id) });
});

test('an import of the own export changes nothing, and takes no acknowledgement away or gives one', async () => {
  const { rulebook, activity } = await book();
  await rulebook.create(body({ name: 'by a person' }), PERSON);
  await rulebook.create(body({ name: 'by a script' }), TOKEN);
  for (const actor of [PERSON, TOKEN]) {
    const diff = rulebook.diff(text(rulebook), 'yaml', actor);
    expect(diff.changes.map((c) => c.kind)).toEqual(['same', 'same']);
    await rulebook.apply(text(rulebook), 'yaml', diff.digest, actor);
  }
  expect(rulebook.inForce().map((r) => [r.version, r.rule.unacknowledged])).toEqual([
    [1, false],
    [1, true],
  ]);
  expect(activity).toHaveLength(2);
});

test('an import that is not what was read, or is broken, changes nothing', async () => {
  const { rulebook } = await book();
  const { id } = await rulebook.create(body(), PERSON);
  const file = text(rulebook).replace('Local tools', 'renamed');
  const { digest } = rulebook.diff(file, 'yaml', PERSON);
  await expect(rulebook.apply(`${file}# x`, 'yaml', digest, PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  await rulebook.replace(id, body({ maxPerHour: 3 }), PERSON);
  await expect(rulebook.apply(file, 'yaml', digest, PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  const broken = file.replace('operator.read', 'operator.reed');
  const diff = rulebook.diff(broken, 'yaml', PERSON);
  expect(diff).toMatchObject({ changes: [], problems: [{ rule: 'renamed', path: 'rules[0].scopes[0]' }] });
  await expect(rulebook.apply(broken, 'yaml', diff.digest, PERSON)).rejects.toMatchObject({
    code: 'rules-file-broken',
    message: expect.stringMatching(/^line \d+, column \d+: rules\[0\]\.scopes\[0\]: “operator\.reed” is not a scope/),
  });
  expect(rulebook.inForce().map((r) => r.rule.name)).toEqual(['Local tools']);
});
