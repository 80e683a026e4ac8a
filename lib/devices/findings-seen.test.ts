// What was seen beside the list survives a restart, follows what is published, and ends where a person let the device in anew.
import { expect, test } from 'vitest';
import type { DeviceActView } from '../api/device-shapes.ts';
import type { TakeBackView } from '../api/grant-shapes.ts';
import { isoOf } from '../clock.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { ruleDecision, START_MS, sampleDecision, sampleHandshake } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { createSeenBook } from './findings-seen.ts';

const AT = isoOf(START_MS);
const ROW: PairedDevice = {
  deviceId: 'dev1',
  publicKey: 'key1',
  clientId: 'gateway-client',
  clientMode: 'ui',
  createdAtMs: 1000,
  roles: ['operator'],
  scopes: ['operator.read'],
  tokens: [],
};
const taken: TakeBackView = {
  id: 't1',
  gateway: 'g1',
  deviceId: 'dev1',
  publicKey: 'key1',
  by: 'operator',
  lost: [],
  at: AT,
  state: 'returned',
  enforcement: 'until-next-connect',
  outcome: 'Back.',
  returnedAt: AT,
};
const revoked: DeviceActView = {
  id: 'a1',
  act: 'revoke',
  gateway: 'g1',
  deviceId: 'dev1',
  by: 'operator',
  at: AT,
  state: 'undone',
  outcome: 'Back.',
  undoneAt: AT,
};
const approved = sampleDecision({ id: 'd9', state: 'approved' });

test('returns, undone revocations, platforms turned down and the rule are known again after a restart', async () => {
  const { store } = await testStore();
  await store.takeBacks.begin({ view: taken });
  await store.deviceActs.begin({ view: revoked, input: { act: 'revoke', gateway: 'g1', deviceId: 'dev1', publicKey: 'key1', holds: [] } });
  await store.decisions.begin(sampleDecision({ id: 'd1', action: 'reject', state: 'rejected', reason: 'metadata-change' }));
  await store.decisions.begin(ruleDecision('d2', 'rule-1', START_MS, { state: 'approved', deviceId: 'dev2', rowCreatedAtMs: 1000 }));
  const book = await createSeenBook({ gateway: 'g1', store });
  expect(book.of('dev1')).toEqual({
    cameBack: { atMs: START_MS },
    revocationUndone: { atMs: START_MS },
    platformRefused: { atMs: START_MS },
  });
  expect(book.ruleOf({ ...ROW, deviceId: 'dev2' })).toBe('rule-1');
  expect(book.ruleOf({ ...ROW, deviceId: 'dev2', createdAtMs: 2000 })).toBeUndefined();
  const other = await createSeenBook({ gateway: 'g2', store });
  expect(other.of('dev1')).toBeUndefined();
});

test('an approval here ends what was odd before it, live and after a restart', async () => {
  const { store } = await testStore();
  const refused = sampleDecision({ id: 'd1', action: 'reject', state: 'rejected', reason: 'metadata-change' });
  await store.decisions.begin(refused);
  await store.decisions.begin(approved);
  expect((await createSeenBook({ gateway: 'g1', store })).of('dev1')?.platformRefused).toBeUndefined();
  const live = await createSeenBook({ gateway: 'g1', store });
  live.note({ topic: 'take-backs', op: 'set', item: taken });
  live.note({ topic: 'decisions', op: 'set', item: refused });
  expect(live.of('dev1')).toHaveProperty('cameBack');
  live.note({ topic: 'decisions', op: 'set', item: approved });
  expect(live.of('dev1')).toBeUndefined();
});

test('refused callers are kept by the client that they say to be, and loopback has no address', async () => {
  const { store } = await testStore();
  const caller = { cause: 'unauthorized/device_token_mismatch', clientId: 'gateway-client', clientMode: 'ui' };
  await store.handshakes.append([sampleHandshake('h1', { ...caller, remoteAddr: '127.0.0.1' })]);
  const book = await createSeenBook({ gateway: 'g1', store });
  expect(book.mismatchMs(ROW)).toBe(START_MS);
  expect(book.mismatchMs({ ...ROW, remoteIp: '203.0.113.7' })).toBeUndefined();
  expect(book.mismatchMs({ ...ROW, clientMode: 'cli' })).toBeUndefined();
});

