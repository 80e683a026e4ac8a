// Names in the log are those of proven devices only, and what a row was called when it was written stays.
import { expect, test } from 'vitest';
import type { HandshakeView } from '../api/shapes.ts';
import { withNames } from './named.ts';

const row = (over: Partial<HandshakeView>): HandshakeView => ({
  id: 'a',
  seq: 1,
  gateway: 'g1',
  at: '2026-11-22T12:00:00.000Z',
  outcome: 'admitted',
  cause: 'silent-grant',
  title: 'Let in unseen',
  deviceId: 'd1',
  run: { id: 1, count: 1, firstAt: '2026-11-22T12:00:00.000Z' },
  ...over,
});
const nameOf = (gateway: string, deviceId: string) => (gateway === 'g1' && deviceId === 'd1' ? 'Nightly report' : undefined);
const nameIn = (over: Partial<HandshakeView>) => withNames([row(over)], nameOf)[0]?.deviceName;

test('a device that was let in before it had a name is shown by its present one', () => {
  expect(nameIn({})).toBe('Nightly report');
  expect(nameIn({ gateway: 'g2' })).toBeUndefined();
});

test('a name that a row has already is not changed', () => {
  expect(nameIn({ deviceName: 'Laptop' })).toBe('Laptop');
});

test('an id that was only claimed gets nobody’s name', () => {
  expect(nameIn({ cause: 'device-auth-invalid/device-signature', outcome: 'refused' })).toBeUndefined();
});
