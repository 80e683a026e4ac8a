// A grant read as a sentence says what is held, and never more or less.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCOPES } from '../gateway/scopes.ts';
import { grantSentence } from './sentence.ts';

test('read alone changes nothing', () => {
  expect(grantSentence(['operator'], ['operator.read'])).toBe('It may see sessions, messages, status and settings, and change nothing.');
});

test('write brings read along, and talk without saying so', () => {
  const said = 'It may see sessions, messages, status and settings and send messages and run agents with all the tools that they have.';
  expect(grantSentence(['operator'], ['operator.write'])).toBe(said);
  expect(grantSentence(['operator'], ['operator.read', 'operator.write', 'operator.talk'])).toBe(said);
});

test('admin says all at once, whatever stands beside it', () => {
  const said = grantSentence(['operator'], ['operator.admin']);
  expect(said).toMatch(/^It may do everything/);
  expect(grantSentence(['operator'], [...SCOPES])).toBe(said);
});

test('a node is a machine on which commands run', () => {
  expect(grantSentence(['node'], [])).toBe('As a node it lets those who may ask for it run commands on its machine.');
  expect(grantSentence(['node', 'operator'], ['operator.read'])).toMatch(/change nothing\. As a node/);
});

test('scopes over conversations only, as 2026.9.x knows them, are told', () => {
  expect(grantSentence(['operator'], ['operator.sessions.read'])).toBe('It may read conversations.');
});

test('an operator without scopes, and a row without roles, may do nothing', () => {
  expect(grantSentence(['operator'], [])).toMatch(/nothing/);
  expect(grantSentence([], [])).toMatch(/nothing/);
});

test('what is on no list is named as unknown, cut short, and does not count as a grant', () => {
  const said = grantSentence(['operator', 'janitor'], ['operator.read', `x${'y'.repeat(500)}`, 'toString', 'b', 'c']);
  expect(said).toMatch(/change nothing\.|status and settings\./);
  expect(said).toMatch(/also holds role janitor, xy+…, toString and 2 more/);
  expect(said.length).toBeLessThan(300);
});

test('whoever does not hold admin is never said to do everything', () => {
  const lesser = SCOPES.filter((scope) => scope !== 'operator.admin');
  fc.assert(
    fc.property(fc.subarray(lesser), fc.subarray(['operator', 'node', 'x']), (scopes, roles) => {
      expect(grantSentence(roles, scopes)).not.toMatch(/everything/);
    }),
  );
});
