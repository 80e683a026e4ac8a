import { expect, test } from 'vitest';
import type { StoredLink } from './links.ts';
import { testStore } from './test-store.ts';

const until = (expiresMs: number): StoredLink => ({ purpose: 'sign-in', expiresMs });

test('a link is taken by exactly one caller, with what it is for, and only while it lives', async () => {
  const { store } = await testStore();
  const invitation: StoredLink = { purpose: 'invitation', operatorId: 'o1', expiresMs: 100 };
  await store.links.add('one', invitation, 0);
  await store.links.add('late', until(100), 0);
  expect(await store.links.read('one', 99)).toEqual(invitation);
  expect(await Promise.all([store.links.take('one', 99), store.links.take('one', 99)])).toEqual([invitation, undefined]);
  expect([await store.links.read('late', 100), await store.links.take('late', 100), await store.links.take('late', 99)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(await store.links.take('never added', 0)).toBeUndefined();
});

test('links that ran out are forgotten when another is added, living ones are not', async () => {
  const { store } = await testStore();
  await store.links.add('old', until(100), 0);
  await store.links.add('living', until(200), 0);
  await store.links.add('new', until(300), 100);
  expect([await store.links.take('old', 0), await store.links.take('living', 0), await store.links.take('new', 0)]).toEqual([
    undefined,
    until(200),
    until(300),
  ]);
});

test('clearing forgets every link, or those of one operator', async () => {
  const { store } = await testStore();
  for (const operatorId of ['o1', 'o2']) await store.links.add(operatorId, { ...until(200), operatorId }, 0);
  await store.links.removeOf('o1');
  expect([await store.links.read('o1', 0), await store.links.read('o2', 0)]).toEqual([undefined, { ...until(200), operatorId: 'o2' }]);
  await store.links.clear();
  expect(await store.links.take('o2', 0)).toBeUndefined();
});
