// After a restore the record is older than the gateway: what was given in between must show, and not as something that a person did.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { createListReader } from '../gateway/records.ts';
import { backupName, writeBackup } from '../store/backups.ts';
import { openStore, type Store } from '../store/open.ts';
import { restoreRecord } from '../store/restore.ts';
import { START_MS, sampleDecision } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { createInventory } from './inventory.ts';

const ID = 'ab'.repeat(32);
const CONSOLE = 'c0'.repeat(32);
const row = (deviceId: string, scopes: string[]) => ({
  deviceId,
  publicKey: `key of ${deviceId}`,
  clientId: 'cli',
  roles: ['operator'],
  scopes,
  createdAtMs: 1000,
  approvedAtMs: 1000,
  tokens: [{ role: 'operator', scopes, createdAtMs: 1000 }],
});

test('a grant that a restored record does not know is found as one that nobody clicked', async () => {
  const { store, folder, clock } = await testStore();
  const read = createListReader();
  let ids = 0;
  async function reads(opened: Store, scopes: string[]) {
    const shown: DeviceChangeView[] = [];
    const inventory = await createInventory({
      gateway: 'g1',
      consoleDeviceId: CONSOLE,
      store: opened,
      seesAll: () => true,
      records: () => [],
      readLog: () => Promise.resolve(),
      onChanges: (changes) => void shown.push(...changes),
      ourTime: (ms) => ms,
      clock,
      newId: () => {
        ids += 1;
        return `c${ids}`;
      },
      onError: (error) => {
        throw error;
      },
    });
    const list = read({ pending: [], paired: [row(CONSOLE, ['operator.admin']), row(ID, scopes)] });
    for (let look = 0; look < 3; look++) {
      inventory.onList(list);
      await inventory.idle();
      clock.advance(3000);
    }
    await inventory.dispose();
    return shown.filter((change) => change.deviceId === ID);
  }

  await reads(store, ['operator.read']);
  const backup = backupName(folder, START_MS);
  writeBackup(join(folder, 'gatehouse.db'), backup);
  // A person approves after the backup; the record that knows this is then lost.
  const at = new Date(clock.nowMs()).toISOString();
  await store.decisions.begin(
    sampleDecision({ deviceId: ID, publicKey: `key of ${ID}`, scopes: ['operator.read', 'operator.admin'], state: 'approved', at }),
  );
  const known = await reads(store, ['operator.read', 'operator.admin']);
  expect(known.length).toBeGreaterThan(0);
  expect(known.every((change) => change.unclicked !== true)).toBe(true);
  await store.dispose();
  restoreRecord(folder, backup, clock);

  const again = await openStore({ folder, clock });
  onTestFinished(again.dispose);
  expect(again.notice?.kind).toBe('restored');
  const found = await reads(again, ['operator.read', 'operator.admin']);
  expect(found).toEqual([expect.objectContaining({ deviceId: ID, unclicked: true })]);
  expect(JSON.stringify(found)).toContain('operator.admin');
  await again.dispose();
});
