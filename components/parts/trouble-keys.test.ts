// Lines of trouble are told apart: also several of one code, and also while their words change.
import { expect, test } from 'vitest';
import { type TroubleInput, troubleOf } from '#lib/handshakes/trouble.ts';
import { keyed } from './trouble-keys.ts';

const NOW = Date.parse('2026-01-01T12:00:00.000Z');
const locks: TroubleInput['locks'] = ['203.0.113.7', '203.0.113.8', '203.0.113.9'].map((who) => ({
  who,
  isOrigin: false,
  since: NOW,
  until: NOW + 300_000,
  sure: true,
}));
const troubles = (over: Partial<TroubleInput>) =>
  troubleOf({
    now: NOW,
    live: true,
    protocol: 4,
    log: { source: 'raw', problem: undefined, gaps: [], lastAt: NOW, otherPorts: [], throttled: undefined },
    canary: undefined,
    logLevel: undefined,
    clock: undefined,
    restart: undefined,
    locks,
    unstored: undefined,
    ...over,
  });
const keys = (over: Partial<TroubleInput>) => keyed(troubles(over)).map(({ key }) => key);

test('three locks at once are three lines', () => {
  expect(keys({})).toHaveLength(3);
  expect(new Set(keys({})).size).toBe(3);
});

test('a lock that ends takes one line away and leaves every other line its key', () => {
  const before = keys({ logLevel: 'warn' });
  const after = keys({ logLevel: 'warn', locks: locks.slice(1) });
  expect(after).toHaveLength(before.length - 1);
  expect(before).toEqual(expect.arrayContaining(after));
});

test('a count that grows in the words is still the same line', () => {
  const unstored = { since: NOW, waiting: 1, dropped: 0, why: undefined };
  expect(keys({ unstored: { ...unstored, waiting: 214 } })).toEqual(keys({ unstored }));
});
