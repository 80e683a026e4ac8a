// A rule moves one place and nothing else moves; a fault of a file is named by its place; what a file newly gives is named.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RuleInput, RulesDiff } from '#lib/api/rule-shapes.ts';
import { NAMED_SCOPES } from '#lib/gateway/scopes.ts';
import { sentenceOf } from '#lib/rules/sentence.ts';
import { gravesIn, moved, placeWords, unseenWords, valueWords } from './rule-words.ts';
import { emptyRule } from './tightest.ts';

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

const READ: RuleInput = { ...emptyRule(0), name: 'Local tools' };
const giving = (scopes: string[], over: Partial<RuleInput> = {}): string => sentenceOf({ ...READ, scopes, confirm: scopes, ...over });
const diff = (after: string | undefined, before?: string): Pick<RulesDiff, 'changes'> => ({
  changes: [
    {
      kind: before === undefined ? 'add' : 'change',
      name: 'Local tools',
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      fields: [],
      widens: false,
    },
  ],
});

test('each grave scope that a file newly gives must be typed, one that stood there before not', () => {
  for (const scope of NAMED_SCOPES) expect(gravesIn(diff(giving(['operator.read', scope])))).toEqual([scope]);
  expect(gravesIn(diff(giving([...NAMED_SCOPES], { enabled: false })))).toEqual([...NAMED_SCOPES]);
  expect(gravesIn(diff(giving(['operator.admin', 'operator.pairing']), giving(['operator.admin'])))).toEqual(['operator.pairing']);
});

test('what gives no grave scope asks for no word: talk is not talk.secrets, a name and a note give nothing, nor does a rejection', () => {
  expect(gravesIn(diff(giving(['operator.talk', 'operator.write'], { displayName: 'admin', deviceId: 'a'.repeat(64) })))).toEqual([]);
  expect(gravesIn(diff(sentenceOf({ ...READ, effect: 'reject', origin: 'any', scopes: ['operator.admin'], note: 'No admin.' })))).toEqual(
    [],
  );
  expect(gravesIn(diff(undefined, giving(['operator.admin'])))).toEqual([]);
});

test('the value of a field is read as words', () => {
  expect(valueWords('["operator.read","operator.admin"]')).toBe('read, admin');
  expect(valueWords('[]')).toBe('none');
  expect(valueWords('5')).toBe('5');
  expect(valueWords(undefined)).toBe('not set');
  expect(valueWords('{"days":["mon"]}')).toBe('{"days":["mon"]}');
});

test('a rule of a person that nobody has looked at since is not said to be the work of a token', () => {
  expect(unseenWords({ source: 'console', madeBy: { kind: 'api-token', name: 'Deploy' } })).toContain('Made by the API token');
  expect(unseenWords({ source: 'console', madeBy: { kind: 'person', name: 'Ada' } })).toBe(
    'The API token changed what stands above it; no person has looked since.',
  );
  expect(unseenWords({ source: 'file', madeBy: { kind: 'file', name: 'the rules file' } })).toContain('this version');
});
