// A rule moves one place and nothing else moves; a fault of a file is named by its place; what a file newly gives is named.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RulesDiff } from '#lib/api/rule-shapes.ts';
import { gravesIn, moved, placeWords } from './rule-words.ts';

test('moving one rule keeps every rule and the order of the others', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }),
      fc.nat(7),
      fc.constantFrom(-1 as const, 1 as const),
      (ids, at, step) => {
        const id = ids[at % ids.length] ?? '';
        const next = moved(ids, id, step);
        const to = ids.indexOf(id) + step;
        if (to < 0 || to >= ids.length) return next === undefined;
        const others = (all: readonly string[]) => all.filter((one) => one !== id);
        return next?.indexOf(id) === to && JSON.stringify(others(next)) === JSON.stringify(others(ids));
      },
    ),
  );
});

test('a fault says line, column and field, as far as they are known', () => {
  expect(placeWords({ line: 4, column: 7, path: 'rules[0].scopes[1]', message: '' })).toBe('line 4, column 7, rules[0].scopes[1]');
  expect(placeWords({ path: '', message: '' })).toBe('');
});

const diff = (fields: RulesDiff['changes'][number]['fields'], widens = true): RulesDiff => ({
  digest: 'd',
  problems: [],
  changes: [{ kind: 'change', name: 'Local tools', fields, widens }],
});

test('a grave scope that a file newly gives must be typed, one that stood there before not', () => {
  expect(gravesIn(diff([{ field: 'scopes', before: 'read', after: 'read, admin' }]))).toEqual(['operator.admin']);
  expect(gravesIn(diff([{ field: 'scopes', before: 'operator.admin', after: 'operator.admin, operator.pairing' }]))).toEqual([
    'operator.pairing',
  ]);
  expect(gravesIn(diff([{ field: 'confirm', after: 'operator.talk.secrets' }]))).toEqual(['operator.talk.secrets']);
});

test('talk is not talk.secrets, and a change that gives nothing more asks for no word', () => {
  expect(gravesIn(diff([{ field: 'scopes', before: 'read', after: 'operator.talk, operator.write' }]))).toEqual([]);
  expect(gravesIn(diff([{ field: 'scopes', before: 'read', after: 'admin' }], false))).toEqual([]);
});
