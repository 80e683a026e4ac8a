// A restore does not let in whom somebody has shut out since the backup.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { backupName, writeBackup } from './backups.ts';
import { openStore } from './open.ts';
import { restoreRecord } from './restore.ts';
import { START_MS, sampleActivity } from './test-samples.ts';
import { testStore } from './test-store.ts';

const HASH = (of: string) => of.repeat(64);
const token = (id: string) => ({
  id,
  name: `token ${id}`,
  hash: HASH(id),
  right: 'admin' as const,
  createdMs: START_MS,
  createdBy: 'Ann',
  creatorId: 'ann',
  expiresMs: START_MS + 1e9,
});

async function scene() {
  const made = await testStore();
  const { store, folder } = made;
  const operator = (id: string) => ({
    id,
    name: id,
    rights: ['approver', 'admin'] as ('approver' | 'admin')[],
    state: 'active' as const,
    createdMs: START_MS,
    createdBy: 'terminal',
  });
  for (const id of ['ann', 'bob', 'cy']) await store.operators.add(operator(id));
  for (const id of ['p1', 'p2'])
    await store.operators.addCredential({
      id,
      operatorId: 'ann',
      kind: 'passkey',
      name: id,
      handle: id,
      secret: 'key',
      counter: 0,
      createdMs: START_MS,
    });
  for (const id of ['a', 'b']) await store.tokens.add(token(id));
  await store.activity.append(sampleActivity('a1'));
  const backup = backupName(folder, START_MS);
  writeBackup(join(folder, 'gatehouse.db'), backup);
  const restored = async () => {
    await store.dispose();
    const { taken } = restoreRecord(folder, backup, made.clock);
    const again = await openStore({ folder, clock: made.clock });
    onTestFinished(again.dispose);
    const states = Object.fromEntries((await again.operators.list()).map(({ id, state, rights }) => [id, [state, ...rights]]));
    const live = (await again.tokens.list()).filter(({ revokedMs }) => revokedMs === undefined).map(({ id }) => id);
    const passkeys = (await again.operators.credentials()).map(({ id }) => id);
    const text = again.notice?.text ?? '';
    await again.dispose();
    return { taken, states, live, passkeys, text };
  };
  return { ...made, restored };
}

test('revoked tokens stay revoked, removed and disabled operators stay out, and rights that were taken stay taken', async () => {
  const { store, restored } = await scene();
  await store.tokens.revoke('b', START_MS + 1);
  await store.operators.remove('bob');
  await store.operators.removeCredential('p1');
  await store.operators.change('cy', { rights: ['approver'] });
  const { taken, states, live, passkeys, text } = await restored();
  expect(passkeys).toEqual(['p2']);
  expect(taken.known).toBe(true);
  expect(live).toEqual(['a']);
  expect(states).toEqual({
    ann: ['active', 'approver', 'admin'],
    bob: ['disabled', 'approver', 'admin'],
    cy: ['active', 'approver'],
  });
  expect(text).toContain('"token b"');
  expect(text).toContain('"bob"');
});

test('a record that does not go on from the backup says nothing: every token is revoked, operators are as they were', async () => {
  const { store, folder, clock, restored } = await scene();
  await store.dispose();
  // The record was lost, and a new one begun.
  for (const part of ['', '-wal', '-shm']) rmSync(join(folder, `gatehouse.db${part}`), { force: true });
  const fresh = await openStore({ folder, clock });
  await fresh.activity.append(sampleActivity('other'));
  await fresh.dispose();
  const { taken, states, live } = await restored();
  expect(taken.known).toBe(false);
  expect(live).toEqual([]);
  expect(states.bob).toEqual(['active', 'approver', 'admin']);
});
