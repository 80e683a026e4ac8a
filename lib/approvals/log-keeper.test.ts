// The handshake log is kept whole: stored in order and in batches, told to the pages, and tried again when it cannot be written.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { DEFAULT_RATE_LIMIT } from '#lib/evidence/config-setup.ts';
import type { NewHandshake } from '#lib/handshakes/attempt.ts';
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
const signatureLine = (n: number) =>
  closeLine({ at: AT + n, conn: uuid(n), object: { cause: 'device-auth-invalid', reason: 'device-signature', deviceId: DEVICE } });

async function keeping(over: { held?: boolean } = {}) {
  const { store } = await testStore();
  const window = createLogWindow();
  const told: HandshakeView[] = [];
  const batches: number[] = [];
  const errors: unknown[] = [];
  const unstored: ReturnType<typeof keeper.unstored>[] = [];
  const disk = { full: false, asked: () => {} };
  const append = async (rows: readonly NewHandshake[]) => {
    disk.asked();
    if (disk.full) throw new Problem('store-unwritable', 'The record cannot be written: the disk is full.');
    batches.push(rows.length);
    return store.handshakes.append(rows);
  };
  const keeper = createLogKeeper({
    gateway: 'g',
    window,
    store: { handshakes: { append } },
    publish: (change) => {
      if (change.topic === 'handshakes') told.push(...change.items);
    },
    changed: () => void unstored.push(keeper.unstored()),
    names: () => 'My CLI',
    context: { port: () => 18_789, hostKeyId: () => undefined, knows: () => true, isCanary: () => false, gatewayNow: () => AT + 60_000 },
    rateLimit: () => DEFAULT_RATE_LIMIT,
    now: () => AT,
    onError: (error) => void errors.push(error),
    ...over,
  });
  onTestFinished(keeper.dispose);
  const stored = async () => (await store.handshakes.list({ limit: 500 })).items;
  return { window, keeper, told, batches, errors, unstored, disk, stored };
}

test('each attempt is stored once, named and told', async () => {
  const { window, keeper, told, stored } = await keeping();
  window.push([...lines(1), ...lines(2)]);
  await keeper.settled();
  expect(told).toMatchObject([{ conn: uuid(1), deviceName: 'My CLI' }, { conn: uuid(2) }]);
  expect(await stored()).toHaveLength(2);
  window.push(lines(2));
  window.push(lines(3));
  await keeper.settled();
  expect((await stored()).map((row) => row.conn)).toEqual([uuid(3), uuid(2), uuid(1)]);
  expect(told).toHaveLength(3);
});

test('a device that is only named gets no name of ours', async () => {
  const { window, keeper, told } = await keeping();
  window.push([signatureLine(1)]);
  await keeper.settled();
  expect(told).toMatchObject([{ deviceId: DEVICE }]);
  expect(told[0]?.deviceName).toBeUndefined();
});

test('a log that pours is written in batches and in its order, without a loss', async () => {
  const { window, told, batches, stored } = await keeping();
  for (let n = 1; n <= 400; n += 1) {
    window.push(lines(n));
    if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitUntil(() => told.length === 400);
  expect(told.map((row) => row.conn)).toEqual(Array.from({ length: 400 }, (_, n) => uuid(n + 1)));
  expect(batches.length).toBeLessThan(20);
  expect(await stored()).toHaveLength(400);
});

test('while it is held nothing becomes a row, and nothing is lost by that', async () => {
  const { window, keeper, told } = await keeping({ held: true });
  window.push(lines(1));
  window.gap('limit');
  await keeper.settled();
  expect(told).toEqual([]);
  keeper.release();
  await keeper.settled();
  expect(told.map((row) => row.cause)).toEqual(['pairing-required/scope-upgrade', 'limit']);
});

test('a gap of the source is stored as a row', async () => {
  const { window, keeper, stored } = await keeping();
  window.push(lines(1));
  window.gap('limit');
  await keeper.settled();
  expect((await stored()).some((row) => row.outcome === 'gap' && row.cause === 'limit')).toBe(true);
});

test('a line that cannot be read is told when the log falls quiet behind it', async () => {
  const { window, stored } = await keeping();
  window.push([...lines(1), 'garbage']);
  await vi.waitUntil(async () => (await stored()).some((row) => row.cause === 'unread-lines'), { timeout: 5000 });
});

test('what cannot be stored is kept and stored later, by itself and in order', async () => {
  const { window, keeper, told, errors, disk } = await keeping();
  disk.full = true;
  window.push(lines(1));
  await keeper.settled();
  window.push(lines(2));
  await keeper.settled();
  expect(errors.length).toBeGreaterThan(0);
  disk.full = false;
  await vi.waitUntil(() => told.length === 2, { timeout: 5000 });
  expect(told.map((row) => row.conn)).toEqual([uuid(1), uuid(2)]);
});

test('while nothing can be stored that is said, with how much waits, since when and why, and taken back when it can', async () => {
  const { window, keeper, told, unstored, disk } = await keeping();
  disk.full = true;
  window.push(lines(1));
  await keeper.settled();
  const known = { since: AT, dropped: 0, why: 'the disk is full.' };
  expect(keeper.unstored()).toEqual({ ...known, waiting: 1 });
  window.push(lines(2));
  // What is being tried again still waits.
  const tried = await new Promise((resolve) => {
    disk.asked = () => resolve(keeper.unstored());
  });
  expect(tried).toEqual({ ...known, waiting: 2 });
  disk.full = false;
  await vi.waitUntil(() => told.length === 2, { timeout: 5000 });
  expect(unstored.at(0)).toEqual({ ...known, waiting: 1 });
  expect(unstored.at(-1)).toBeUndefined();
});

test('what is dropped beyond the limit is a gap row with its count, and the newest are kept', async () => {
  const { keeper, told, disk } = await keeping();
  const row = (n: number): NewHandshake => ({
    id: `r${n}`,
    gateway: 'g',
    at: new Date(AT + n).toISOString(),
    outcome: 'note',
    cause: 'token-rotated',
    title: 'Token rotated',
    evidence: { facts: {}, timeline: [], raw: [] },
  });
  disk.full = true;
  keeper.add(Array.from({ length: 20_003 }, (_, n) => row(n)));
  await keeper.settled();
  expect(keeper.unstored()).toMatchObject({ waiting: 20_000, dropped: 3 });
  disk.full = false;
  await vi.waitUntil(() => told.length === 20_001, { timeout: 30_000 });
  expect(told[0]).toMatchObject({ outcome: 'gap', cause: 'rows-dropped', at: new Date(AT + 2).toISOString() });
  expect(told[0]?.title).toContain('3 rows');
  expect(told[1]?.id).toBe('r3');
}, 40_000);

test('a device that the gateway paired by itself is known as such', async () => {
  const { window, keeper } = await keeping();
  window.push([logLine(AT, 'gateway', `device pairing auto-approved device=${DEVICE} role=operator`)]);
  expect(keeper.pairedSilently(DEVICE)).toBe(true);
  expect(keeper.pairedSilently('b'.repeat(64))).toBe(false);
});

test('what was read before the end is stored before it', async () => {
  const { window, keeper, told } = await keeping();
  window.push(lines(1));
  await keeper.dispose();
  expect(told).toHaveLength(1);
});

test('what is still held at the end is left to the next run, which can tell whose it is', async () => {
  const { window, keeper, told } = await keeping({ held: true });
  window.push(lines(1));
  await keeper.dispose();
  expect(told).toEqual([]);
});
