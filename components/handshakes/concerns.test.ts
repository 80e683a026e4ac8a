// What an open row hears of: its caller, by device or by way, and nobody else.
import { expect, test } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { RUN_PAUSE_MS } from '#lib/handshakes/runs.ts';
import { handshakeOf } from '../live/fixtures.ts';
import { concerns } from './concerns.ts';

/** A wrong token names no device. */
function wrongToken(seq: number, over: Partial<HandshakeView> = {}): HandshakeView {
  const { deviceId: _none, ...row } = handshakeOf(seq, 'refused', {
    cause: 'unauthorized/token_mismatch',
    title: 'Wrong token',
    clientId: 'cli',
    clientMode: 'cli',
    remoteAddr: '203.0.113.7',
    scopesTo: ['operator.read'],
  });
  return { ...row, ...over };
}

test('a caller without a device is known again after a pause that began another run', () => {
  const later = wrongToken(1 + (2 * RUN_PAUSE_MS) / 1_000);
  expect(later.run.id).not.toBe(wrongToken(1).run.id);
  expect(concerns(wrongToken(1))(later)).toBe(true);
});

test('another caller, another way of failing, and another gateway are no concern of it', () => {
  const isOurs = concerns(wrongToken(1));
  expect(isOurs(wrongToken(2, { remoteAddr: '203.0.113.8' }))).toBe(false);
  expect(isOurs(wrongToken(2, { cause: 'unauthorized/rate_limited' }))).toBe(false);
  expect(isOurs(wrongToken(2, { scopesTo: ['operator.write'] }))).toBe(false);
  expect(isOurs(wrongToken(2, { gateway: 'office' }))).toBe(false);
});

test('whatever the device does concerns it, also being let in', () => {
  const row = handshakeOf(1);
  expect(concerns(row)(handshakeOf(500, 'admitted', { cause: 'seen-again' }))).toBe(true);
  expect(concerns(row)(handshakeOf(500, 'refused', { deviceId: 'device-b' }))).toBe(false);
});
