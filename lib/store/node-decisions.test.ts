// Decisions on nodes are on the disk before they are answered, are completed once, and are found again after a restart.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { StoredNodeDecision } from './node-decisions.ts';
import { openStore } from './open.ts';
import { testStore } from './test-store.ts';

const decision = (id: string, gateway = 'g1'): StoredNodeDecision => ({
  view: {
    id,
    gateway,
    nodeId: 'a1'.repeat(32),
    action: 'approve',
    by: 'operator',
    at: '2026-11-23T00:00:00.000Z',
    commands: ['system.run'],
    state: 'asking',
    outcome: 'Asked the gateway; no answer yet.',
  },
  requestId: `request of ${id}`,
  caps: ['system'],
});

test('what was asked and never answered is found again after a restart, on its own gateway', async () => {
  const { store, folder, clock } = await testStore();
  await store.nodeDecisions.begin(decision('d1'));
  await store.nodeDecisions.begin(decision('d2'));
  await store.nodeDecisions.begin(decision('d3', 'g2'));
  await store.nodeDecisions.complete('d2', { state: 'approved', outcome: 'Approved.' });
  await store.dispose();
  const again = await openStore({ folder, clock });
  expect(await again.nodeDecisions.unsettled('g1')).toEqual({ items: [decision('d1')], damaged: 0 });
  expect((await again.nodeDecisions.list({ limit: 2 })).items.map(({ id }) => id)).toEqual(['d3', 'd2']);
  expect((await again.nodeDecisions.list({ limit: 5, gateway: 'g2' })).items.map(({ id }) => id)).toEqual(['d3']);
  await again.dispose();
});

test('it is completed once: a later word of a list does not replace the answer', async () => {
  const { store } = await testStore();
  await store.nodeDecisions.begin(decision('d1'));
  expect(await store.nodeDecisions.complete('d1', { state: 'rejected', outcome: 'Rejected.' })).toMatchObject({ state: 'rejected' });
  expect(await store.nodeDecisions.complete('d1', { state: 'unknown', outcome: 'Nobody knows.' })).toBeUndefined();
  expect((await store.nodeDecisions.list({ limit: 1 })).items[0]).toMatchObject({ state: 'rejected', outcome: 'Rejected.' });
});

test('a damaged row is told as such, and keeps no other from being settled', async () => {
  const { store, folder } = await testStore();
  await store.nodeDecisions.begin(decision('d1'));
  const file = new DatabaseSync(join(folder, 'gatehouse.db'));
  file.exec(`update node_decisions set body = '{"view":{}}'`);
  file.close();
  await store.nodeDecisions.begin(decision('d2'));
  expect(await store.nodeDecisions.unsettled('g1')).toEqual({ items: [decision('d2')], damaged: 1 });
  expect(await store.nodeDecisions.latest(5)).toEqual({ items: [decision('d2').view], damaged: 1 });
  await expect(store.nodeDecisions.list({ limit: 5 })).rejects.toMatchObject({ code: 'store-unwritable' });
});
