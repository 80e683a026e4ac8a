// Take-backs are on the disk before the gateway is asked, and the grants behind them are found by rule and by device.
import { expect, test } from 'vitest';
import type { TakeBackView } from '../api/grant-shapes.ts';
import { isoOf } from '../clock.ts';
import { ruleDecision, START_MS, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const takeBack = (id: string, over: Partial<TakeBackView> = {}): TakeBackView => ({
  id,
  gateway: 'g1',
  deviceId: 'dev1',
  publicKey: 'key1',
  by: 'operator',
  lost: ['operator.admin'],
  at: isoOf(START_MS),
  state: 'asking',
  enforcement: 'enforced',
  outcome: '',
  ...over,
});

test('what became of a take-back is kept beside what was asked, and never whom it was about', async () => {
  const { store } = await testStore();
  await store.takeBacks.begin({ view: takeBack('t1'), rowMs: 7 });
  const done = await store.takeBacks.complete('t1', { state: 'gone', outcome: 'It is gone.' });
  expect(done).toEqual({ view: takeBack('t1', { state: 'gone', outcome: 'It is gone.' }), rowMs: 7 });
  expect((await store.takeBacks.list({ limit: 10 })).items).toEqual([done.view]);
});

test('the newest of every key is found, of keys with one id as well', async () => {
  const { store } = await testStore();
  for (const view of [takeBack('t1'), takeBack('t2'), takeBack('t3', { publicKey: 'key2' }), takeBack('t4', { gateway: 'g2' })])
    await store.takeBacks.begin({ view });
  expect((await store.takeBacks.newest()).map((t) => t.view.id)).toEqual(['t2', 't3', 't4']);
});

test('pages go from the newest to the oldest', async () => {
  const { store } = await testStore();
  for (const id of ['t1', 't2', 't3']) await store.takeBacks.begin({ view: takeBack(id) });
  const first = await store.takeBacks.list({ limit: 2 });
  expect(first.items.map((t) => t.id)).toEqual(['t3', 't2']);
  const rest = await store.takeBacks.list({ limit: 2, before: first.cursor ?? '' });
  expect(rest.items.map((t) => t.id)).toEqual(['t1']);
});

test('only what gave something counts as a grant of a rule: no rejection, no failure, nothing that is still asked for', async () => {
  const { store } = await testStore();
  const states = ['approved', 'settled-approved', 'settled-unknown', 'failed', 'undone', 'asking', 'settled-not-done'] as const;
  for (const state of states) await store.decisions.begin(ruleDecision(state, 'r1', START_MS, { state }));
  await store.decisions.begin(ruleDecision('no', 'r1', START_MS, { action: 'reject', state: 'rejected' }));
  await store.decisions.begin(ruleDecision('other', 'r2', START_MS, { state: 'approved' }));
  expect((await store.takeBacks.grantsByRule('r1')).map((d) => d.id)).toEqual(['approved', 'settled-approved', 'settled-unknown']);
});

test('all grants of a rule to one key are one entry with all that they added', async () => {
  const { store } = await testStore();
  const given = (id: string, scope: string, over: object = {}) =>
    store.decisions.begin(ruleDecision(id, 'r1', START_MS, { state: 'approved', addedScopes: [scope], ...over }));
  await given('a', 'operator.write');
  await given('b', 'operator.admin', { at: isoOf(START_MS + 5) });
  await given('c', 'operator.write', { publicKey: 'key2' });
  await store.decisions.begin(sampleDecision({ id: 'person', state: 'approved' }));
  const found = await store.takeBacks.ruleGrants();
  expect(found).toHaveLength(2);
  expect(found).toContainEqual({
    ruleId: 'r1',
    gateway: 'g1',
    deviceId: 'dev1',
    publicKey: 'key1',
    scopes: expect.arrayContaining(['operator.write', 'operator.admin']),
    lastMs: START_MS + 5,
  });
});

test('the grants of a device come from people and rules alike, oldest first', async () => {
  const { store } = await testStore();
  await store.decisions.begin(sampleDecision({ id: 'person', state: 'approved' }));
  await store.decisions.begin(ruleDecision('rule', 'r1', START_MS, { state: 'approved' }));
  await store.decisions.begin(sampleDecision({ id: 'elsewhere', state: 'approved', gateway: 'g2' }));
  expect((await store.takeBacks.grantsOfDevice('g1', 'dev1')).map((d) => d.id)).toEqual(['person', 'rule']);
});
