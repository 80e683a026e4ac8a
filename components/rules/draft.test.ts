// A rule under way: clauses come and go without changing what else it says, and an approval never keeps a wider reading.
import { expect, test } from 'vitest';
import type { RuleInput } from '#lib/api/rule-shapes.ts';
import {
  CLAUSE_GROUPS,
  type Clause,
  clausesIn,
  draftProblems,
  filledIn,
  fits,
  formStart,
  withClause,
  withEffect,
  withOneLimit,
  withoutClause,
  wordsIn,
} from './draft.ts';
import { emptyRule } from './tightest.ts';

const ALL: readonly Clause[] = CLAUSE_GROUPS.flatMap(({ clauses }) => clauses);
const named: RuleInput = { ...emptyRule(0), name: 'Local tools' };

test('every clause can be added and removed, and the rest of the rule stays as it was', () => {
  for (const clause of ALL) {
    const added = withClause(named, clause, 'Europe/Berlin');
    expect(added[clause]).toBeDefined();
    expect(withoutClause(added, clause)).toEqual(named);
  }
});

test('adding a clause that stands there already changes nothing', () => {
  const rule = { ...named, pairedForHours: 72 };
  expect(withClause(rule, 'pairedForHours', 'UTC')).toBe(rule);
});

test('the sentence shows conditions and limits apart, each once', () => {
  const all = ALL.reduce((draft, clause) => withClause(draft, clause, 'UTC'), named);
  for (const effect of ['approve', 'reject', 'leave'] as const) {
    const draft = { ...all, effect };
    const shown = [...clausesIn(draft, false), ...clausesIn(draft, true)];
    expect([...shown].sort()).toEqual(ALL.filter((clause) => fits(draft, clause)).sort());
  }
  expect(clausesIn(all, true)).toContain('maxUses');
  expect(clausesIn(all, false)).not.toContain('maxUses');
});

test('a rejecting rule for anyone becomes an approval for the own key only, without other reasons and without its note', () => {
  const reject: RuleInput = { ...withEffect(named, 'reject'), origin: 'any', reasons: ['new-device'], note: 'Ask me first.' };
  const approve = withEffect(reject, 'approve');
  expect(approve.origin).toBe('host-key');
  expect(approve.reasons).toBeUndefined();
  expect(approve.note).toBeUndefined();
});

test('an effect keeps no part that means nothing for it', () => {
  const all = ALL.reduce((draft, clause) => withClause(draft, clause, 'UTC'), named);
  for (const effect of ['approve', 'reject', 'leave'] as const) {
    const draft = withEffect(all, effect);
    expect(ALL.filter((clause) => draft[clause] !== undefined && !fits(draft, clause))).toEqual([]);
  }
  expect(withEffect({ ...named, agentsMayUse: true, confirm: ['operator.admin'] }, 'leave')).not.toHaveProperty('confirm');
});

test('an empty part is told before the server is asked', () => {
  expect(draftProblems(named)).toEqual([]);
  expect(draftProblems({ ...named, name: ' ' })).toEqual(['The rule needs a name.']);
  for (const clause of ['deviceId', 'clientIds', 'clientModes', 'platforms', 'displayName', 'note'] as const) {
    expect(draftProblems(withClause(named, clause, 'UTC')), clause).toHaveLength(1);
  }
});

test('a clause that is not filled in yet is left out of what is read aloud and tried; a filled one stays', () => {
  const open = ALL.reduce((draft, clause) => withClause(draft, clause, 'UTC'), withEffect(named, 'reject'));
  const filled = filledIn(open);
  expect(draftProblems(filled)).toEqual([]);
  // What means nothing for a rejection is not in it either.
  const notThere = ALL.filter((clause) => filled[clause] === undefined);
  expect(notThere.sort()).toEqual(['clientIds', 'clientModes', 'deviceId', 'displayName', 'note', 'platforms'].sort());
});

test("the caller's words count only beside a device or a proven origin", () => {
  const said: RuleInput = { ...withEffect(named, 'reject'), origin: 'any', clientIds: ['cli'] };
  expect(draftProblems(said)).toHaveLength(1);
  expect(draftProblems({ ...said, deviceId: 'a'.repeat(64) })).toEqual([]);
  expect(draftProblems({ ...said, origin: 'loopback' })).toEqual([]);
});

test('words are read however they are separated', () => {
  expect(wordsIn(' cli,  gateway-client cli\n')).toEqual(['cli', 'gateway-client']);
});

test('a rule for one key has one limit in the form, which is what is stored, and opening the form widens nothing', () => {
  const forOne: RuleInput = { name: 'x', enabled: true, scopes: ['operator.read'], deviceId: 'a'.repeat(64), maxPerHour: 20 };
  expect(clausesIn({ ...forOne, maxPerDevicePerHour: 3 }, true)).toEqual([]);
  expect(withOneLimit(forOne).maxPerDevicePerHour).toBe(20);
  expect(withOneLimit(formStart({ ...forOne, maxPerDevicePerHour: 3 }))).toMatchObject({ maxPerHour: 3, maxPerDevicePerHour: 3 });
  expect(formStart(forOne).maxPerHour).toBe(10);
  const forMany: RuleInput = {
    name: 'x',
    enabled: true,
    scopes: ['operator.read'],
    origin: 'loopback',
    maxPerHour: 20,
    maxPerDevicePerHour: 3,
  };
  expect(formStart(forMany)).toEqual(forMany);
  expect(withOneLimit(forMany)).toEqual(forMany);
  expect(clausesIn(forMany, true)).toEqual(['maxPerDevicePerHour']);
});
