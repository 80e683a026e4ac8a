// The filters mean the same for stored rows and for live ones; each narrows, and none finds what it was not asked for.
import { describe, expect, test } from 'vitest';
import type { HandshakeView } from '../api/shapes.ts';
import { type HandshakeFilter, passes, searchText } from './filter.ts';

const AT = '2026-11-22T12:00:00.000Z';
const row = (over: Partial<HandshakeView> = {}): HandshakeView => ({
  id: 'r',
  seq: 1,
  gateway: 'local',
  at: AT,
  outcome: 'waiting',
  cause: 'pairing-required/scope-upgrade',
  title: 'Needs more scopes',
  deviceId: '8b432c2e'.repeat(8),
  deviceName: 'Kitchen CLI',
  clientId: 'cli',
  origin: 'loopback',
  remoteAddr: '127.0.0.1',
  scopesTo: ['operator.admin'],
  conn: '937cb79f-641f-4bba-a603-3dbac255663a',
  run: { id: 1, count: 1, firstAt: AT },
  ...over,
});

describe('a filter', () => {
  const ms = Date.parse(AT);
  test.each<[string, HandshakeFilter, HandshakeFilter]>([
    ['outcome', { outcomes: ['refused', 'waiting'] }, { outcomes: ['refused'] }],
    ['cause', { cause: 'pairing-required/scope-upgrade' }, { cause: 'pairing-required' }],
    ['device', { device: '8b432c2e'.repeat(8) }, { device: '8b432c2e' }],
    ['client', { client: 'cli' }, { client: 'CLI' }],
    ['origin', { origin: 'loopback' }, { origin: 'unknown' }],
    ['gateway', { gateway: 'local' }, { gateway: 'loc' }],
    ['first moment', { from: ms }, { from: ms + 1 }],
    ['last moment', { to: ms }, { to: ms - 1 }],
    ['text in a name', { text: 'kitchen' }, { text: 'bathroom' }],
    ['text in a scope', { text: 'ADMIN' }, { text: 'admins' }],
    ['beginning of a connection', { text: '937cb79f' }, { text: '641f-4bba' }],
  ])('by %s lets the row through, and keeps it out where it does not fit', (_what, fits, misses) => {
    expect(passes(row(), fits)).toBe(true);
    expect(passes(row(), misses)).toBe(false);
  });

  test('with nothing set, or with no outcome and an empty text, lets everything through', () => {
    expect(passes(row(), {})).toBe(true);
    expect(passes(row(), { outcomes: [], text: '' })).toBe(true);
  });

  test('must be met in all its parts', () => {
    expect(passes(row(), { client: 'cli', text: 'admin' })).toBe(true);
    expect(passes(row(), { client: 'cli', text: 'nothing' })).toBe(false);
  });
});

test('no text matches across two fields', () => {
  expect(searchText(row({ title: 'ab', cause: 'cd' }))).not.toContain('abcd');
  expect(passes(row({ title: 'ab', cause: 'cd' }), { text: 'bc' })).toBe(false);
});
