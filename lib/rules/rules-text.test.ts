// A rules file is taken as a whole or not at all; each fault is told with its place, and what was written reads back the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NAMED_SCOPES, SCOPES } from '#lib/gateway/scopes.ts';
import { NOW, ruleOf } from '#lib/testing/verdict-case.ts';
import { ruleInput } from './rule.ts';
import { MAX_FILE_BYTES, parseRules } from './rules-text.ts';
import { bodyOf, FIELDS, rulesText } from './rules-text-write.ts';

const GOOD = `version: 1
rules:
  - name: Local tools
    enabled: true
    scopes: [operator.read, operator.write]
  - name: Admin for the CLI
    enabled: true
    scopes: [operator.admin]
    confirm: [operator.admin]
`;

/** The problems of a file, each as one line: place, path, rule and message. */
const problems = (text: string, format: 'yaml' | 'json' = 'yaml') =>
  parseRules(text, format, NOW).problems.map(
    (p) => `${p.line ?? '-'}:${p.column ?? '-'} ${p.path || '.'}${p.rule === undefined ? '' : ` (${p.rule})`} ${p.message}`,
  );

describe('a rules file', () => {
  test('is read with the strictest reading of everything left out', () => {
    const { rules, problems: none } = parseRules(GOOD, 'yaml', NOW);
    expect(none).toEqual([]);
    expect(rules.map((r) => [r.name, r.origin, r.assurance, r.agentsMayUse, r.maxPerHour])).toEqual([
      ['Local tools', 'host-key', 'peer', false, 10],
      ['Admin for the CLI', 'host-key', 'peer', false, 10],
    ]);
  });

  test('may be JSON, and may reuse a list by an anchor', () => {
    const json =
      '{\n\t"$schema": "x",\n\t"version": 1,\n\t"rules": [{"name": "a\\/\\ud83d\\ude00", "enabled": true, "scopes": ["operator.read"]}]\n}';
    expect(parseRules(json, 'json', NOW)).toMatchObject({ problems: [], rules: [{ name: 'a/😀' }] });
    const anchored = `version: 1\nrules:\n  - {name: a, enabled: true, scopes: &low [operator.read]}\n  - {name: b, enabled: true, scopes: *low}\n`;
    expect(parseRules(anchored, 'yaml', NOW).rules.map((r) => r.scopes)).toEqual([['operator.read'], ['operator.read']]);
  });

  test('may hold a note of several lines, and a deep indentation in it', () => {
    const note = `version: 1\nrules:\n  - name: a\n    enabled: true\n    effect: leave\n    origin: any\n    note: >-\n      ${'long '.repeat(50)}\n    scopes: [operator.read]\n`;
    expect(parseRules(note, 'yaml', NOW)).toMatchObject({ problems: [], rules: [{ note: 'long '.repeat(50).trim() }] });
  });

  test('without a rule says that there is none', () => {
    expect(parseRules('version: 1\nrules: []\n', 'yaml', NOW)).toEqual({ rules: [], problems: [] });
  });

  test('with an ended rule is good: a file outlives what stands in it', () => {
    expect(problems(GOOD.replace('    enabled: true\n', '    enabled: true\n    expiresAt: 2020-01-01T00:00:00Z\n'))).toEqual([]);
  });
});

