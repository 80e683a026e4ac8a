import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sampleActivity } from './test-samples.ts';
import { testStore } from './test-store.ts';

const rule = (version: number, over: object = {}) => ({
  id: 'rule1',
  position: 1,
  version,
  body: { name: 'Local tools', scopes: ['operator.read'] },
  ...over,
});

async function withDoor() {
  const made = await testStore();
  const raw = new DatabaseSync(`${made.folder}/gatehouse.db`);
  onTestFinished(() => raw.close());
  return { ...made, raw };
}

describe('a rule', () => {
  test('is stored with its activity entry and is recorded by it', async () => {
    const { store } = await testStore();
    const entry = await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    expect(entry).toMatchObject({ id: 'a1', seq: 1 });
    expect(await store.rules.list()).toEqual([{ ...rule(1), activityId: 'a1', recorded: true }]);
    expect(await store.rules.get('rule1')).toEqual({ ...rule(1), activityId: 'a1', recorded: true });
    expect(await store.rules.get('other')).toBeUndefined();
  });

  test('is not stored when its entry cannot be, nor the other way round', async () => {
    const { store } = await testStore();
    await store.activity.append(sampleActivity('taken'));
    await expect(store.rules.saveWithActivity(rule(1), sampleActivity('taken'))).rejects.toThrow();
    expect(await store.rules.list()).toEqual([]);
    await expect(store.rules.saveWithActivity(rule(2), sampleActivity('a2'))).rejects.toMatchObject({ code: 'request-changed' });
    expect((await store.activity.list({ limit: 9 })).items.map((entry) => entry.id)).toEqual(['taken']);
  });

  test('changed by two at once is changed by one', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    const results = await Promise.allSettled([
      store.rules.saveWithActivity(rule(2, { body: { name: 'one' } }), sampleActivity('a2')),
      store.rules.saveWithActivity(rule(2, { body: { name: 'two' } }), sampleActivity('a3')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect(await store.rules.get('rule1')).toMatchObject({ body: { name: 'one' }, version: 2, recorded: true });
  });

  test('is removed with a record of it', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    await store.rules.removeWithActivity('rule1', sampleActivity('a2', { what: 'rule.remove' }));
    expect(await store.rules.list()).toEqual([]);
    expect((await store.activity.list({ limit: 9 })).items.map((entry) => entry.id)).toEqual(['a2', 'a1']);
    await expect(store.rules.removeWithActivity('rule1', sampleActivity('a3'))).rejects.toMatchObject({ code: 'rule-unknown' });
  });

  test('are listed in the order in which they are asked', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1, { id: 'late', position: 9 }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(1, { id: 'early', position: 2 }), sampleActivity('a2'));
    expect((await store.rules.list()).map((listed) => listed.id)).toEqual(['early', 'late']);
  });
});

describe('a rule that came in by another way is not recorded', () => {
  test('without an entry', async () => {
    const { store, raw } = await withDoor();
    raw.exec(`insert into rules (id, position, version, activity_id, body) values ('planted', 1, 1, 'none', '{}')`);
    expect(await store.rules.get('planted')).toMatchObject({ recorded: false });
  });

  test('beside the entry of another rule', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    raw.exec(`insert into rules (id, position, version, activity_id, body) select 'planted', 1, version, activity_id, body from rules`);
    expect((await store.rules.list()).map(({ id, recorded }) => [id, recorded])).toEqual([
      ['planted', false],
      ['rule1', true],
    ]);
  });

  test('with another text or version than the entry saw', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    raw.exec(`update rules set body = '{"name":"Local tools","scopes":["operator.admin"]}'`);
    expect(await store.rules.get('rule1')).toMatchObject({ recorded: false });
    await store.rules.saveWithActivity(rule(2), sampleActivity('a2'));
    expect(await store.rules.get('rule1')).toMatchObject({ recorded: true });
    raw.exec('update rules set version = 3');
    expect(await store.rules.get('rule1')).toMatchObject({ recorded: false });
  });
});