test('a refused caller behind a proxy is recorded with the address of the proxy: it may be any device from elsewhere, and none of this machine', async () => {
  const { store } = await testStore();
  const caller = { cause: 'unauthorized/device_token_mismatch', clientId: 'gateway-client', clientMode: 'ui' };
  await store.handshakes.append([sampleHandshake('h1', { ...caller, origin: 'proxied', remoteAddr: '127.0.0.1' })]);
  const book = await createSeenBook({ gateway: 'g1', store });
  expect(book.mismatchMs({ ...ROW, remoteIp: '203.0.113.7' })).toBe(START_MS);
  expect(book.mismatchMs({ ...ROW, remoteIp: '203.0.113.7', clientId: 'cli' })).toBeUndefined();
  expect(book.mismatchMs(ROW)).toBeUndefined();
});

test('what is said of a device keeps its object until something new is', async () => {
  const { store } = await testStore();
  const book = await createSeenBook({ gateway: 'g1', store });
  book.note({ topic: 'take-backs', op: 'set', item: taken });
  const first = book.of('dev1');
  book.note({ topic: 'take-backs', op: 'set', item: { ...taken, gateway: 'g2', state: 'gone' } });
  expect(book.of('dev1')).toBe(first);
  book.note({ topic: 'device-acts', op: 'set', item: revoked });
  expect(book.of('dev1')).not.toBe(first);
});

test('a refused caller that only names a device tells nothing of it; one whose signature was checked does', async () => {
  const { store } = await testStore();
  const book = await createSeenBook({ gateway: 'g1', store });
  const refused = (id: string, cause: string) => ({
    ...sampleHandshake(id, { cause, outcome: 'refused', deviceId: 'dev1' }),
    seq: 1,
    run: { id: 1, count: 1, firstAt: AT },
  });
  book.note({ topic: 'handshakes', op: 'add', items: [refused('h1', 'device-auth-invalid/device-signature')] });
  expect(book.of('dev1')).toBeUndefined();
  book.note({ topic: 'handshakes', op: 'add', items: [refused('h2', 'pairing-required/scope-upgrade')] });
  expect(book.of('dev1')?.failedMs).toBeDefined();
});

test('of one token the last of a narrowing and a revocation counts; a rename, a rotation and what was not done end nothing', async () => {
  const { store } = await testStore();
  const book = await createSeenBook({ gateway: 'g1', store });
  const note = (over: Partial<DeviceActView>) =>
    book.note({ topic: 'device-acts', op: 'set', item: { ...revoked, role: 'operator', ...over } });
  const seen = { atMs: START_MS, role: 'operator' };
  note({ act: 'narrow' });
  expect(book.of('dev1')).toEqual({ narrowingUndone: seen });
  for (const over of [
    { act: 'rename', state: 'done' },
    { act: 'rotate', state: 'done' },
    { act: 'narrow', state: 'failed' },
    { act: 'revoke', state: 'asking' },
    { act: 'revoke', state: 'done', role: 'node' },
  ] as const) {
    note(over);
    expect(book.of('dev1'), JSON.stringify(over)).toEqual({ narrowingUndone: seen });
  }
  note({});
  expect(book.of('dev1')).toEqual({ revocationUndone: seen });
  note({ act: 'narrow', state: 'done' });
  expect(book.of('dev1')).toBeUndefined();
});

test('failed attempts are remembered of so many devices, those that failed last', async () => {
  const { store } = await testStore();
  const book = await createSeenBook({ gateway: 'g1', store });
  const fails = (deviceId: string, n: number) =>
    book.note({
      topic: 'handshakes',
      op: 'add',
      items: [
        {
          ...sampleHandshake(`h${n}`, { cause: 'pairing-required/scope-upgrade', outcome: 'refused', deviceId, at: isoOf(START_MS + n) }),
          seq: n,
          run: { id: n, count: 1, firstAt: AT },
        },
      ],
    });
  fails('first', 1);
  fails('second', 2);
  for (let n = 3; n <= 10_000; n += 1) fails(`dev-${n}`, n);
  fails('first', 10_001);
  fails('one-more', 10_002);
  expect(book.of('second')).toBeUndefined();
  expect(book.of('first')).toEqual({ failedMs: START_MS + 10_001 });
  expect(book.of('one-more')).toBeDefined();
});
