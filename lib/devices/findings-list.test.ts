// What the list says of its devices, and that the same word keeps its object: ten thousand rows are not told anew at every reading.
import { expect, test } from 'vitest';
import type { PairedDevice, PairingList, PendingRequest } from '../gateway/records.ts';
import { createListFacts } from './findings-list.ts';

const row = (deviceId: string, over: Partial<PairedDevice> = {}): PairedDevice => ({
  deviceId,
  publicKey: `key-${deviceId}`,
  displayName: 'Desk',
  clientId: 'cli',
  clientMode: 'cli',
  platform: 'linux',
  roles: ['operator'],
  scopes: ['operator.read'],
  tokens: [],
  ...over,
});
const asks = (deviceId: string, over: Partial<PendingRequest> = {}): PendingRequest => ({
  requestId: `r-${deviceId}`,
  deviceId,
  publicKey: `key-${deviceId}`,
  platform: 'darwin',
  roles: ['operator'],
  scopes: ['operator.read'],
  silent: false,
  isRepair: true,
  ts: 5,
  ...over,
});
const list = (paired: PairedDevice[], pending: PendingRequest[] = []): PairingList => ({ paired, pending, unread: 0 });

test('keys that say to be the same client are counted, and the one used last is named', () => {
  const facts = createListFacts()(list([row('a', { lastSeenAtMs: 5 }), row('b', { lastSeenAtMs: 9 }), row('c', { remoteIp: '10.0.0.1' })]));
  expect(facts.get('a')).toEqual({ alike: { count: 2, used: 'b' } });
  expect(facts.get('b')).toEqual(facts.get('a'));
  expect(facts.has('c')).toBe(false);
});

test('which one is used is not told where two are connected, or nothing tells', () => {
  const both = createListFacts()(list([row('a', { connected: true }), row('b', { connected: true })]));
  expect(both.get('a')?.alike?.used).toBeUndefined();
  expect(createListFacts()(list([row('a'), row('b')])).get('a')?.alike?.used).toBeUndefined();
  expect(createListFacts()(list([row('a', { connected: true }), row('b', { lastSeenAtMs: 99 })])).get('b')?.alike?.used).toBe('a');
});

test('a client that names itself by nothing is like no other', () => {
  const nameless = { clientId: undefined, displayName: undefined };
  expect(createListFacts()(list([row('a', nameless), row('b', nameless)])).size).toBe(0);
});

test('a request for nothing but another platform is a change of platform; one of another key is nobody’s', () => {
  const alone = (pending: PendingRequest) => createListFacts()(list([row('a')], [pending])).get('a');
  expect(alone(asks('a'))?.platformAsks).toEqual({ requestId: 'r-a', sinceMs: 5, platform: 'darwin' });
  expect(alone(asks('a', { scopes: ['operator.admin'] }))?.platformAsks).toBeUndefined();
  expect(alone(asks('a', { platform: 'linux' }))?.platformAsks).toBeUndefined();
  expect(alone(asks('a', { publicKey: 'another' }))).toBeUndefined();
});

test('a device of which the same is said keeps its object over readings, others do not', () => {
  const read = createListFacts();
  const first = read(list([row('a'), row('b'), row('c')], [asks('c')]));
  const [a, c] = [first.get('a'), first.get('c')];
  const second = read(list([row('a'), row('b'), row('c')], [asks('c', { ts: 6 })]));
  expect(second.get('a')).toBe(a);
  expect(second.get('c')).not.toBe(c);
});
