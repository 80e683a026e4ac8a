import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { DeviceActView } from '../api/device-shapes.ts';
import type { StoredAct } from './device-acts.ts';
import { testStore } from './test-store.ts';

const DEVICE = 'ab'.repeat(32);

/** An act as it is begun; `n` is its minute. */
function act(id: string, n: number, over: Partial<DeviceActView> = {}): StoredAct {
  const view: DeviceActView = {
    id,
    act: 'revoke',
    gateway: 'g1',
    deviceId: DEVICE,
    role: 'operator',
    by: 'operator',
    at: new Date(Date.UTC(2026, 10, 22, 12, n)).toISOString(),
    state: 'asking',
    outcome: 'Asked the gateway; no answer yet.',
    ...over,
  };
  return { view, input: { act: view.act, gateway: view.gateway, deviceId: view.deviceId, publicKey: 'key-1', holds: ['operator.read'] } };
}

test('of each device, kind and token the newest act is watched', async () => {
  const { store } = await testStore();
  for (const one of [
    act('a1', 1),
    act('a2', 2),
    act('a3', 3, { role: 'node' }),
    act('a4', 4, { act: 'rotate' }),
    act('a5', 5, { deviceId: 'cd'.repeat(32) }),
  ])
    await store.deviceActs.begin(one);
  expect((await store.deviceActs.newest()).items.map(({ view }) => view.id).sort()).toEqual(['a2', 'a3', 'a4', 'a5']);
});

test('what the gateway did not do is not counted among the acts of a device', async () => {
  const { store } = await testStore();
  await store.deviceActs.begin(act('a1', 1));
  await store.deviceActs.begin(act('a2', 2));
  await store.deviceActs.complete('a1', { state: 'failed', outcome: 'The gateway said no.' });
  const since = Date.UTC(2026, 10, 22, 12, 0);
  expect((await store.deviceActs.ofDeviceSince('g1', DEVICE, since)).map(({ id }) => id)).toEqual(['a2']);
  expect(await store.deviceActs.ofDeviceSince('g1', DEVICE, since + 3 * 60_000)).toEqual([]);
  await expect(store.deviceActs.complete('none', { state: 'done' })).rejects.toThrow('not in the store');
});

test('acts come newest first, page by page', async () => {
  const { store } = await testStore();
  for (const n of [1, 2, 3]) await store.deviceActs.begin(act(`a${n}`, n));
  const first = await store.deviceActs.list({ gateway: 'g1', deviceId: DEVICE, limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(['a3', 'a2']);
  const rest = await store.deviceActs.list({ limit: 2, ...(first.cursor === undefined ? {} : { before: first.cursor }) });
  expect(rest.items.map(({ id }) => id)).toEqual(['a1']);
});

test('a damaged act costs itself alone, be it no JSON or no act; so many are watched, the newest, of one gateway or all', async () => {
  const { store, folder } = await testStore();
  await store.deviceActs.begin(act('a1', 1));
  await store.deviceActs.begin(act('a2', 2, { act: 'narrow' }));
  await store.deviceActs.begin(act('a3', 3, { act: 'rotate' }));
  await store.deviceActs.begin(act('a4', 4, { act: 'rename' }));
  await store.deviceActs.begin(act('a5', 5, { gateway: 'g2' }));
  const file = new DatabaseSync(join(folder, 'gatehouse.db'));
  file.exec(`update device_acts set body = '{"view"' where id = 'a1'`);
  file.exec(`update device_acts set body = '{"view":{"act":"narrow"}}' where id = 'a2'`);
  file.close();
  const ids = async (ask: { gateway?: string; most?: number }) => {
    const { items, damaged } = await store.deviceActs.newest(ask);
    return { ids: items.map(({ view }) => view.id), damaged };
  };
  expect(await ids({})).toEqual({ ids: ['a3', 'a4', 'a5'], damaged: 2 });
  expect(await ids({ gateway: 'g1' })).toEqual({ ids: ['a3', 'a4'], damaged: 2 });
  expect(await ids({ most: 2 })).toEqual({ ids: ['a4', 'a5'], damaged: 0 });
  expect((await store.deviceActs.ofDeviceSince('g1', DEVICE, 0)).map(({ id }) => id)).toEqual(['a3', 'a4']);
});
