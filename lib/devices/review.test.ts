// Since when, and by whom, somebody holds what is grave: our decision before a reading, a reading before the gateway's last approval.
import { expect, test } from 'vitest';
import type { DeviceView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { START_MS, sampleDecision } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { holdersOf } from './review.ts';

const at = (minutes: number) => isoOf(START_MS + minutes * 60_000);
const holder = (over: Partial<DeviceView> = {}): DeviceView => ({
  gateway: 'g1',
  deviceId: 'dev1',
  publicKey: 'key1',
  roles: ['operator'],
  scopes: ['operator.read', 'operator.admin'],
  tokens: [{ role: 'operator', scopes: [], revoked: false, usedAt: at(9) }],
  risk: 'admin',
  createdAt: at(0),
  approvedAt: at(8),
  lastSeenAt: at(7),
  approvedHow: 'operator',
  isConsole: false,
  isHostKey: false,
  vouched: false,
  inLedger: false,
  refused: false,
  unclicked: 0,
  findings: [],
  ...over,
});

test('what the gateway approved last is the word where nothing better is known, and the later sign of use counts', async () => {
  const { store } = await testStore();
  expect(await holdersOf([holder()], 'admin', store)).toMatchObject([{ since: at(8), sinceWhat: 'approved', lastUsedAt: at(9) }]);
});

test('the reading that first showed the grave scope goes before that, and the decision that gave it before both', async () => {
  const { store } = await testStore();
  const gained = { roles: [], scopes: ['operator.admin'] };
  const change = { gateway: 'g1', deviceId: 'dev1', lost: { roles: [], scopes: [] }, text: 'It got more.', unclicked: false };
  await store.inventories.keep('g1', {
    set: [],
    gone: [],
    changes: [
      { ...change, id: 'c1', at: at(3), kind: 'scopes-grew' as const, gained, by: { kind: 'silent', proof: 'log' } },
      { ...change, id: 'c2', at: at(5), kind: 'scopes-grew', gained: { roles: [], scopes: ['operator.talk'] }, by: { kind: 'unknown' } },
    ],
  });
  expect(await holdersOf([holder()], 'admin', store)).toMatchObject([{ since: at(3), sinceWhat: 'reading' }]);
  await store.decisions.begin(sampleDecision({ id: 'd1', state: 'approved', at: at(2), addedScopes: ['operator.admin'] }));
  expect(await holdersOf([holder()], 'admin', store)).toMatchObject([{ since: at(2), sinceWhat: 'decision', by: 'operator' }]);
  // Another pairing of the key was given nothing by it.
  expect(await holdersOf([holder({ publicKey: 'another', createdAt: at(6) })], 'admin', store)).toMatchObject([{ sinceWhat: 'approved' }]);
});

test('admin and nodes are held in every review, approvals and pairing in that of all that is elevated', async () => {
  const { store } = await testStore();
  const rows = [
    holder({ deviceId: 'reader', scopes: ['operator.read'], risk: 'read' }),
    holder({ deviceId: 'approver', scopes: ['operator.approvals'], risk: 'elevated' }),
    holder({ deviceId: 'admin' }),
    holder({ deviceId: 'node', roles: ['node'], scopes: [], risk: 'node' }),
  ];
  const ids = async (of: 'admin' | 'elevated') => (await holdersOf(rows, of, store)).map(({ deviceId }) => deviceId);
  expect(await ids('admin')).toEqual(['node', 'admin']);
  expect(await ids('elevated')).toEqual(['node', 'admin', 'approver']);
});
