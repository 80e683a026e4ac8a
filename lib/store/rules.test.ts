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
    await store.rules.change([{ kind: 'remove', id: 'rule1', entry: sampleActivity('a2', { what: 'rule.remove' }) }]);
    expect(await store.rules.list()).toEqual([]);
    expect((await store.activity.list({ limit: 9 })).items.map((entry) => entry.id)).toEqual(['a2', 'a1']);
    await expect(store.rules.change([{ kind: 'remove', id: 'rule1', entry: sampleActivity('a3') }])).rejects.toMatchObject({
      code: 'rule-unknown',
    });
  });

  test('are listed in the order in which they were made, until an entry tells another', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1, { id: 'one', position: 1 }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(1, { id: 'two', position: 2 }), sampleActivity('a2'));
    await store.rules.saveWithActivity(rule(2, { id: 'one', position: 1 }), sampleActivity('a3'));
    expect((await store.rules.list()).map((listed) => listed.id)).toEqual(['one', 'two']);
    await store.rules.change([{ kind: 'order', ids: ['two', 'one'], entry: sampleActivity('a4', { what: 'rule.order' }) }]);
    await store.rules.saveWithActivity(rule(1, { id: 'three', position: 3 }), sampleActivity('a5'));
    expect((await store.rules.list()).map(({ id, recorded }) => [id, recorded])).toEqual([
      ['two', true],
      ['one', true],
      ['three', true],
    ]);
  });

  test('are changed together or not at all', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    const several = store.rules.change([
      { kind: 'save', rule: rule(1, { id: 'rule2', position: 2 }), entry: sampleActivity('a2') },
      { kind: 'remove', id: 'rule1', entry: sampleActivity('a3') },
      { kind: 'order', ids: ['rule2', 'rule1'], entry: sampleActivity('a4') },
    ]);
    await expect(several).rejects.toMatchObject({ code: 'request-changed' });
    expect((await store.rules.list()).map((listed) => listed.id)).toEqual(['rule1']);
    expect((await store.activity.list({ limit: 9 })).items.map((entry) => entry.id)).toEqual(['a1']);
  });

  test('are not ordered by a list that names one twice or leaves one out', async () => {
    const { store } = await testStore();
    await store.rules.saveWithActivity(rule(1, { id: 'one' }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(1, { id: 'two' }), sampleActivity('a2'));
    for (const ids of [['one'], ['one', 'one'], ['one', 'two', 'three'], ['one', 'three']])
      await expect(store.rules.change([{ kind: 'order', ids, entry: sampleActivity('a3') }])).rejects.toMatchObject({
        code: 'request-changed',
      });
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
      ['rule1', true],
      ['planted', false],
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

  test('with an older text that was recorded once, put back by hand', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1, { body: { wide: true } }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(2, { body: { wide: false } }), sampleActivity('a2'));
    raw.exec(`update rules set version = 1, activity_id = 'a1', body = '{"wide":true}'`);
    expect(await store.rules.get('rule1')).toMatchObject({ body: { wide: true }, recorded: false });
  });

  test('with the text of a rule that was removed', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    await store.rules.change([{ kind: 'remove', id: 'rule1', entry: sampleActivity('a2', { what: 'rule.remove' }) }]);
    raw
      .prepare('insert into rules (id, position, version, activity_id, body) values (?, 1, 1, ?, ?)')
      .run('rule1', 'a1', JSON.stringify(rule(1).body));
    expect(await store.rules.get('rule1')).toMatchObject({ recorded: false });
  });
});

describe('the order in which rules are asked', () => {
  test('is the one of the activity, whatever stands in the table', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1, { id: 'reject', position: 1 }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(1, { id: 'approve', position: 2 }), sampleActivity('a2'));
    raw.exec(`update rules set position = 0 where id = 'approve'`);
    expect((await store.rules.list()).map((listed) => listed.id)).toEqual(['reject', 'approve']);
  });

  test('with a rule that nobody recorded in the last place', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1), sampleActivity('a1'));
    raw.exec(`insert into rules (id, position, version, activity_id, body) values ('planted', 0, 1, 'none', '{}')`);
    expect((await store.rules.list()).map((listed) => listed.id)).toEqual(['rule1', 'planted']);
  });

  test('disables every rule when its entry is not the one that was written', async () => {
    const { store, raw } = await withDoor();
    await store.rules.saveWithActivity(rule(1, { id: 'reject' }), sampleActivity('a1'));
    await store.rules.saveWithActivity(rule(1, { id: 'approve' }), sampleActivity('a2'));
    await store.rules.change([{ kind: 'order', ids: ['reject', 'approve'], entry: sampleActivity('a3') }]);
    raw.exec(`update activity set body = replace(body, '["reject","approve"]', '["approve","reject"]') where id = 'a3'`);
    expect((await store.rules.list()).map((listed) => listed.recorded)).toEqual([false, false]);
  });
});
