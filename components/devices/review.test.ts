// The access review says what its dates stand on.
import { expect, test } from 'vitest';
import { decisionAddress, deviceAddress, gainedWords, REVIEWS, reviewQuery, sinceWords, usedWords } from './review.ts';

test('a date that the gateway told is not passed off as the date of the grant', () => {
  expect(sinceWords('approved')).toContain('of anything');
  expect(sinceWords('unknown')).toBe('');
  expect(new Set([sinceWords('decision'), sinceWords('reading'), sinceWords('approved')]).size).toBe(3);
});

test('each kind of review asks the API for another thing', () => {
  expect(REVIEWS.map((kind) => reviewQuery(kind).scope)).toEqual(['operator.admin', 'elevated']);
});

test('a row leads to its device and its decision, whatever their ids hold', () => {
  expect(new URL(deviceAddress('g/1', 'a&b'), 'http://x').searchParams.get('device')).toBe('g/1/a&b');
  expect(new URL(decisionAddress('d&1'), 'http://x').searchParams.get('decision')).toBe('d&1');
});

test('what was granted is named, and a use that nobody tells is not called none', () => {
  expect(gainedWords({ roles: ['node'], scopes: ['operator.admin'] })).toBe('role node and admin');
  expect(gainedWords({ roles: [], scopes: [] })).toBe('its pairing');
  expect(usedWords({})).toContain('may be in use');
  expect(usedWords({ lastUsedBy: 'handshake' })).not.toBe(usedWords({ lastUsedBy: 'gateway' }));
});
