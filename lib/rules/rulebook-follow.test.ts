// A console whose rules are kept in a file: a real file, a real store, and everything that can be wrong with either.
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RulesFileView } from '#lib/api/rule-shapes.ts';
import type { ActivityView } from '#lib/api/shapes.ts';
import { Problem } from '#lib/problem.ts';
import { temporaryFolder } from '#lib/store/test-samples.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { makeRule, ruleInput } from './rule.ts';
import { createRulebook, type RulebookChange } from './rulebook.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const rule = (name: string, more = '') => `  - { name: ${name}, enabled: true, scopes: [operator.read]${more} }\n`;
const fileOf = (...rules: string[]) => `version: 1\nrules:\n${rules.join('')}`;
const admin = (name: string) => `  - { name: ${name}, enabled: true, scopes: [operator.admin], confirm: [operator.admin] }\n`;

type Opened = Awaited<ReturnType<typeof testStore>>;

/** A rulebook that follows a file. `settled` resolves when the file as it is now was taken. */
async function followed({
  agents = false,
  opened,
  path,
  store,
}: {
  agents?: boolean;
  opened?: Opened;
  path?: string;
  store?: Opened['store'];
} = {}) {
  const use = opened ?? (await testStore());
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const at = path ?? join(folder, 'rules.yaml');
  const next = counter();
  const changes: RulebookChange[] = [];
  const activity: ActivityView[] = [];
  const shown: RulesFileView[] = [];
  const errors: unknown[] = [];
  const world = { agents };
  const rulebook = await createRulebook({
    store: store ?? use.store,
    clock: use.clock,
    newId: () => `${folder.slice(-6)}-${next()}`,
    sameUser: () => false,
    statement: () => undefined,
    grantsOf: () => ({ devices: 0 }),
    file: { path: at, agentsCouldWrite: () => world.agents, times: { pollMs: 60_000, restMs: 1 } },
    onFile: (view) => shown.push(view),
    onChange: (change, item) => {
      changes.push(change);
      if (item) activity.push(item);
    },
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => rulebook.dispose());
  return {
    rulebook,
    changes,
    activity,
    shown,
    errors,
    world,
    path: at,
    opened: use,
    write: (text: string) => writeFileSync(at, text, { mode: 0o600 }),
    /** Writes and waits until it was looked at. */
    async put(text: string) {
      writeFileSync(`${at}.new`, text, { mode: 0o600 });
      renameSync(`${at}.new`, at);
      await rulebook.look();
    },
    names: () => rulebook.inForce().map((r) => `${r.rule.name}${r.stopped ? ` ${r.stopped.code}` : ''}`),
  };
}

test('the rules of a file are in force in its order, recorded one by one', async () => {
  const { rulebook, write, names, activity, shown, path } = await followed();
  write(fileOf(rule('one'), rule('two')));
  await rulebook.start();
  expect(names()).toEqual(['one', 'two']);
  expect(rulebook.inForce().every((r) => r.recorded)).toBe(true);
  expect(activity.map((a) => [a.what, a.actor.kind])).toEqual([
    ['rule.create', 'file'],
    ['rule.create', 'file'],
  ]);
  expect(shown.at(-1)).toMatchObject({ path, format: 'yaml', problems: [], writableByAgents: false, readAt: expect.any(String) });
  expect(await rulebook.views()).toMatchObject([
    { source: 'file', madeBy: { kind: 'file' }, unacknowledged: false, blockedBy: [] },
    { source: 'file' },
  ]);
});

test('a change of the file is taken as a whole, and an order of its own is one row', async () => {
  const { rulebook, write, put, names, activity, changes } = await followed();
  write(fileOf(rule('one'), rule('two'), rule('three')));
  await rulebook.start();
  const before = await rulebook.views();
  activity.splice(0);
  await put(fileOf(rule('three'), rule('one', ', maxPerHour: 3'), rule('four')));
  expect(names()).toEqual(['three', 'one', 'four']);
  expect(activity.map((a) => [a.what, a.text.split(':')[0]])).toEqual([
    ['rule.change', 'the rules file changed the rule one'],
    ['rule.create', 'the rules file made the rule four'],
    ['rule.remove', 'the rules file removed the rule two. Devices keep what it granted.'],
    ['rule.order', 'the rules file put the rules in another order'],
  ]);
  expect(changes.at(-1)).toHaveProperty('order');
  expect((await rulebook.views())[1]).toMatchObject({ id: before[0]?.id, version: 2, createdAt: before[0]?.createdAt });
});

test('the page cannot write while a file holds the rules, and rules of the console stand aside', async () => {
  const opened = await testStore();
  const input = ruleInput.parse({ name: 'one', enabled: true, scopes: ['operator.read'] });
  await opened.store.rules.saveWithActivity(
    {
      id: 'console-rule',
      position: 1,
      version: 1,
      body: makeRule(input, { id: 'console-rule', actor: PERSON, now: opened.clock.nowMs() }),
    },
    { id: 'a1', at: new Date(opened.clock.nowMs()).toISOString(), actor: PERSON, what: 'rule.create', text: 'made' },
  );
  const { rulebook, write, names } = await followed({ opened });
  write(fileOf(rule('one')));
  expect(names()).toEqual([]);
  await rulebook.start();
  expect(names()).toEqual(['one']);
  expect((await rulebook.views()).map((v) => [v.source, v.blockedBy.map((b) => b.code)])).toEqual([
    ['file', []],
    ['console', ['file-rules']],
  ]);
  const [own] = rulebook.inForce();
  const id = own?.rule.id ?? '';
  const { digest } = rulebook.diff(rulebook.exportText('yaml'), 'yaml', PERSON);
  for (const change of [
    () => rulebook.create(input, PERSON),
    () => rulebook.replace(id, input, PERSON),
    () => rulebook.remove(id, PERSON),
    () => rulebook.reorder([id, 'console-rule'], PERSON),
    () => rulebook.apply(rulebook.exportText('yaml'), 'yaml', digest, PERSON),
  ])
    await expect(change()).rejects.toMatchObject({ code: 'rules-read-only' });
});

test('a broken rule stops, the others stay in force as they were, and mending it lets it go on', async () => {
  const { rulebook, write, put, names, shown } = await followed();
  write(fileOf(rule('One'), rule('two')));
  await rulebook.start();
  await put(fileOf(rule('ONE', ', hours: { days: [mon], from: 08:00, to: 09:00, timeZone: Mars/Base }'), rule('two', ', maxPerHour: 60')));
  expect(names()).toEqual(['One file-broken', 'two']);
  expect(rulebook.inForce()[1]?.rule.maxPerHour).toBe(10);
  expect(shown.at(-1)?.problems).toMatchObject([{ line: 3, rule: 'ONE', path: 'rules[0].hours.timeZone' }]);
  expect((await rulebook.views())[0]?.blockedBy).toMatchObject([{ code: 'file-broken' }]);
  await put(fileOf(rule('one'), rule('two')));
  expect(names()).toEqual(['one', 'two']);
  expect(shown.at(-1)?.problems).toEqual([]);
});

test('each bad input is told with its place, and the last good rules stay', async () => {
  const { rulebook, write, put, names, shown } = await followed();
  write(fileOf(rule('one')));
  await rulebook.start();
  for (const [bad, told] of [
    [fileOf(rule('one', ', scope: [x]')), { line: 3, rule: 'one', message: expect.stringContaining('there is no field “scope”') }],
    [fileOf(rule('one').replace('operator.read', 'operator.all')), { line: 3, rule: 'one', path: 'rules[0].scopes[0]' }],
    [fileOf(rule('one'), rule('One')), { line: 4, rule: 'One', message: 'another rule has this name already, in line 3' }],
    [fileOf(rule('one').replace('}', '')), { line: expect.any(Number), rule: 'one' }],
  ] as const) {
    await put(bad);
    expect(names()).toEqual(['one file-broken']);
    expect(shown.at(-1)?.problems[0]).toMatchObject(told);
  }
  // What cannot be read at all mends no rule: it stays stopped until a good text says it anew.
  await put('rules\n');
  expect(names()).toEqual(['one file-broken']);
  expect(shown.at(-1)?.problems).toMatchObject([{ line: 1, message: 'a rules file has the fields version and rules' }]);
  await put(fileOf(rule('one')));
  expect(names()).toEqual(['one']);
});

test('a rule that its file had wrong stays stopped when the file is gone', async () => {
  const { rulebook, write, put, names, path } = await followed();
  write(fileOf(rule('one'), rule('two')));
  await rulebook.start();
  await put(fileOf(rule('one', ', maxPerHour: 0'), rule('two')));
  expect(names()).toEqual(['one file-broken', 'two']);
  rmSync(path);
  await rulebook.look();
  expect(names()).toEqual(['one file-broken', 'two']);
});

test('a file that is gone, unreadable or open to others leaves the last good rules, and says so', async () => {
  const { rulebook, write, names, shown, path } = await followed();
  write(fileOf(rule('one')));
  await rulebook.start();
  chmodSync(path, 0o666);
  await rulebook.look();
  expect(shown.at(-1)?.problems).toMatchObject([{ message: expect.stringContaining('other users may write to it') }]);
  rmSync(path);
  await rulebook.look();
  expect(shown.at(-1)?.problems).toMatchObject([{ message: 'it is not there. The last good rules stay in force.' }]);
  expect(names()).toEqual(['one']);
});

test('after a restart with a broken file the last good rules come from the record, and the broken one is stopped', async () => {
  const first = await followed();
  first.write(fileOf(rule('one'), rule('two')));
  await first.rulebook.start();
  await first.rulebook.dispose();
  first.write(fileOf(rule('one'), rule('two', ', maxPerHour: 0')));
  const again = await followed({ opened: first.opened, path: first.path });
  await again.rulebook.start();
  expect(again.names()).toEqual(['one', 'two file-broken']);
  expect(again.activity).toEqual([]);
});

test('a file that says the same after a restart changes nothing, and prolongs nothing', async () => {
  const first = await followed();
  first.write(fileOf(rule('one')));
  await first.rulebook.start();
  await first.rulebook.dispose();
  const ends = first.rulebook.inForce()[0]?.rule.expiresAt;
  first.opened.clock.advance(10 * 86_400_000);
  const again = await followed({ opened: first.opened, path: first.path });
  await again.rulebook.start();
  expect(again.rulebook.inForce()).toMatchObject([{ version: 1, rule: { expiresAt: ends } }]);
  expect(again.activity).toEqual([]);
});

test('what agents could have written and gives more waits for a person, version by version', async () => {
  const { rulebook, write, put, names, world } = await followed({ agents: true });
  write(fileOf(rule('one')));
  await rulebook.start();
  expect(names()).toEqual(['one file-unacknowledged']);
  const acknowledge = async () => {
    for (const { id, version, unacknowledged } of await rulebook.views())
      if (unacknowledged) await rulebook.acknowledge(id, version, PERSON);
  };
  await acknowledge();
  expect(names()).toEqual(['one']);
  // Less than before needs nobody.
  await put(fileOf(rule('one', ', maxPerHour: 3')));
  expect(names()).toEqual(['one']);
  await put(fileOf(rule('one', ', maxPerHour: 4')));
  expect(names()).toEqual(['one file-unacknowledged']);
  const [view] = await rulebook.views();
  await expect(rulebook.acknowledge(view?.id ?? '', (view?.version ?? 0) - 1, PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  // A later version that gives no more than the unread one is unread as well.
  await put(fileOf(rule('one', ', maxPerHour: 4, coolOffMinutes: 90')));
  expect(names()).toEqual(['one file-unacknowledged']);
  world.agents = false;
  await rulebook.look();
  await put(fileOf(rule('one', ', maxPerHour: 4, coolOffMinutes: 91')));
  expect(names()).toEqual(['one']);
});

test('of what agents could write, every form that gives above write waits, also one that gives less than before', async () => {
  const { rulebook, write, put, names } = await followed({ agents: true });
  write(fileOf(admin('one')));
  await rulebook.start();
  const [view] = await rulebook.views();
  await rulebook.acknowledge(view?.id ?? '', view?.version ?? 0, PERSON);
  expect(names()).toEqual(['one']);
  await put(fileOf(admin('one').replace(' }', ', maxPerHour: 1 }')));
  expect(names()).toEqual(['one file-unacknowledged']);
});

test('agents that take a rejecting rule out of the file make every approving rule wait', async () => {
  const { rulebook, write, put, names } = await followed({ agents: true });
  const reject = rule('block', ', effect: reject, origin: any');
  write(fileOf(reject, rule('one')));
  await rulebook.start();
  const [, one] = await rulebook.views();
  await rulebook.acknowledge(one?.id ?? '', one?.version ?? 0, PERSON);
  expect(names()).toEqual(['block', 'one']);
  await put(fileOf(rule('one')));
  expect(names()).toEqual(['one file-unacknowledged']);
});

test('agents that take out a rule whose limit held what it approves make the one below wait, and so does its being stopped', async () => {
  const { rulebook, write, put, names } = await followed({ agents: true });
  const seldom = admin('seldom').replace(' }', ', maxPerHour: 1 }');
  write(fileOf(seldom, admin('often'), rule('plain')));
  await rulebook.start();
  const acknowledge = async () => {
    for (const { id, version, unacknowledged } of await rulebook.views())
      if (unacknowledged) await rulebook.acknowledge(id, version, PERSON);
  };
  await acknowledge();
  expect(names()).toEqual(['seldom', 'often', 'plain']);
  await put(fileOf(seldom.replace('maxPerHour: 1', 'maxPerHour: 2'), admin('often'), rule('plain')));
  expect(names()).toEqual(['seldom file-unacknowledged', 'often file-unacknowledged', 'plain file-unacknowledged']);
  await acknowledge();
  await put(fileOf(admin('often'), rule('plain')));
  expect(names()).toEqual(['often file-unacknowledged', 'plain file-unacknowledged']);
});

test('rules that are kept while the file was never read count as what agents could have written', async () => {
  const first = await followed();
  first.write(fileOf(rule('one')));
  await first.rulebook.start();
  expect(first.names()).toEqual(['one']);
  await first.rulebook.dispose();
  rmSync(first.path);
  const again = await followed({ opened: first.opened, path: first.path });
  await again.rulebook.start();
  expect(again.names()).toEqual(['one file-unacknowledged']);
});

test('when the record cannot be written the rules stay as they were, and it is tried again', async () => {
  const opened = await testStore();
  let full = true;
  const { rules } = opened.store;
  const store = {
    ...opened.store,
    rules: {
      ...rules,
      change: (...args: Parameters<typeof rules.change>) =>
        full ? Promise.reject(new Problem('store-unwritable', 'The disk is full.')) : rules.change(...args),
    },
  };
  const { rulebook, write, names, shown, errors } = await followed({ opened, store });
  write(fileOf(rule('one')));
  await rulebook.start();
  expect(names()).toEqual([]);
  expect(shown.at(-1)?.problems).toMatchObject([{ message: expect.stringContaining('The disk is full.') }]);
  expect(errors).toMatchObject([{ code: 'store-unwritable' }]);
  full = false;
  await rulebook.look();
  expect(names()).toEqual(['one']);
  expect(shown.at(-1)?.problems).toEqual([]);
});

test('the export of a followed file is what it holds', async () => {
  const { rulebook, path, write } = await followed();
  write(fileOf(rule('one')));
  await rulebook.start();
  const exported = rulebook.exportText('yaml');
  writeFileSync(path, exported, { mode: 0o600 });
  await rulebook.look();
  expect(rulebook.inForce()).toMatchObject([{ version: 1 }]);
  expect(readFileSync(path, 'utf8')).toContain('name: one');
});

test('while a text that gives more must stay as it is, the view says so, and no more once it was taken', async () => {
  const { rulebook, write, put, names, shown } = await followed();
  write(fileOf(rule('one')));
  await rulebook.start();
  const before = shown.length;
  await put(fileOf(rule('one'), rule('two')));
  expect(names()).toEqual(['one', 'two']);
  expect(shown.slice(before).some((view) => view.waiting)).toBe(true);
  expect(shown.at(-1)?.waiting).toBeUndefined();
});
