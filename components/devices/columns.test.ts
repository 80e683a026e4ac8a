// The columns in the address: a link shows the same to somebody else, and a wrong one shows something.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_NAMES, gridOf, readColumns, USUAL_COLUMNS, writeColumns } from './columns.ts';

test('columns survive their address, in the order in which they stand', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...COLUMN_NAMES]), (columns) => {
      const inOrder = COLUMN_NAMES.filter((name) => columns.includes(name));
      expect(readColumns(writeColumns(columns) ?? null)).toEqual(inOrder);
    }),
  );
});

test('the usual columns are not in the address, and nonsense shows them', () => {
  expect(writeColumns(USUAL_COLUMNS)).toBeUndefined();
  expect(readColumns(null)).toEqual(USUAL_COLUMNS);
  expect(readColumns('constructor,%00,toString')).toEqual(USUAL_COLUMNS);
});

test('no column at all is a choice too', () => {
  expect(writeColumns([])).toBe('none');
  expect(readColumns('none')).toEqual([]);
});

test('a row has a width for its name and one for each column', () => {
  expect(gridOf(['holds', 'seen']).split(') ').length).toBe(3);
});
