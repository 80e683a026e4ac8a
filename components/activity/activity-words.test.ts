// What stands out in the activity: what did not go as asked, and what was undone since, in the words that are used everywhere.
import { expect, test } from 'vitest';
import { activityMark, actorName, actorWord, kindWords } from './activity-words.ts';

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

test('whoever acted is named beside the kind, also a rule and a token; a name that only says the kind again is left out', () => {
  expect([actorWord({ kind: 'person', name: 'Paul' }), actorName({ kind: 'person', name: 'Paul' })]).toEqual(['person', 'Paul']);
  expect(actorName({ kind: 'rule', name: 'Local tools', ruleId: 'r1' })).toBe('Local tools');
  expect(actorName({ kind: 'api-token', name: 'Nightly report' })).toBe('Nightly report');
  expect(actorName({ kind: 'gateway', name: 'attic' })).toBe('attic');
  for (const [kind, name] of [
    ['api-token', 'API token'],
    ['terminal', 'Terminal'],
    ['file', 'the rules file'],
    ['gateway', 'Gatehouse'],
  ] as const)
    expect(actorName({ kind, name })).toBeUndefined();
  // A person may be called what the console calls another kind.
  expect(actorName({ kind: 'person', name: 'Terminal' })).toBe('Terminal');
});

test('a name with characters that nobody sees shows them, and a long one is cut', () => {
  expect(actorName({ kind: 'rule', name: 'a\u202eb' })).toBe('a\\u{202e}b');
  expect(actorName({ kind: 'rule', name: 'x'.repeat(200) })).toHaveLength(80);
});
