// One word for each outcome of a take-back, read from the gateway, and the same one in the dialog, the list and the activity.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TAKE_BACK_WORDS } from '#lib/approvals/take-back-words.ts';
import { activityMark, activityShown } from '../activity/activity-words.ts';
import { takeBackOf } from '../live/fixtures.ts';
import { summaryWords } from './take-back-run.ts';
import { takeBackWord } from './take-back-words.ts';

const STATES = ['asking', 'gone', 'failed', 'refused', 'unknown', 'returned'] as const;
const rowOf = (state: unknown, what = 'device.taken-back') => ({
  seq: 1,
  id: 'a',
  at: '2026-11-22T12:00:00.000Z',
  actor: { kind: 'person' as const, name: 'operator' },
  what,
  text: 'cli (8b432c2e): Removed.',
  details: { state },
  prev: '',
  hash: '',
});

test('each outcome has a word of its own, the same in the list of devices and in the activity', () => {
  expect(new Set(Object.values(TAKE_BACK_WORDS)).size).toBe(STATES.length);
  for (const state of STATES) {
    expect(takeBackWord(state).word).toBe(TAKE_BACK_WORDS[state]);
    expect(activityMark(rowOf(state))).toEqual(takeBackWord(state));
  }
  expect(activityMark(rowOf('returned', 'device.returned'))?.word).toBe('came back by itself');
});

test('the activity never calls a device taken back that the gateway kept', () => {
  for (const state of ['failed', 'refused', 'unknown']) {
    const row = rowOf(state);
    expect(activityMark(row)?.word).not.toContain('taken back');
    expect(activityShown(row, '', 'taken back')).toBe(false);
  }
  expect(activityShown(rowOf('gone'), '', 'taken back')).toBe(true);
});

test('a row without a known outcome claims none', () => {
  for (const state of [undefined, 7, 'toString', 'won']) expect(activityMark(rowOf(state))).toBeUndefined();
});

test('the end of a run counts with the same word', () => {
  const steps = new Map([['home/device-a', { state: 'answered' as const, view: takeBackOf('t') }]]);
  expect(summaryWords(steps)).toBe(`One device ${TAKE_BACK_WORDS.gone}.`);
});

test('the page of documentation lists every word', () => {
  const page = readFileSync(new URL('../../docs/taking-back.md', import.meta.url), 'utf8');
  for (const word of Object.values(TAKE_BACK_WORDS)) expect(page).toContain(`**${word}**`);
});
