// Every page says that the rules file is broken, and what that means; nothing where it is good.
import { expect, test } from 'vitest';
import { brokenFile } from './rules-file-words.ts';

const of = (...problems: { line?: number; rule?: string }[]) =>
  brokenFile({ problems: problems.map((problem) => ({ path: '', message: 'wrong', ...problem })) });

test('a good file, and rules without a file, are no news', () => {
  expect(brokenFile(undefined)).toBeUndefined();
  expect(of()).toBeUndefined();
});

test('a text with faults and a file that is gone are told apart; the last good rules stay in both cases', () => {
  expect(of({ line: 5 })).toMatchObject({ title: 'The rules file is not valid', means: 'The last good rules stay in force.' });
  expect(of({})).toMatchObject({ title: 'The rules file cannot be used', means: 'The last good rules stay in force.' });
});

test('rules that the file has wrong are stopped, each counted once', () => {
  expect(of({ line: 5, rule: 'A' }, { line: 6, rule: 'A' })?.means).toContain('a rule that is wrong in it is stopped');
  expect(of({ line: 5, rule: 'A' }, { line: 9, rule: 'B' })?.means).toContain('2 rules that are wrong in it are stopped');
});
