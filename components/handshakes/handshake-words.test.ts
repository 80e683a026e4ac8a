// A row in words: how often, who, and what it asked, with nothing of the caller's left to disguise itself.
import { expect, test } from 'vitest';
import { handshakeOf } from '../live/fixtures.ts';
import { shownRecord, shownText } from '../parts/shown-text.ts';
import { callerName, loopWords, scopesWords } from './handshake-words.ts';

const AT = Date.parse('2026-01-01T12:00:00.000Z');
const run = (count: number, lastSeconds: number) =>
  handshakeOf(lastSeconds, 'refused', { run: { id: 0, count, firstAt: '2026-01-01T12:00:00.000Z' } });

test('the count is never hidden: twice, a loop that goes on, and one that is over', () => {
  expect(loopWords(run(1, 0), AT)).toBeUndefined();
  expect(loopWords(run(2, 5), AT)).toMatchObject({ times: 'twice in 5 s', every: '', state: 'single' });
  expect(loopWords(run(118, 120), AT + 121_000)).toEqual({ times: '118 times in 2 min', every: '1 every 1.0 s', state: 'looping' });
  expect(loopWords(run(118, 120), AT + 120_000 + 90_001)).toMatchObject({ state: 'over' });
  expect(loopWords(run(5_000, 0), AT)).toMatchObject({ times: '5,000 times within 1 s' });
});

test('scopes are what is held against what is new, gravest first', () => {
  expect(scopesWords({ scopesFrom: ['operator.read'], scopesTo: ['operator.read', 'operator.write', 'operator.admin'] })).toBe(
    'read → admin write',
  );
  expect(scopesWords({ scopesTo: ['operator.read'] })).toBe('read');
  expect(scopesWords({})).toBe('');
});

test('a name that hides or turns characters around shows them by number', () => {
  expect(callerName(handshakeOf(1, 'refused', { deviceName: 'report\u202Egnp.exe' }))).toBe('report\\u{202e}gnp.exe');
  expect(shownText('a\u0000b\u200Bc\nd')).toBe('a\\u{0}b\\u{200b}c\\u{a}d');
  expect(shownText('x'.repeat(500), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(shownRecord('one\n\ttwo\u2066')).toBe('one\n\ttwo\\u{2066}');
});
