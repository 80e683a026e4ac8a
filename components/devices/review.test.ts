// The access review: nobody who holds admin is missing, and no gateway is.
import { expect, test } from 'vitest';
import type { DeviceView } from '#lib/api/shapes.ts';
import { deviceOf } from '../live/fixtures.ts';
import { lastUsed, reviewOf } from './review.ts';

const device = (id: string, over: Partial<DeviceView>): DeviceView => ({ ...deviceOf(id), ...over });
const gatewayOf = (id: string, state: 'live' | 'never' = 'live') => ({ id, name: id, freshness: { state } });

const devices = [
  device('r', { risk: 'read' }),
  device('b', { risk: 'admin', displayName: 'b' }),
  device('a', { risk: 'admin', displayName: 'a' }),
  device('n', { risk: 'node', displayName: 'z' }),
  device('p', { risk: 'elevated' }),
  device('x', { risk: 'admin', gateway: 'lab' }),
];
const ids = (holders: readonly DeviceView[]) => holders.map(({ deviceId }) => deviceId);

test('those with admin or node commands stand under their gateway, the gravest first', () => {
  const [home, lab] = reviewOf('admin', devices, [gatewayOf('home'), gatewayOf('lab')]);
  expect(ids(home?.holders ?? [])).toEqual(['n', 'a', 'b']);
  expect(home?.paired).toBe(5);
  expect(ids(lab?.holders ?? [])).toEqual(['x']);
});

test('with elevated scopes asked for, pairing and the like are in it too', () => {
  const [home] = reviewOf('elevated', devices, [gatewayOf('home')]);
  expect(ids(home?.holders ?? [])).toEqual(['n', 'a', 'b', 'p']);
});

test('a gateway that was never read is there and says so', () => {
  const review = reviewOf('admin', [], [gatewayOf('far', 'never')]);
  expect(review).toMatchObject([{ id: 'far', holders: [], freshness: { state: 'never' } }]);
});

test('last used is the newest of what the gateway tells, whoever tells it', () => {
  const token = { role: 'operator', scopes: [], revoked: false };
  expect(lastUsed({ tokens: [token] })).toBeUndefined();
  expect(lastUsed({ lastSeenAt: '2026-01-01T00:00:00.000Z', tokens: [{ ...token, usedAt: '2026-02-01T00:00:00.000Z' }] })).toBe(
    '2026-02-01T00:00:00.000Z',
  );
});
