// What is read of one device is read again by what concerns it, and by nothing else.
import { expect, test } from 'vitest';
import { deviceChangeOf, deviceOf, handshakeOf, nodeDecisionOf, requestOf, takeBackOf } from '../live/fixtures.ts';
import { concerns } from './device-detail.ts';

const it = { gateway: 'home', deviceId: 'device-a' };

test('its row, request, decision, take-back, difference and handshakes concern it; those of others do not', () => {
  for (const [deviceId, expected] of [
    ['device-a', true],
    ['device-b', false],
  ] as const) {
    expect(concerns({ topic: 'devices', op: 'set', item: deviceOf(deviceId) }, it)).toBe(expected);
    expect(concerns({ topic: 'devices', op: 'gone', gateway: 'home', deviceId }, it)).toBe(expected);
    expect(concerns({ topic: 'requests', op: 'set', item: requestOf(deviceId.slice(-1)) }, it)).toBe(expected);
    expect(concerns({ topic: 'take-backs', op: 'set', item: takeBackOf('t', { deviceId }) }, it)).toBe(expected);
    expect(concerns({ topic: 'node-decisions', op: 'set', item: nodeDecisionOf('n', { nodeId: deviceId }) }, it)).toBe(expected);
    expect(concerns({ topic: 'device-changes', op: 'set', items: [deviceChangeOf(1, { deviceId })] }, it)).toBe(expected);
    expect(concerns({ topic: 'handshakes', op: 'add', items: [handshakeOf(1, 'refused', { deviceId })] }, it)).toBe(expected);
  }
  expect(concerns({ topic: 'devices', op: 'set', item: { ...deviceOf('device-a'), gateway: 'work' } }, it)).toBe(false);
  expect(concerns({ topic: 'devices', op: 'reread' }, it)).toBe(true);
  expect(concerns({ topic: 'rules', op: 'gone', id: 'r1' }, it)).toBe(false);
});
