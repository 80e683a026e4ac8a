// What is said of the chain is what was walked: rows that came later are told apart, and a break vouches for nothing after it.
import { expect, test } from 'vitest';
import type { AuditState } from '#lib/audit/keeper.ts';
import { chainWord, laterWords, walkedWords } from './chain-words.ts';

const head = (rows: number) => ({ rows, hash: 'a'.repeat(64) });
const state = (over: Partial<AuditState>): AuditState => ({
  state: 'holds',
  head: head(19),
  walked: head(3),
  checkedAt: '2026-01-01T07:34:00.000Z',
  ...over,
});

test('rows that came after the walk are not said to have been walked', () => {
  expect(chainWord(state({}))).toBe('Chain holds to row 3');
  expect(walkedWords(state({}))).toBe('the 3 rows that stood there were walked, and the chain held.');
  expect(laterWords(state({}))).toMatch(/^Rows 4 to 19 came later and are not walked yet/);
  expect(laterWords(state({ walked: head(18) }))).toMatch(/^Row 19 came later and is not walked yet/);
  expect(laterWords(state({ walked: head(19) }))).toBeUndefined();
});

test('a break vouches for what stands before it and for nothing else', () => {
  const broken = state({ state: 'broken', walked: head(9) });
  expect(chainWord(broken)).toBe('Chain is broken');
  expect(walkedWords(broken)).toBe('the walk found a break: 9 rows before it hold, and nothing after it is vouched for.');
  expect(laterWords(broken)).toBeUndefined();
  const anew = state({ state: 'broken', walked: head(19), broken: { seq: 10, kind: 'changed', text: 'Row 10 is another one.' } });
  expect(walkedWords(anew)).toContain('9 rows before it hold');
  expect(walkedWords(state({ state: 'broken', walked: head(0) }))).toContain('no row before it');
});

test('a walk over an empty record is not said to hold anything', () => {
  const empty = state({ walked: head(0), head: head(8) });
  expect(chainWord(empty)).toBe('Chain not walked yet');
  expect(walkedWords(empty)).toBe('the record was empty.');
  expect(laterWords(empty)).toMatch(/^Rows 1 to 8 came later/);
  expect(walkedWords(state({ walked: head(1) }))).toBe('the one row that stood there was walked, and the chain held.');
});

test('before the first walk nothing is said to hold', () => {
  const checking: AuditState = { state: 'checking', head: head(19) };
  expect(chainWord(checking)).toBe('Chain is being checked');
  expect(walkedWords(checking)).toBeUndefined();
  expect(laterWords(checking)).toBeUndefined();
  expect(walkedWords({ ...checking, state: 'broken', checkedAt: '2026-01-01T07:34:00.000Z' })).toBe('the walk found a break.');
});
