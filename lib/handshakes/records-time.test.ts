// The quick way to a time is no other way: it says what Date.parse says, of every text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeOf } from './records-time.ts';

const two = (max: number) => fc.nat(max).map((n) => String(n).padStart(2, '0'));

test('every time of the usual form, also the impossible ones, is read as Date.parse reads it', () => {
  const parts = fc.tuple(
    fc.nat(9999),
    two(14),
    two(33),
    two(25),
    two(61),
    two(61),
    fc.nat(999),
    fc.constantFrom('+', '-'),
    two(25),
    two(75),
  );
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second, ms, sign, oh, om]) => {
      const text = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}.${String(ms).padStart(3, '0')}${sign}${oh}:${om}`;
      expect(timeOf(text)).toBe(Date.parse(text));
    }),
    { numRuns: 5000, seed: 51 },
  );
});

test('a usual time with any one character replaced is read as Date.parse reads it', () => {
  fc.assert(
    fc.property(fc.nat(28), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, character) => {
      const usual = '2026-11-22T10:45:24.261+02:00';
      const text = usual.slice(0, at) + character + usual.slice(at + 1);
      expect(timeOf(text)).toBe(Date.parse(text));
    }),
    { numRuns: 3000, seed: 52 },
  );
});

test.each([
  '',
  'soon',
  '2026-11-22T10:45:24Z',
  '2026-11-22',
  '22 Nov 2026',
  '2024-02-29T00:00:00.000+00:00',
  '2026-02-30T00:00:00.000+00:00',
])('%j is read as Date.parse reads it', (text) => {
  expect(timeOf(text)).toBe(Date.parse(text));
});
