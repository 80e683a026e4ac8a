// Whoever wrote a rules file reads what is wrong with it in plain words: where, what stands there, and what is allowed there.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOW } from '#lib/testing/verdict-case.ts';
import { ruleInput } from './rule.ts';
import { parseRules } from './rules-text.ts';

const fileOf = (...lines: string[]) => `version: 1\nrules:\n  - name: A\n${lines.map((line) => `    ${line}\n`).join('')}`;
const GOOD = ['enabled: true', 'scopes: [operator.read]'];
const told = (text: string) => parseRules(text, 'yaml', NOW).problems.map((p) => `${p.line}:${p.column} ${p.message}`);

describe('a field is told with what stands there and what is allowed', () => {
  test.each([
    ['another word for yes', ['enabled: yes', 'scopes: [operator.read]'], ['4:14 must be true or false, not the text “yes”']],
    ['a number in quotes', [...GOOD, 'maxPerHour: "5"'], ['6:17 must be a whole number from 1 to 60, not the text “5”']],
    ['a number out of bounds', [...GOOD, 'maxPerHour: 61'], ['6:17 must be a whole number from 1 to 60, not the number 61']],
    [
      'part of a number',
      [...GOOD, 'maxUses: 1.5', 'coolOffMinutes: 9e30'],
      [
        '6:14 must be a whole number from 1 to 10000, not the number 1.5',
        '7:21 must be a whole number from 1 to 1440, not the number 9e+30',
      ],
    ],
    [
      'a number for text',
      [...GOOD, 'displayName: 12', 'deviceId: 1234'],
      [
        '6:18 must be text of at most 80 characters, not the number 12; put it in quotes',
        '7:15 must be text of 64 hexadecimal digits, not the number 1234; put it in quotes',
      ],
    ],
    [
      'one value for a list, once and not once for each of its letters',
      ['enabled: true', 'scopes: operator.read', 'clientIds: cli'],
      [expect.stringMatching(/^5:13 must be a list of any of operator\.read, .* not the text “operator\.read”$/), expect.any(String)],
    ],
    ['no value', [...GOOD, 'origin:'], ['6:12 origin has no value; it must be host-key, loopback or any']],
    ['a list for a word', [...GOOD, 'effect: [reject]'], ['6:13 must be approve, reject or leave, not a list']],
    [
      'hours that are not all there',
      [...GOOD, 'hours: { days: [mon, 3], from: 8, to: 18:00, timezone: UTC }'],
      [
        '6:12 timeZone is missing; it must be a time zone such as Europe/Berlin',
        '6:26 must be mon, tue, wed, thu, fri, sat or sun, not the number 3',
        '6:36 must be a time of day such as 08:30, not the number 8',
        '6:50 there is no field “timezone”; perhaps timeZone is meant',
      ],
    ],
    ['a list that is too long', [...GOOD, `platforms: [${'a, '.repeat(21)}]`], ['6:16 must not hold more than 20 entries']],
    ['text that is too long', [...GOOD, `gateway: ${'x'.repeat(101)}`], ['6:14 must not be longer than 100 characters']],
    ['a field that is nearly one', [...GOOD, 'maxPerHuor: 5'], ['6:5 there is no field “maxPerHuor”; perhaps maxPerHour is meant']],
    [
      'a field that is none',
      [...GOOD, 'country: NL'],
      [expect.stringMatching(/^6:5 there is no field “country”; there are name, enabled, shadow, .*acknowledge$/)],
    ],
    [
      'marks that turn the direction of text are not printed',
      ['enabled: "\\u202eyes"', 'scopes: [operator.read]'],
      ['4:14 must be true or false, not the text “�yes”'],
    ],
  ])('%s', (_name, lines, expected) => {
    expect(told(fileOf(...lines))).toEqual(expected);
  });

  test('a rule without a name is known by its number', () => {
    expect(told('version: 1\nrules:\n  - foo\n  - enabled: true\n    scopes: []\n')).toEqual([
      '3:5 rule 1: a rule is a group of fields such as name, enabled and scopes, not the text “foo”',
      '4:5 rule 2: name is missing; it must be text of at most 80 characters',
      '5:13 rule 2: name at least one scope',
    ]);
  });

  test('in the order of the file, whatever was looked at first', () => {
    const text = `rulez: []\n${fileOf('shadow: 1', 'enabled: true')}  - { name: B, enabled: 2, scopes: [operator.read] }\nverzion: 2\n`;
    const lines = parseRules(text, 'yaml', NOW).problems.map(({ line }) => line);
    expect(lines).toEqual([1, 4, 5, 7, 8]);
  });

  test('whatever stands in a field, none of the reader’s own terms come through', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const field = fc.constantFrom(...Object.keys(ruleInput.shape));
    fc.assert(
      fc.property(field, value, (name, written) => {
        const file = { version: 1, rules: [{ name: 'A', enabled: true, scopes: ['operator.read'], [name]: written }] };
        for (const { message } of parseRules(JSON.stringify(file), 'json', NOW).problems)
          expect(message).not.toMatch(/invalid|expected|received|too (big|small)|undefined|null|NaN/i);
      }),
      {
        numRuns: 400,
        examples: [
          ['scopes', ''],
          ['hours', {}],
          ['clientIds', [null]],
          ['gateway', ''],
          ['expiresAt', null],
        ],
      },
    );
  });
});

describe('a fault of the text is told in plain words, and not what follows from it', () => {
  test.each([
    ['an open list', ['enabled: true', 'scopes: [operator.read'], ['6:1 a list is not closed: ] is missing, or stands too far left']],
    ['an open quote', ['enabled: true', 'note: "abc'], ['6:1 a double quote is not closed']],
    [
      'a colon in a value',
      ['enabled: true', 'note: a: b'],
      ['5:11 there is a second colon in this line; a value with a colon and a space in it needs quotes'],
    ],
    ['a value that begins with a sign', ['note: @x'], ['4:11 a value that begins with this character needs quotes']],
    ['a tab', [...GOOD, '\tmaxUses: 1'], ['6:5 lines are indented with spaces, not with tabs']],
    ['a forgotten colon', [...GOOD, 'maxUses 1'], ['6:5 a field is written as name: value; its colon is missing']],
    [
      'a comment without a space',
      [...GOOD, 'displayName: "x"#c'],
      ['6:21 a comment needs a space before its #; a value with a # in it needs quotes'],
    ],
    ['a field twice', [...GOOD, 'enabled: false'], ['6:5 this field is there twice']],
  ])('%s', (_name, lines, expected) => {
    expect(told(fileOf(...lines))).toEqual(expected);
  });
});
