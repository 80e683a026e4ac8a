import { expect, test } from 'vitest';
import { testStore } from './test-store.ts';

const key = { gateway: 'g1', deviceId: 'dev1', publicKey: 'key1' };

test('a key is known by gateway, id and public key together', async () => {
  const { store } = await testStore();
  await store.ledger.recordApproved(key, { atMs: 1, by: 'operator' });
  expect(await store.ledger.get(key)).toEqual({ ...key, approved: { atMs: 1, by: 'operator' } });
  expect(await store.ledger.get({ ...key, publicKey: 'key2' })).toBeUndefined();
  expect(await store.ledger.get({ ...key, gateway: 'g2' })).toBeUndefined();
  expect(await store.ledger.all('g1')).toHaveLength(1);
  expect(await store.ledger.all('g2')).toEqual([]);
});

test('a refusal outlives an approval and ends only when it is lifted', async () => {
  const { store } = await testStore();
  await store.ledger.recordRefused(key, { atMs: 1, by: 'operator', why: 'rejected' });
  await store.ledger.recordApproved(key, { atMs: 2, by: 'rule' });
  expect((await store.ledger.get(key))?.refused).toEqual({ atMs: 1, by: 'operator', why: 'rejected' });
  await store.ledger.liftRefusal(key);
  expect(await store.ledger.get(key)).toEqual({ ...key, approved: { atMs: 2, by: 'rule' } });
});

test('a word for a key can be given and taken back', async () => {
  const { store } = await testStore();
  await store.ledger.setVouched(key, true, { atMs: 3, by: 'operator' });
  expect((await store.ledger.get(key))?.vouched).toEqual({ atMs: 3, by: 'operator' });
  await store.ledger.setVouched(key, false, { atMs: 4, by: 'operator' });
  expect(await store.ledger.get(key)).toEqual(key);
});
