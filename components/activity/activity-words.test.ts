// What stands out in the activity: what did not go as asked, and what was undone since, in the words that are used everywhere.
import { expect, test } from 'vitest';
import { activityMark, kindWords } from './activity-words.ts';

test('an act on a device that failed, is not known or was undone stands out; one that was done does not', () => {
  const mark = (what: string, state?: string) => activityMark({ what, ...(state === undefined ? {} : { details: { state } }) });
  expect(mark('device.token-revoked', 'done')).toBeUndefined();
  expect(mark('device.token-revoked', 'failed')).toEqual({ word: 'not done', tone: 'red' });
  expect(mark('device.renamed', 'unknown')).toEqual({ word: 'not known yet', tone: 'amber' });
  expect(mark('device.act-undone', 'undone')).toEqual({ word: 'came back by itself', tone: 'red' });
  expect(mark('device.token-rotated', 'something else')).toBeUndefined();
  expect(mark('rule.made', 'failed')).toBeUndefined();
});

test('a take-back keeps its own words', () => {
  expect(activityMark({ what: 'device.returned', details: { state: 'returned' } })).toEqual({ word: 'came back by itself', tone: 'red' });
  expect(kindWords('device.act-undone')).toBe('act on a device undone');
});
