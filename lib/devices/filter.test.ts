// What a person finds among ten thousand devices, and in which order; the page and the export ask the same functions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceOf } from '../../components/live/fixtures.ts';
import type { DeviceView } from '../api/shapes.ts';
import { createDeviceMatch, type DeviceFilter, readDeviceFilter, SORTS, sortDevices, writeDeviceFilter } from './filter.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString();
const device = (id: string, over: Partial<DeviceView> = {}): DeviceView => ({ ...deviceOf(id), ...over });
const passes = (filter: DeviceFilter, one: DeviceView) => createDeviceMatch(filter, NOW)(one);
const paramsOf = (filter: DeviceFilter) =>
  new URLSearchParams(Object.entries(writeDeviceFilter(filter)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const phone = device('ab12cd', {
  displayName: "Maya's phone",
  label: 'kitchen',
  clientId: 'ios-app',
  platform: 'ios',
  remoteIp: '10.0.0.7',
  roles: ['operator', 'node'],
  scopes: ['operator.read', 'operator.admin'],
  ruleId: 'r1',
});

describe('text', () => {
  test('finds a device by name, label, key, client, scope, role, platform, address and state, in any case', () => {
    for (const text of ['maya', 'KITCHEN', 'ab12', 'key-ab', 'ios-app', 'operator.admin', 'node', '10.0.0']) {
      expect(passes({ text }, phone), text).toBe(true);
    }
    expect(passes({ text: 'connected' }, phone)).toBe(false);
    expect(passes({ text: 'connected' }, { ...phone, connected: true })).toBe(true);
  });

  test('every word must be found, and no word across two fields', () => {
    expect(passes({ text: 'maya ios' }, phone)).toBe(true);
    expect(passes({ text: 'maya windows' }, phone)).toBe(false);
    expect(passes({ text: 'phonekitchen' }, phone)).toBe(false);
  });
});

describe('filters', () => {
  test('each asks for one thing', () => {
    const plain = device('b');
    const asked: [DeviceFilter, DeviceView][] = [
      [{ holdsAdmin: true }, phone],
      [{ ruleId: 'r1' }, phone],
      [{ role: 'node' }, phone],
      [{ scope: 'operator.admin' }, phone],
      [{ client: 'ios-app' }, phone],
      [{ platform: 'ios' }, phone],
      [{ gateway: 'lab' }, device('c', { gateway: 'lab' })],
      [{ neverUsed: true }, device('c', { findings: ['never-used'] })],
      [{ duplicate: true }, device('c', { findings: ['many-keys'] })],
      [{ drifted: true }, device('c', { findings: ['token-narrower'] })],
      [{ drifted: true }, device('c', { findings: ['token-missing'] })],
      [{ findings: ['came-back', 'ephemeral'] }, device('c', { findings: ['ephemeral'] })],
      [{ connected: true }, device('c', { connected: true })],
      [{ connected: false }, device('c', { connected: false })],
    ];
    for (const [filter, one] of asked) {
      expect(passes(filter, one), JSON.stringify(filter)).toBe(true);
      if (filter.connected !== false) expect(passes(filter, plain), JSON.stringify(filter)).toBe(false);
    }
  });

  test('granted silently: paired without a person, or holding what nobody clicked', () => {
    expect(passes({ silently: true }, device('a', { approvedHow: 'silent' }))).toBe(true);
    expect(passes({ silently: true }, device('a', { unclicked: 1 }))).toBe(true);
    expect(passes({ silently: true }, device('a'))).toBe(false);
  });

  test('what the gateway does not tell is not long ago, and what is connected is here', () => {
    const filter: DeviceFilter = { notSeenDays: 30 };
    expect(passes(filter, device('a', { lastSeenAt: daysAgo(31) }))).toBe(true);
    expect(passes(filter, device('a', { lastSeenAt: daysAgo(29) }))).toBe(false);
    expect(passes(filter, device('a'))).toBe(false);
    expect(passes(filter, device('a', { lastSeenAt: daysAgo(31), connected: true }))).toBe(false);
  });
});

const filters: fc.Arbitrary<DeviceFilter> = fc.record(
  {
    text: fc.string({ minLength: 1, maxLength: 200 }),
    client: fc.string({ minLength: 1, maxLength: 200 }),
    ruleId: fc.string({ minLength: 1, maxLength: 50 }),
    notSeenDays: fc.integer({ min: 1, max: 3650 }),
    holdsAdmin: fc.constant<true>(true),
    silently: fc.constant<true>(true),
    connected: fc.boolean(),
    findings: fc.uniqueArray(fc.constantFrom('came-back', 'never-used', 'many-keys'), { minLength: 1 }),
  },
  { requiredKeys: [] },
);

test('a filter survives its address', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      expect(readDeviceFilter(paramsOf(filter))).toEqual(filter);
    }),
  );
});

test('any address gives a filter, and what cannot be read is not asked', () => {
  fc.assert(fc.property(fc.webQueryParameters(), (query) => void readDeviceFilter(new URLSearchParams(query))));
  expect(readDeviceFilter(new URLSearchParams('unseen=-3&admin=yes&finding=nonsense&connected=2'))).toEqual({});
});

describe('order', () => {
  const ids = (devices: DeviceView[], sort: (typeof SORTS)[number], down = false) =>
    sortDevices(devices, sort, down).map(({ deviceId }) => deviceId);

  test('times stand newest first, connected before them; what is not told stands last both ways', () => {
    const all = [
      device('untold'),
      device('old', { lastSeenAt: daysAgo(9) }),
      device('now', { connected: true }),
      device('new', { lastSeenAt: daysAgo(1) }),
    ];
    expect(ids(all, 'seen')).toEqual(['now', 'new', 'old', 'untold']);
    expect(ids(all, 'seen', true)).toEqual(['old', 'new', 'now', 'untold']);
  });

  test('the gravest first', () => {
    const all = [device('r', { risk: 'read' }), device('n', { risk: 'node' }), device('a', { risk: 'admin' })];
    expect(ids(all, 'gravity')).toEqual(['n', 'a', 'r']);
  });

  test('an order is the same whatever the list was before', () => {
    const some = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 999 }), seen: fc.option(fc.integer({ min: 1, max: 5 })), name: fc.constantFrom('a', 'b') }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(some, fc.constantFrom(...SORTS), fc.boolean(), (rows, sort, down) => {
        const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
        const all = unique.map(({ id, seen, name }) =>
          device(`d${id}`, { displayName: name, ...(seen === null ? {} : { lastSeenAt: daysAgo(seen) }) }),
        );
        expect(ids(all.toReversed(), sort, down)).toEqual(ids(all, sort, down));
      }),
    );
  });
});
