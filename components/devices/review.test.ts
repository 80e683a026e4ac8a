// The access review says what its dates stand on.
import { expect, test } from 'vitest';
import { REVIEWS, reviewQuery, sinceWords } from './review.ts';

test('a date that the gateway told is not passed off as the date of the grant', () => {
  expect(sinceWords('approved')).toContain('of anything');
  expect(sinceWords('unknown')).toBe('');
  expect(new Set([sinceWords('decision'), sinceWords('reading'), sinceWords('approved')]).size).toBe(3);
});

test('each kind of review asks the API for another thing', () => {
  expect(REVIEWS.map((kind) => reviewQuery(kind).scope)).toEqual(['operator.admin', 'elevated']);
});
