// A confirmation counts word by word, never by a part of a word.
import { expect, test } from 'vitest';
import { typedWords } from './typed.ts';

const WORDS = ['approvals', 'pairing', 'talk.secrets', 'admin'];

test('every word counts by itself, in any order and however they are separated', () => {
  expect([...typedWords('Admin, pairing\ntalk.secrets  approvals', WORDS)].sort()).toEqual([...WORDS].sort());
  expect([...typedWords('admin', WORDS)]).toEqual(['admin']);
});

test('a part of a word, or a word beside others, is no confirmation', () => {
  expect(typedWords('admi pairings talk secrets notadmin', WORDS).size).toBe(0);
  expect(typedWords('', WORDS).size).toBe(0);
});

test('a confirmation of several words counts when all of them stand together, beside others', () => {
  const words = ['this console', 'a1b2c3d4'];
  expect([...typedWords('a1b2c3d4 This  console', words)].sort()).toEqual([...words].sort());
  expect(typedWords('this', words).size).toBe(0);
  expect(typedWords('this other console', words).size).toBe(0);
});
