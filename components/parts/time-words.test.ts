// Times in words at their edges.
import { expect, test } from 'vitest';
import { agoWords, clockSeconds, leftWords, spanWords } from './time-words.ts';

test('time left counts down to zero and never below', () => {
  expect(leftWords(252_000, 0)).toBe('4:12');
  expect(leftWords(9_001, 0)).toBe('0:10');
  expect(leftWords(0, 5_000)).toBe('0:00');
});

test('a span uses the unit that says enough', () => {
  expect([0, 59_999, 60_000, 3_600_000, 3 * 86_400_000].map(spanWords)).toEqual(['0 s', '59 s', '1 min', '1 h', '3 d']);
});

test('a moment ahead of the clock is now, not a negative age', () => {
  expect(agoWords(10_000, 0)).toBe('just now');
  expect(agoWords(0, 34_000)).toBe('34 s ago');
});

test('thousandths keep their leading zeros', () => {
  expect(clockSeconds(new Date(2026, 0, 1, 2, 3, 4, 5), true)).toBe('02:03:04.005');
});
