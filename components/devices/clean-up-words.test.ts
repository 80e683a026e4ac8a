// Cleaning up takes what was chosen, each device once, and never what no group names any more.
import { expect, test } from 'vitest';
import type { CleanUpGroup } from '#lib/api/device-shapes.ts';
import { deviceOf } from '../live/fixtures.ts';
import { chosenOf, cleanUpRows } from './clean-up-words.ts';

const groupOf = (kind: CleanUpGroup['kind'], ids: string[]): CleanUpGroup => ({
  kind,
  title: kind,
  why: '',
  items: ids.map((deviceId) => ({ gateway: 'home', deviceId, why: `why ${deviceId}`, ...(kind === 'duplicate' ? { keeps: 'kept' } : {}) })),
});

test('nothing chosen is nothing; a device of two groups is taken once; one that left its group is not taken', () => {
  const groups = [groupOf('stale', ['a', 'b']), groupOf('duplicate', ['b', 'c'])];
  expect(chosenOf({ groups }, new Set())).toEqual([]);
  expect(chosenOf({ groups }, new Set(['home/b', 'home/c', 'home/gone', 'work/a']))).toEqual([
    { gateway: 'home', deviceId: 'b' },
    { gateway: 'home', deviceId: 'c' },
  ]);
});

test('a row has its reason, the key that stays, and its device where the list has it', () => {
  const a = deviceOf('a');
  expect(cleanUpRows(groupOf('duplicate', ['a', 'b']), new Map([['home/a', a]]))).toEqual([
    { key: 'home/a', why: 'why a', keeps: 'kept', device: a },
    { key: 'home/b', why: 'why b', keeps: 'kept', device: undefined },
  ]);
});
