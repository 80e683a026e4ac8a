// The closed grammar of scopes: nothing unknown is ever covered, and what is added is never called held.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addedScopes,
  CONSOLE_SCOPES,
  coversScopes,
  effectiveScopes,
  highestRisk,
  isScope,
  normaliseScopes,
  SCOPES,
  sameScopes,
  scopeRisk,
} from './scopes.ts';

const known = fc.constantFrom(...SCOPES);
const any = fc.oneof(
  { weight: 4, arbitrary: known },
  {
    weight: 1,
    arbitrary: fc.constantFrom('operator.*', 'OPERATOR.READ', ' operator.read', 'node', '', '__proto__', 'operator.admin,operator.read'),
  },
);
const lists = fc.array(any, { maxLength: 6 });

test('only the listed strings are scopes, letter by letter', () => {
  for (const scope of SCOPES) expect(isScope(scope)).toBe(true);
  for (const other of ['operator', 'operator.', 'operator.Admin', 'operator.admin ', 'operator.admin\u0000', 'admin', '', 'constructor'])
    expect(isScope(other)).toBe(false);
});

test('write allows read and talk, admin allows everything, nothing else allows more than itself', () => {
  expect([...effectiveScopes(['operator.write'])].sort()).toEqual(['operator.read', 'operator.talk', 'operator.write']);
  for (const scope of SCOPES) {
    expect(coversScopes(['operator.admin'], [scope])).toBe(true);
    if (scope !== 'operator.admin')
      expect(
        coversScopes(
          SCOPES.filter((s) => s !== 'operator.admin'),
          ['operator.admin'],
        ),
      ).toBe(false);
    if (!['operator.admin', 'operator.write'].includes(scope)) expect([...effectiveScopes([scope])]).toEqual([scope]);
  }
});

test('an empty set and a set with anything unknown are covered by nothing', () => {
  expect(coversScopes([...SCOPES], [])).toBe(false);
  for (const odd of ['operator.everything', 'operator.read ', ''])
    expect(coversScopes([...SCOPES, odd], ['operator.read', odd])).toBe(false);
});

test('a wider ceiling covers no less, a wider wish is covered no more', () => {
  fc.assert(
    fc.property(lists, lists, any, (ceiling, asked, more) => {
      if (coversScopes(ceiling, asked)) expect(coversScopes([...ceiling, more], asked)).toBe(true);
      if (asked.length > 0 && !coversScopes(ceiling, asked)) expect(coversScopes(ceiling, [...asked, more])).toBe(false);
    }),
  );
});

test('what is added is exactly what the device could not do before', () => {
  fc.assert(
    fc.property(lists, lists, (held, asked) => {
      const added = addedScopes(held, asked);
      for (const scope of added) expect(effectiveScopes(held).has(scope)).toBe(false);
      for (const scope of normaliseScopes(asked)) expect(added.includes(scope) || effectiveScopes(held).has(scope)).toBe(true);
      expect(addedScopes([...held, ...added], asked)).toEqual([]);
    }),
  );
});

test('sorting is stable, without doubles or blanks, and the same for the same set', () => {
  expect(normaliseScopes([' operator.admin', 'zzz', 'operator.read', 'operator.read', '', 'aaa'])).toEqual([
    'operator.read',
    'operator.admin',
    'aaa',
    'zzz',
  ]);
  fc.assert(
    fc.property(lists, (list) => {
      const once = normaliseScopes(list);
      expect(normaliseScopes(once)).toEqual(once);
      expect(normaliseScopes([...list].reverse())).toEqual(once);
      expect(sameScopes(list, once)).toBe(true);
    }),
  );
});

test('sets that differ in one scope are not the same', () => {
  expect(sameScopes(['operator.read'], ['operator.read', 'operator.write'])).toBe(false);
  expect(sameScopes(['operator.read'], ['operator.write'])).toBe(false);
  expect(sameScopes([], [])).toBe(true);
});

test('risk: an unknown scope counts as admin, role node outranks everything', () => {
  expect(SCOPES.map(scopeRisk)).toEqual(['read', 'write', 'write', 'write', 'elevated', 'elevated', 'elevated', 'admin']);
  expect(scopeRisk('operator.everything')).toBe('admin');
  expect(highestRisk(['operator'], ['operator.read', 'operator.pairing'])).toBe('elevated');
  expect(highestRisk(['node', 'operator'], ['operator.admin'])).toBe('node');
  expect(highestRisk(['operator'], [])).toBe('read');
});

test('the console asks for admin from its first connect, and for nothing off the list', () => {
  expect(CONSOLE_SCOPES).toContain('operator.admin');
  expect(CONSOLE_SCOPES.every(isScope)).toBe(true);
});
