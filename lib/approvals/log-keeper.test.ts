// The handshake log is kept whole: stored in batches, told to the pages, and tried again when the record cannot be written.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { createLogWindow } from '#lib/handshakes/log-window.ts';
import { Problem } from '#lib/problem.ts';
import { testStore } from '#lib/store/test-store.ts';
import { auditLine, closeLine, logLine, refusedUpgrade, uuid } from '#lib/testing/log-lines.ts';
import { createLogKeeper } from './log-keeper.ts';

const AT = Date.parse('2026-11-22T12:00:00.000Z');
const DEVICE = 'a1'.repeat(32);
const lines = (n: number) => [
  auditLine({ at: AT + n, conn: uuid(n), device: DEVICE }),
  closeLine({ at: AT + n, conn: uuid(n), object: refusedUpgrade(DEVICE, uuid(900)) }),
];

async function keeping() {
  const { store } = await testStore();
  const window = createLogWindow();
  const told: HandshakeView[] = [];
  const errors: unknown[] = [];
  const disk = { full: false };
  const { handshakes } = store;
  const guarded: typeof handshakes = {
    ...handshakes,
    append: (rows) => (disk.full ? Promise.reject(new Problem('store-unwritable')) : handshakes.append(rows)),
  };
  const keeper = createLogKeeper({
    gateway: 'g',
    window,
    store: { ...store, handshakes: guarded },
    publish: (change) => {
      if (change.topic === 'handshakes') told.push(...change.items);
    },
    names: () => 'My CLI',
    context: { port: () => 18789, hostKeyId: () => undefined, knows: () => true, gatewayNow: () => AT + 60_000 },
    now: () => AT,
    onError: (error) => void errors.push(error),
  });
  onTestFinished(keeper.dispose);
  const stored = async () => (await store.handshakes.list({ limit: 50 })).items;
  return { window, keeper, told, errors, disk, stored };
}

test('each attempt is stored once, named and told', async () => {
  const { window, told, stored } = await keeping();
  window.push([...lines(1), ...lines(2)]);
  await vi.waitUntil(() => told.length === 2);
  expect(told).toMatchObject([{ conn: uuid(1), deviceName: 'My CLI' }, { conn: uuid(2) }]);
  expect(await stored()).toHaveLength(2);
  window.push(lines(2));
  window.push(lines(3));
  await vi.waitUntil(() => told.some((row) => row.conn === uuid(3)));
  expect((await stored()).map((row) => row.conn)).toEqual([uuid(3), uuid(2), uuid(1)]);
});

test('a gap of the source is stored as a row', async () => {
  const { window, stored } = await keeping();
  window.push(lines(1));
  window.gap('limit');
  await vi.waitUntil(async () => (await stored()).some((row) => row.outcome === 'gap' && row.cause === 'limit'));
});

test('what cannot be stored is kept and stored later', async () => {
  const { window, errors, disk, stored } = await keeping();
  disk.full = true;
  window.push(lines(1));
  await vi.waitUntil(() => errors.length > 0);
  disk.full = false;
  window.push(lines(2));
  await vi.waitUntil(async () => (await stored()).length === 2);
});

test('a device that the gateway paired by itself is known as such', async () => {
  const { window, keeper } = await keeping();
  window.push([logLine(AT, 'gateway', `device pairing auto-approved device=${DEVICE} role=operator`)]);
  expect(keeper.pairedSilently(DEVICE)).toBe(true);
  expect(keeper.pairedSilently('b'.repeat(64))).toBe(false);
});