describe('a fault is told with its place, and no rule of the file is taken', () => {
  test.each([
    [
      'an unknown scope',
      GOOD.replace('operator.write', 'operator.wrte'),
      '5:29 rules[0].scopes[1] (Local tools) “operator.wrte” is not a scope',
    ],
    [
      'an unknown field',
      GOOD.replace('    scopes: [operator.read', '    maxperhour: 3\n    scopes: [operator.read'),
      '5:5 rules[0].maxperhour (Local tools) there is no field “maxperhour”',
    ],
    ['an unknown field of the file', `rule: 1\n${GOOD}`, '1:1 rule . there is no field “rule”'.replace('rule .', 'rule')],
    [
      'a time zone that does not exist',
      GOOD.replace(
        '    confirm: [operator.admin]\n',
        '    confirm: [operator.admin]\n    hours:\n      days: [mon]\n      from: 08:00\n      to: 18:00\n      timeZone: Mars/Olympus\n',
      ),
      '14:17 rules[1].hours.timeZone (Admin for the CLI) “Mars/Olympus” is no time zone',
    ],
    [
      'two rules with one name',
      GOOD.replace('Admin for the CLI', ' LOCAL  tools'.replace('  ', ' ')),
      '6:12 rules[1].name (LOCAL tools) another rule has this name already, in line 3',
    ],
    [
      'a grave scope that is not confirmed',
      GOOD.replace('    confirm: [operator.admin]\n', ''),
      '8:14 rules[1].scopes[0] (Admin for the CLI) operator.admin is given only when it is named once more',
    ],
    [
      'a confirmed scope that is not asked for',
      GOOD.replace('confirm: [operator.admin]', 'confirm: [operator.admin, operator.pairing]'),
      '9:31 rules[1].confirm[1] (Admin for the CLI) operator.pairing is not among the scopes',
    ],
    [
      'an end too far ahead',
      GOOD.replace('    confirm', '    expiresAt: 2126-01-01T00:00:00Z\n    confirm'),
      '9:16 rules[1].expiresAt (Admin for the CLI) lies more than a year ahead',
    ],
    ['a missing field', GOOD.replace('    scopes: [operator.admin]\n', ''), '6:5 rules[1].scopes (Admin for the CLI)'],
    [
      'a field that is there twice',
      GOOD.replace(
        '    enabled: true\n    scopes: [operator.admin]',
        '    enabled: false\n    enabled: true\n    scopes: [operator.admin]',
      ),
      '8:5 . (Admin for the CLI) this field is there twice',
    ],
    [
      'a field that is there twice on one line',
      GOOD.replace('Local tools\n', 'Local tools\n    hours: { to: 08:00, "to": 09:00 }\n'),
      '4:25 . (Local tools) this field is there twice',
    ],
    ['another version', GOOD.replace('version: 1', 'version: 2'), '1:10 version must be 1'],
    ['no version', GOOD.replace('version: 1\n', ''), '1:1 version must be 1'],
    ['something else than a file of rules', 'just text', '1:1 . a rules file has the fields version and rules'],
    ['nothing', '', '. a rules file has the fields version and rules'],
    ['a word where yes or no is asked', GOOD.replace('enabled: true', 'enabled: "yes"'), '4:14 rules[0].enabled (Local tools)'],
    ['a tag', GOOD.replace('name: Local tools', 'name: !!binary aGk='), 'there are no tags in a rules file'],
    ['a second document', `${GOOD}---\n${GOOD}`, 'a rules file is one document'],
    [
      'an alias without its anchor',
      GOOD.replace('[operator.admin]\n    confirm', '*some\n    confirm'),
      'an alias (*name) stands before its anchor',
    ],
    ['a circle of aliases', 'version: 1\nrules: &r\n  - *r\n', 'its aliases (*name) are too many or go in a circle'],
    ['a broken line', GOOD.replace('[operator.admin]\n    confirm', '[operator.admin\n    confirm'), '(Admin for the CLI)'],
    [
      'a tab for indentation',
      GOOD.replace('    enabled: true\n    scopes: [operator.admin]', '\tenabled: true\n    scopes: [operator.admin]'),
      '7:1',
    ],
    ['too much of it', `${GOOD}#${'x'.repeat(MAX_FILE_BYTES)}`, 'it is larger than 256 KiB'],
    [
      'keys within keys, which would keep the parser busy for minutes',
      `version: 1\n${'? '.repeat(1000)}a\n`,
      '2:1 . a field is written as name: value',
    ],
    ['a depth of indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), 'it is nested too deeply'],
    [
      'tens of thousands of fields',
      Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join(''),
      'it holds more than any rules file needs',
    ],
    ['a depth that nobody writes', `version: 1\nrules: ${'['.repeat(20_000)}`, 'it is nested too deeply'],
    [
      'more rules than a console keeps',
      `version: 1\nrules:\n${Array.from({ length: 201 }, (_, i) => `  - {name: r${i}, enabled: true, scopes: [operator.read]}\n`).join('')}`,
      '3:3 rules holds more than 200 rules',
    ],
  ])('%s', (_name, text, told) => {
    const found = problems(text);
    expect(found.join('\n')).toContain(told);
    expect(found.length).toBeLessThanOrEqual(50);
    expect(parseRules(text, 'yaml', NOW).rules).toEqual([]);
  });

  test('aliases that would grow a small file into a huge one', () => {
    const line = (n: number) => `  a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`).join(', ')}]\n`;
    const bomb = `version: 1\n$schema:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n${[1, 2, 3, 4, 5, 6, 7, 8].map(line).join('')}rules: []\n`;
    expect(problems(bomb).join()).toContain('its aliases (*name) are too many');
  });

  test('tags, directives and aliases without end, which would keep everything else waiting', () => {
    for (const unit of ['[!a x]\n', '%x\n', '*a\n']) {
      const told = parseRules(unit.repeat(20_000), 'yaml', NOW);
      expect(told.problems).toMatchObject([{ message: 'it holds more than any rules file needs' }]);
    }
  });

  test('YAML under the name of JSON, at the place that the JSON parser names', () => {
    expect(problems('{\n  "version": 1,\n  "rules": [],\n}', 'json')).toEqual([
      '4:1 . this is not JSON; a file that ends in .yaml may hold YAML',
    ]);
  });

  test('a rule that is wrong by itself is named beside a fault of the text', () => {
    const rule = (name: string, scope: string) => `  - { name: ${name}, enabled: true, scopes: [${scope}] }\n`;
    const text = `version: 1\nrules:\n${rule('first', 'operator.reed')}${rule('second', 'operator.read').replace(']', '')}`;
    const named = parseRules(text, 'yaml', NOW).problems.map((p) => p.rule);
    expect(named).toContain('first');
    expect(named).toContain('second');
  });

  test('in broken JSON the rule in which it breaks is named, on lines of its own and on one line', () => {
    const rule = (name: string) => `{"name": "${name}", "enabled": true, "scopes": ["operator.read"]}`;
    for (const between of [',', ',\n  ']) {
      const text = `{"version": 1, "rules": [\n${[rule('one'), rule('two').replace('}', ',}'), rule('three')].join(between)}]}`;
      expect(parseRules(text, 'json', NOW).problems).toMatchObject([{ rule: 'two', message: expect.stringContaining('not JSON') }]);
    }
  });

  test('in JSON as well, with line and column', () => {
    const json = rulesText([ruleOf()], 'json').replace('operator.write', 'operator.wrte');
    expect(problems(json, 'json').join()).toMatch(/^\d+:\d+ rules\[0\]\.scopes\[1\] \(Local tools\) “operator\.wrte” is not a scope/);
  });

  test('all of them at once', () => {
    const text = GOOD.replace('operator.write', 'operator.wrte').replace('    confirm: [operator.admin]\n', '');
    expect(problems(text).map((p) => p.split(' ')[0])).toEqual(['5:29', '8:14']);
  });
});

const text = (max: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength: max });
const some = <T>(items: readonly T[]) => fc.subarray([...items], { minLength: 1 });
const words = fc.array(text(20), { minLength: 1, maxLength: 3 });

/** Whatever the form could save. What fits no rule is left out by the schema itself. */
const anyRule = fc
  .record(
    {
      name: text(60),
      enabled: fc.boolean(),
      scopes: some(SCOPES),
      shadow: fc.boolean(),
      effect: fc.constantFrom('approve', 'reject', 'leave'),
      note: text(80),
      gateway: text(30),
      reasons: some(['scope-upgrade', 'new-device', 'role-upgrade', 'metadata-change', 'unchanged']),
      origin: fc.constantFrom('host-key', 'loopback', 'any'),
      assurance: fc.constantFrom('peer', 'log'),
      agentsMayUse: fc.boolean(),
      deviceId: fc.constantFrom('1'.repeat(64), `${'1'.repeat(31)}e${'2'.repeat(32)}`, 'ab'.repeat(32)),
      clientIds: words,
      clientModes: words,
      platforms: words,
      displayName: text(40),
      pairedForHours: fc.integer({ min: 1, max: 8760 }),
      heldScopes: some(SCOPES),
      authMethods: words,
      hours: fc.record({
        days: some(['mon', 'tue', 'sun']),
        from: fc.constantFrom('08:30', '00:00', '23:59'),
        to: fc.constantFrom('18:00', '12:00'),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns'),
      }),
      maxPerHour: fc.integer({ min: 1, max: 60 }),
      maxPerDevicePerHour: fc.integer({ min: 1, max: 60 }),
      maxUses: fc.integer({ min: 1, max: 100 }),
      coolOffMinutes: fc.integer({ min: 1, max: 1440 }),
      acknowledge: some(['same-user', 'log-assurance']),
    },
    { requiredKeys: ['name', 'enabled', 'scopes', 'effect', 'origin'] },
  )
  .map(({ effect, ...rest }) => {
    const { note, agentsMayUse, acknowledge, reasons, maxUses, ...both } = rest;
    const approving = { ...both, effect, agentsMayUse, acknowledge, maxUses, confirm: both.scopes.filter((s) => NAMED_SCOPES.includes(s)) };
    const other = { ...both, effect, note, reasons, ...(effect === 'reject' ? { maxUses } : {}) };
    return Object.fromEntries(Object.entries(effect === 'approve' ? approving : other).filter(([, value]) => value !== undefined));
  })
  .filter((body) => ruleInput.safeParse(body).success);

describe('an export', () => {
  test.each(['yaml', 'json'] as const)('as %s reads back as the same rules, and writes the same text again', (format) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRule, { maxLength: 4, selector: (r) => String(r.name).trim().normalize('NFKC').toLowerCase() }),
        (bodies) => {
          const rules = bodies.map((body, i) => ruleOf(body, `r${i}`));
          const exported = rulesText(rules, format);
          const read = parseRules(exported, format, NOW);
          expect(read.problems).toEqual([]);
          expect(read.rules).toEqual(rules.map(bodyOf));
          expect(
            rulesText(
              read.rules.map((body, i) => ruleOf({ ...body }, `r${i}`)),
              format,
            ),
          ).toBe(exported);
        },
      ),
      { numRuns: 120 },
    );
  });

  test('says what it is and reads each rule aloud', () => {
    const exported = rulesText([ruleOf()], 'yaml');
    expect(exported).toMatch(/^# Rules of Gatehouse/);
    expect(exported).toContain('# When ');
    expect(exported).toContain('scopes: [ operator.read, operator.write ]');
  });

  test('leaves out a rule that gives nothing, and a grave scope that was never confirmed', () => {
    const nothing = ruleOf({ name: 'nothing', scopes: ['operator.admin'] }, 'a');
    const some = ruleOf({ name: 'some', scopes: ['operator.read', 'operator.admin'] }, 'b');
    expect(parseRules(rulesText([nothing, some], 'yaml'), 'yaml', NOW)).toMatchObject({
      problems: [],
      rules: [{ name: 'some', scopes: ['operator.read'], confirm: [] }],
    });
  });

  test('knows every field that a rule has', () => {
    expect([...FIELDS].sort()).toEqual(Object.keys(ruleInput.shape).sort());
  });
});

test('whatever stands in a file, reading it answers rules or problems, never both and never neither', () => {
  const broken = fc
    .tuple(fc.nat(GOOD.length), fc.nat(12), fc.string({ maxLength: 8 }))
    .map(([at, cut, put]) => GOOD.slice(0, at) + put + GOOD.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 200 }), broken), fc.constantFrom('yaml' as const, 'json' as const), (written, format) => {
      const { rules, problems: found } = parseRules(written, format, NOW);
      expect(rules.length > 0 && found.length > 0).toBe(false);
      for (const { message, line } of found) {
        expect(message).not.toBe('');
        if (line !== undefined) expect(line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
