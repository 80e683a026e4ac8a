import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleActivity, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

test('any JSON value comes back as it was written, under its scope and key', async () => {
  const { store } = await testStore();
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), fc.jsonValue(), async (scope, key, value) => {
      await store.notes.set(scope, key, value);
      expect(await store.notes.get(scope, key)).toEqual(JSON.parse(JSON.stringify(value)));
      await store.notes.set(scope, key, undefined);
      expect(await store.notes.get(scope, key)).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

test('scopes are apart', async () => {
  const { store } = await testStore();
  await store.notes.set('g1', 'cursor', 1);
  await store.notes.set('g2', 'cursor', 2);
  await store.notes.set('g1', 'cursor', 3);
  expect([...(await store.notes.all('g1'))]).toEqual([['cursor', 3]]);
  expect(await store.notes.get('g2', 'cursor')).toBe(2);
});

test('activity is numbered as it happens and read newest first, whole', async () => {
  const { store } = await testStore();
  const entry = sampleActivity('a1', { gateway: 'g1', details: { nested: [1, 'two', null] } });
  expect(await store.activity.append(entry)).toEqual({ ...entry, seq: 1 });
  await store.activity.append(sampleActivity('a2'));
  const page = await store.activity.list({ limit: 1 });
  expect([page.items.map((item) => item.id), page.cursor]).toEqual([['a2'], '2']);
  expect(await store.activity.list({ limit: 1, before: '2' })).toEqual({ items: [{ ...entry, seq: 1 }] });
  expect((await store.activity.list({ limit: 9, gateway: 'g1' })).items.map((item) => item.id)).toEqual(['a1']);
});

test('the rows of one decision are found by its id, by an index', async () => {
  const { store, folder } = await testStore();
  const decision = sampleDecision({ id: 'wanted' });
  await store.activity.append(sampleActivity('a1', { decision: sampleDecision({ id: 'other' }) }));
  await store.activity.append(sampleActivity('a2', { decision }));
  await store.activity.append(sampleActivity('a3'));
  await store.activity.append(sampleActivity('a4', { decision: { ...decision, state: 'approved' } }));
  expect((await store.activity.list({ decision: 'wanted', limit: 10 })).items.map((item) => item.id)).toEqual(['a4', 'a2']);
  expect((await store.activity.list({ decision: 'gone', limit: 10 })).items).toEqual([]);
  const db = new DatabaseSync(join(folder, 'gatehouse.db'), { readOnly: true });
  const plan = db.prepare(
    "explain query plan select seq, body from activity where case when json_valid(body) then json_extract(body, '$.decision.id') end = ? order by seq desc",
  );
  expect(JSON.stringify(plan.all('wanted'))).toContain('activity_by_decision');
  db.close();
});
