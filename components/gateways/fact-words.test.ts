// The figures of a fact, and what is said while there are none.
import { expect, test } from 'vitest';
import { shareWords, timesWords } from './fact-words.ts';

test('says how often a fact came in time, how fast, and that it was never needed where it was not', () => {
  const peer = { fact: 'peer' as const, had: 118, missed: 2, medianMs: 6.04, p95Ms: 15.7 };
  expect(shareWords(peer) + timesWords(peer)).toBe('118 of 120 times, median 6 ms, 95 % within 16 ms.');
  const never = { fact: 'canary' as const, had: 0, missed: 0 };
  expect(shareWords(never) + timesWords(never)).toBe('not needed yet since the start.');
  const missed = { fact: 'record' as const, had: 0, missed: 1 };
  expect(shareWords(missed) + timesWords(missed)).toBe('0 of 1 time.');
});
