import { expect, test } from 'vitest';
import { fileNameIn, sizeWords } from './saved-file.ts';

test('a file is called as the server says, and never by what a path or a quote would make of it', () => {
  expect(fileNameIn('attachment; filename="gatehouse-devices-2026-11-22.csv"', 'x.csv')).toBe('gatehouse-devices-2026-11-22.csv');
  for (const disposition of [null, '', 'attachment', 'attachment; filename="../x"', 'attachment; filename="a b"'])
    expect(fileNameIn(disposition, 'x.csv')).toBe('x.csv');
});

test('a size is told as people read it', () => {
  expect([1, 2048, 13_000_000].map(sizeWords)).toEqual(['1 KB', '2 KB', '12.4 MB']);
});
