// Since when, and by whom, somebody holds what is grave: by whoever gave it last, and by the gateway's last approval where nobody is known.
import { expect, test } from 'vitest';
import type { DeviceView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { START_MS, sampleDecision, sampleHandshake } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { holdersOf } from './review.ts';

const groups = [{ danger: 'any-command' as const, title: 'Any command', text: '', commands: ['system.run'] }];
const holding = () => ({ groups });
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
  expect(await holdersOf([holder()], 'admin', store, holding)).toMatchObject([{ since: at(8), sinceWhat: 'approved', lastUsedAt: at(9) }]);
});

test('the reading that first showed the grave scope goes before that, and a later decision before both', async () => {
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
  expect(await holdersOf([holder()], 'admin', store, holding)).toMatchObject([{ since: at(3), sinceWhat: 'reading' }]);
  await store.decisions.begin(sampleDecision({ id: 'd1', state: 'approved', at: at(4), addedScopes: ['operator.admin'] }));
  expect(await holdersOf([holder()], 'admin', store, holding)).toMatchObject([{ since: at(4), sinceWhat: 'decision', by: 'operator' }]);
  // Another pairing of the key was given nothing by it.
  expect(await holdersOf([holder({ publicKey: 'another', createdAt: at(6) })], 'admin', store, holding)).toMatchObject([
    { sinceWhat: 'approved' },
  ]);
});

test('whoever gave it last counts: a silent grant after a loss goes before the old decision, and a later decision before that', async () => {
  const { store } = await testStore();
  const none = { roles: [], scopes: [] };
  const admin = { roles: [], scopes: ['operator.admin'] };
  const change = { gateway: 'g1', deviceId: 'dev1', gained: none, lost: none, text: 'Something.', unclicked: false };
  const keep = (changes: Parameters<typeof store.inventories.keep>[1]['changes']) =>
    store.inventories.keep('g1', { set: [], gone: [], changes });
  const review = async () => (await holdersOf([holder()], 'admin', store, holding))[0];
  await store.decisions.begin(sampleDecision({ id: 'd1', state: 'approved', at: at(1), addedScopes: ['operator.admin'] }));
  await keep([
    {
      ...change,
      id: 'c1',
      at: at(2),
      notBefore: at(0),
      kind: 'scopes-grew',
      gained: admin,
      by: { kind: 'console', name: 'operator', decisionId: 'd1' },
    },
  ]);
  expect(await review()).toMatchObject({ since: at(1), sinceWhat: 'decision', by: 'operator', how: 'operator', decisionId: 'd1' });
  // Lost, and held all the same: nothing known gave it.
  await keep([{ ...change, id: 'c2', at: at(3), kind: 'scopes-shrank', lost: admin, by: { kind: 'unknown' } }]);
  const lost = await review();
  expect(lost).toMatchObject({ since: at(8), sinceWhat: 'approved', how: 'unknown' });
  expect(lost).not.toHaveProperty('by');
  await keep([
    { ...change, id: 'c3', at: at(4), kind: 'scopes-grew', gained: admin, by: { kind: 'silent', proof: 'log' } },
    {
      ...change,
      id: 'c4',
      at: at(5),
      kind: 'scopes-grew',
      gained: { roles: [], scopes: ['operator.talk'] },
      by: { kind: 'gateway-tools', proof: 'log' },
    },
  ]);
  const silent = await review();
  expect(silent).toMatchObject({ since: at(4), sinceWhat: 'reading', how: 'silent' });
  expect(silent).not.toHaveProperty('by');
  await keep([{ ...change, id: 'c5', at: at(6), kind: 'scopes-grew', gained: admin, by: { kind: 'gateway-tools', proof: 'log' } }]);
  expect(await review()).toMatchObject({ since: at(6), by: 'the gateway’s own tools' });
  await store.decisions.begin(sampleDecision({ id: 'd2', state: 'approved', at: at(7), addedScopes: ['operator.admin'] }));
  expect(await review()).toMatchObject({ since: at(7), sinceWhat: 'decision', decisionId: 'd2' });
});

test('where the gateway tells no use, a handshake that it let in is the word, and said to be ours; neither is none', async () => {
  const { store } = await testStore();
  const { lastSeenAt: _, ...row } = holder({ tokens: [{ role: 'operator', scopes: [], revoked: false }] });
  const quiet: DeviceView = row;
  expect((await holdersOf([quiet], 'admin', store, holding))[0]).not.toHaveProperty('lastUsedAt');
  await store.handshakes.append([
    sampleHandshake('h1', { deviceId: 'dev1', at: at(5), outcome: 'admitted', cause: 'admitted' }),
    sampleHandshake('h2', { deviceId: 'dev1', at: at(6) }),
  ]);
  expect(await holdersOf([quiet], 'admin', store, holding)).toMatchObject([{ lastUsedAt: at(5), lastUsedBy: 'handshake' }]);
  expect(await holdersOf([holder()], 'admin', store, holding)).toMatchObject([{ lastUsedAt: at(9), lastUsedBy: 'gateway' }]);
});

test('a holder of what nobody clicked comes with what that was and when', async () => {
  const { store } = await testStore();
  await store.inventories.keep('g1', {
    set: [],
    gone: [],
    changes: [
      {
        id: 'c1',
        at: at(3),
        toldAt: at(2),
        gateway: 'g1',
        deviceId: 'dev1',
        kind: 'scopes-grew',
        gained: { roles: [], scopes: ['operator.admin'] },
        lost: { roles: [], scopes: [] },
        by: { kind: 'silent', proof: 'log' },
        text: 'It got more.',
        unclicked: true,
      },
    ],
  });
  const [found] = await holdersOf([holder({ unclicked: 1 })], 'admin', store, holding);
  expect(found?.grants).toEqual([{ at: at(2), roles: [], scopes: ['operator.admin'] }]);
});

test('admin and nodes are held in every review, approvals and pairing in that of all that is elevated', async () => {
  const { store } = await testStore();
  const rows = [
    holder({ deviceId: 'reader', scopes: ['operator.read'], risk: 'read' }),
    holder({ deviceId: 'approver', scopes: ['operator.approvals'], risk: 'elevated' }),
    holder({ deviceId: 'admin' }),
    holder({ deviceId: 'node', roles: ['node'], scopes: [], risk: 'node' }),
  ];
  const ids = async (of: 'admin' | 'elevated') => (await holdersOf(rows, of, store, holding)).map(({ deviceId }) => deviceId);
  expect(await ids('admin')).toEqual(['node', 'admin']);
  expect((await holdersOf(rows, 'admin', store, holding))[0]?.node).toEqual({ groups });
  expect(await ids('elevated')).toEqual(['node', 'admin', 'approver']);
});
