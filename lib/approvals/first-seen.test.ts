// A key is as old as its first sight, whatever it asks later, and nothing that was not watched counts as new.
import { expect, test } from 'vitest';
import { manualClock } from '#lib/clock.ts';
import { readPairingList } from '#lib/gateway/records.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createFirstSeen } from './first-seen.ts';

const START = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;
const keyOf = (name: string) => ({ deviceId: Buffer.from(name).toString('hex').padEnd(64, '0'), publicKey: `pk-${name}` });

function desk() {
  const clock = manualClock(START);
  const gateway = createPairingTransport({ clock });
  const world = { watching: true };
  const firstSeen = createFirstSeen({ isWatching: () => world.watching, now: () => clock.nowMs() });
  const ask = (name: string, over: Record<string, unknown> = {}) =>
    gateway.ask({ ...keyOf(name), scopes: ['operator.read'], clientId: 'cli', ...over });
  const read = async () => firstSeen.note(readPairingList(await gateway.request('device.pair.list')));
  const seen = () => firstSeen.newClis().map(({ deviceId, atMs, watched }) => [deviceId.slice(0, 2), atMs - START, watched]);
  return { clock, gateway, world, firstSeen, ask, read, seen };
}
const A = Buffer.from('a').toString('hex');
const B = Buffer.from('b').toString('hex');

test('a key that asks again, more, or under another client id is no newer for it', async () => {
  const { clock, ask, read, seen, firstSeen } = desk();
  ask('a', { clientId: 'webchat' });
  await read();
  expect(seen()).toEqual([]);
  clock.advance(MINUTE);
  ask('a', { scopes: ['operator.write'] });
  ask('b');
  await read();
  clock.advance(MINUTE);
  await read();
  expect(seen().sort()).toEqual([
    [A, 0, true],
    [B, MINUTE, true],
  ]);
  expect(firstSeen.newClis().find(({ deviceId }) => deviceId === keyOf('a').deviceId)?.scopes).toContain('operator.write');
});

test('what is on a list that nobody watched come may have waited before', async () => {
  const { world, clock, ask, read, seen } = desk();
  world.watching = false;
  ask('a');
  await read();
  world.watching = true;
  clock.advance(1000);
  ask('b');
  await read();
  expect(seen().sort()).toEqual([
    [A, 0, false],
    [B, 1000, true],
  ]);
});

test('a paired device is none, and a key that was let in or left is still known for ten minutes', async () => {
  const { clock, gateway, ask, read, seen } = desk();
  const { requestId } = ask('a');
  await read();
  await gateway.request('device.pair.approve', { requestId });
  clock.advance(10 * MINUTE);
  ask('a', { scopes: ['operator.write'] });
  ask('b');
  await read();
  expect(seen().map(([id]) => id)).toEqual([A, B]);
  const other = desk();
  const first = other.ask('a');
  await other.gateway.request('device.pair.approve', { requestId: first.requestId });
  other.ask('a', { scopes: ['operator.write'] });
  await other.read();
  expect(other.seen()).toEqual([]);
  const gone = desk();
  const left = gone.ask('a');
  await gone.read();
  await gone.gateway.request('device.pair.reject', { requestId: left.requestId });
  gone.clock.advance(10 * MINUTE);
  await gone.read();
  expect(gone.seen()).toHaveLength(1);
  gone.clock.advance(1);
  await gone.read();
  expect(gone.seen()).toEqual([]);
});

test('a path that was proven once stays proven, and the first word that it is not is told once', async () => {
  const { ask, read, firstSeen } = desk();
  const proven = () => firstSeen.newClis().map((key) => key.proven);
  ask('a');
  await read();
  const { deviceId } = keyOf('a');
  expect(proven()).toEqual([undefined]);
  expect([firstSeen.settled(deviceId, false), firstSeen.settled(deviceId, false), proven()]).toEqual([true, false, [false]]);
  expect([firstSeen.settled(deviceId, true), firstSeen.settled(deviceId, false), proven()]).toEqual([false, false, [true]]);
  expect(firstSeen.settled(keyOf('nobody').deviceId, false)).toBe(false);
});
