import { expect, test } from 'vitest';
import { testStore } from './test-store.ts';

test('a link is taken by exactly one caller, and only while it lives', async () => {
  const { store } = await testStore();
  await store.links.add('one', 100, 0);
  await store.links.add('late', 100, 0);
  expect(await Promise.all([store.links.take('one', 99), store.links.take('one', 99)])).toEqual([true, false]);
  expect([await store.links.take('late', 100), await store.links.take('late', 99)]).toEqual([false, false]);
  expect(await store.links.take('never added', 0)).toBe(false);
});

test('links that ran out are forgotten when another is added, living ones are not', async () => {
  const { store } = await testStore();
  await store.links.add('old', 100, 0);
  await store.links.add('living', 200, 0);
  await store.links.add('new', 300, 100);
  expect([await store.links.take('old', 0), await store.links.take('living', 0), await store.links.take('new', 0)]).toEqual([
    false,
    true,
    true,
  ]);
});

test('clearing forgets every link', async () => {
  const { store } = await testStore();
  await store.links.add('one', 100, 0);
  await store.links.add('two', 200, 0);
  await store.links.clear();
  expect([await store.links.take('one', 0), await store.links.take('two', 0)]).toEqual([false, false]);
});
