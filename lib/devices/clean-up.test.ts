// What may go: nothing that is used, that keeps somebody in charge, or of which it is only not known.
import { expect, test } from 'vitest';
import type { DeviceView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { cleanUpOf } from './clean-up.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const ago = (days: number) => isoOf(NOW - days * DAY);

const device = (deviceId: string, over: Partial<DeviceView> = {}): DeviceView => ({
  gateway: 'home',
  deviceId,
  publicKey: `key-${deviceId}`,
  displayName: 'Desk',
  clientId: 'cli',
  platform: 'linux',
  roles: ['operator'],
  scopes: ['operator.read'],
  tokens: [],
  risk: 'read',
  createdAt: ago(90),
  approvedAt: ago(90),
  lastSeenAt: ago(40),
  connected: false,
  approvedHow: 'operator',
  isConsole: false,
  isHostKey: false,
  vouched: false,
  inLedger: true,
  refused: false,
  unclicked: 0,
  findings: [],
  ...over,
});
const groups = (...devices: DeviceView[]) =>
  Object.fromEntries(cleanUpOf(devices, NOW).map(({ kind, items }) => [kind, items.map(({ deviceId }) => deviceId)]));
const stale = (id: string, over: Partial<DeviceView> = {}) => device(id, { findings: ['not-seen'], ...over });

test('each row stands in one group, the first that it belongs to', () => {
  expect(
    groups(
      stale('old'),
      device('unused', { findings: ['never-used'] }),
      device('probe', { clientMode: 'probe', findings: ['ephemeral', 'not-seen'] }),
    ),
  ).toEqual({ ephemeral: ['probe'], 'never-used': ['unused'], stale: ['old'] });
});

test('of several keys of one client those go that were overtaken, and the one that stays is named', () => {
  const same = { findings: ['many-keys', 'not-seen'] as const };
  const rows = [device('a', { findings: [...same.findings] }), device('b', { findings: ['many-keys'], lastSeenAt: ago(1) })];
  expect(cleanUpOf(rows, NOW)).toMatchObject([{ kind: 'duplicate', items: [{ deviceId: 'a', keeps: 'b' }] }]);
});

test('no key is called overtaken where the gateway tells too little, another was as late, or it was used within a day', () => {
  const many = (id: string, over: Partial<DeviceView>) => device(id, { findings: ['many-keys'], ...over });
  const { connected: _untold, ...silent } = many('b', { lastSeenAt: ago(1) });
  expect(groups(many('a', {}), silent)).toEqual({});
  expect(groups(many('a', {}), many('b', {}))).toEqual({});
  expect(groups(many('a', { lastSeenAt: ago(0.5) }), many('b', { lastSeenAt: ago(0.1) }))).toEqual({});
  expect(groups(many('a', {}), many('b', { lastSeenAt: ago(1), gateway: 'lab' }))).toEqual({});
});

test.each([
  ['this console', { isConsole: true }],
  ['the key of a gateway’s host', { isHostKey: true }],
  ['a connected device', { connected: true }],
  ['one that a person vouched for', { vouched: true }],
  ['one with a grant that nobody has seen to', { unclicked: 1 }],
] as const)('%s stays, whatever is found of it', (_, over) => {
  expect(groups(stale('a', over), stale('b'))).toEqual({ stale: ['b'] });
});

test('the last one with admin stays on each gateway, and this console counts for none', () => {
  const token = { role: 'operator', scopes: ['operator.admin'], revoked: false };
  const admin = { scopes: ['operator.admin'], tokens: [token] };
  const own = device('console', { ...admin, isConsole: true });
  expect(groups(own, stale('only', admin))).toEqual({});
  expect(groups(own, stale('a', admin), device('used', admin))).toEqual({ stale: ['a'] });
  expect(groups(own, stale('a', admin), stale('b', { ...admin, lastSeenAt: ago(31) }))).toEqual({ stale: ['a'] });
  expect(groups(own, stale('a', admin), device('far', { ...admin, gateway: 'lab' }))).toEqual({});
  // A row keeps its scopes when its token is revoked: such a one is no admin that stays.
  expect(groups(own, stale('a', admin), device('used', { ...admin, tokens: [{ ...token, revoked: true }] }))).toEqual({});
});

test('a probe of today stays for now', () => {
  expect(groups(device('probe', { findings: ['ephemeral'], createdAt: ago(0.2), approvedAt: ago(0.2), lastSeenAt: ago(0.2) }))).toEqual({});
});
