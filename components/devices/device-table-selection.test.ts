// What a bulk act is about: exactly what a person selected.
import { expect, test } from 'vitest';
import { allToggled, extent, NO_SELECTION, ranged, toggled } from './device-table-selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const keysOf = ({ keys }: { keys: ReadonlySet<string> }) => [...keys].sort();

test('a device is selected by one press and left out by the next', () => {
  const once = toggled(NO_SELECTION, 'b');
  expect(keysOf(once)).toEqual(['b']);
  expect(keysOf(toggled(once, 'b'))).toEqual([]);
  expect(keysOf(NO_SELECTION)).toEqual([]);
});

test('a range goes from the last device to this one, in either direction, and adds to what is selected', () => {
  expect(keysOf(ranged(toggled(NO_SELECTION, 'b'), 'd', ORDER))).toEqual(['b', 'c', 'd']);
  expect(keysOf(ranged(toggled(NO_SELECTION, 'd'), 'b', ORDER))).toEqual(['b', 'c', 'd']);
  expect(keysOf(ranged(toggled(toggled(NO_SELECTION, 'a'), 'd'), 'e', ORDER))).toEqual(['a', 'd', 'e']);
});

test('a range from a device that the filter hides is that one device, never a range that nobody saw', () => {
  expect(keysOf(ranged(toggled(NO_SELECTION, 'gone'), 'd', ORDER))).toEqual(['d', 'gone']);
  expect(keysOf(ranged(NO_SELECTION, 'd', ORDER))).toEqual(['d']);
});

test('all of what passes the filter is selected, and left out again when all of it was; the rest is not touched', () => {
  const some = toggled(toggled(NO_SELECTION, 'hidden'), 'b');
  expect(extent(some, ORDER)).toBe('some');
  const all = allToggled(some, ORDER);
  expect(keysOf(all)).toEqual([...ORDER, 'hidden']);
  expect(extent(all, ORDER)).toBe('all');
  const none = allToggled(all, ORDER);
  expect(keysOf(none)).toEqual(['hidden']);
  expect(extent(none, ORDER)).toBe('none');
});

test('of an empty list nothing is selected', () => {
  expect(keysOf(allToggled(NO_SELECTION, []))).toEqual([]);
  expect(extent(toggled(NO_SELECTION, 'hidden'), [])).toBe('none');
});
