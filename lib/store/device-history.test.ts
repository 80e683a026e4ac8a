// The history of one device: of that device alone, newest first, and whole milliseconds.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { storyPage } from '../devices/story.ts';
import { storySources } from '../devices/story-sources.ts';
import { START_MS, sampleActivity, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const ASK = { gateway: 'g1', deviceId: 'dev1', untilMs: START_MS + 10, atLeast: 1 };

test('decisions up to a moment, and all of the last millisecond', async () => {
  const { store } = await testStore();
  const at = async (id: string, ms: number, over = {}) => store.decisions.begin(sampleDecision({ id, at: isoOf(START_MS + ms), ...over }));
  await at('old', 1);
  await at('one', 5);
  await at('two', 5);
  await at('later', 11);
  await at('other', 5, { deviceId: 'dev2' });
  await at('elsewhere', 5, { gateway: 'g2' });
  const ids = async (atLeast: number) => (await store.deviceHistory.decisions({ ...ASK, atLeast })).items.map(({ id }) => id);
  expect(await ids(1)).toEqual(['two', 'one']);
  expect(await ids(3)).toEqual(['two', 'one', 'old']);
  expect(await ids(50)).toEqual(['two', 'one', 'old']);
});

test('words of people about a device, of its whole id and of no other, as many as asked', async () => {
  const { store, folder } = await testStore();
  const deviceId = 'abcdef0123';
  const said = (id: string, what: string, of: string, ms = 0) =>
    store.activity.append(
      sampleActivity(id, {
        gateway: 'g1',
        what,
        at: isoOf(START_MS + ms),
        text: 'operator vouched for the device abcdef01.',
        details: { deviceId: of },
      }),
    );
  await said('old', 'device.unvouched', deviceId, -5);
  await said('1', 'device.vouched', deviceId);
  await said('alike', 'device.vouched', 'abcdef0199');
  await said('3', 'device.taken-back', deviceId);
  const ids = async (atLeast: number) => (await store.deviceHistory.words({ ...ASK, deviceId, atLeast })).items.map(({ id }) => id);
  expect(await ids(1)).toEqual(['1']);
  expect(await ids(9)).toEqual(['1', 'old']);
  const db = new DatabaseSync(join(folder, 'gatehouse.db'), { readOnly: true });
  const plan = db
    .prepare(
      `explain query plan select seq from activity where gateway = ? and what in ('device.vouched', 'device.unvouched')
        and case when json_valid(body) then json_extract(body, '$.details.deviceId') end = ? and at_ms <= ?`,
    )
    .all('g1', deviceId, START_MS);
  db.close();
  expect(JSON.stringify(plan)).toContain('activity_words');
});

test('a damaged row costs itself alone in the story of a device, and is told in its place', async () => {
  const { store, folder } = await testStore();
  for (const id of ['one', 'two']) await store.decisions.begin(sampleDecision({ id, gateway: 'g1', deviceId: 'dev1' }));
  const db = new DatabaseSync(join(folder, 'gatehouse.db'));
  db.exec("update decisions set body = '{' where id = 'one'");
  db.close();
  const found = await store.deviceHistory.decisions(ASK);
  expect([found.items.map(({ id }) => id), found.damaged]).toEqual([['two'], [{ id: 'one', at: isoOf(START_MS) }]]);
  const story = await storyPage(storySources(store, { gateway: 'g1', deviceId: 'dev1' }), { limit: 10 });
  expect(story.items.map(({ title }) => title)).toContain('Damaged in the record');
  expect(story.items).toHaveLength(2);
});

test('differences, acts and take-backs come back as they were kept', async () => {
  const { store } = await testStore();
  const at = isoOf(START_MS);
  const held = { roles: [], scopes: ['operator.admin'] };
  const change = {
    id: 'c1',
    gateway: 'g1',
    deviceId: 'dev1',
    at,
    kind: 'scopes-grew' as const,
    gained: held,
    lost: { roles: [], scopes: [] },
  };
  await store.inventories.keep('g1', {
    set: [],
    gone: [],
    changes: [{ ...change, by: { kind: 'silent', proof: 'log' }, text: 'It got admin.', unclicked: true }],
  });
  const key = { gateway: 'g1', deviceId: 'dev1', publicKey: 'key1' };
  const act = {
    id: 'a1',
    act: 'revoke' as const,
    gateway: 'g1',
    deviceId: 'dev1',
    by: 'operator',
    at,
    state: 'done' as const,
    outcome: 'Read back.',
  };
  await store.deviceActs.begin({ view: act, input: { act: 'revoke', ...key, holds: [] } });
  const taken = { id: 't1', ...key, by: 'operator', lost: ['operator.read'], at, state: 'gone' as const, outcome: 'It is gone.' };
  await store.takeBacks.begin({ view: { ...taken, enforcement: 'enforced' } });
  expect((await store.deviceHistory.changes(ASK)).items).toMatchObject([{ id: 'c1', unclicked: true }]);
  expect((await store.deviceHistory.acts(ASK)).items).toEqual([act]);
  expect((await store.deviceHistory.takeBacks(ASK)).items).toEqual([{ ...taken, enforcement: 'enforced' }]);
});
