// What a rule is when its author left something out: always the strictest reading.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAMED_SCOPES, SCOPES } from '#lib/gateway/scopes.ts';
import { NOW, PERSON, ruleOf } from '#lib/testing/verdict-case.ts';
import { ceilingOf, makeRule, readRule, ruleInput, sentenceOf } from './rule.ts';
import { ruleTemplates } from './templates.ts';

const DAY = 86_400_000;
const SMALLEST = { name: 'x', enabled: true, scopes: ['operator.read'] };
const made = (over: Record<string, unknown>) => makeRule(ruleInput.parse({ ...SMALLEST, ...over }), { id: 'r', actor: PERSON, now: NOW });

test('the smallest rule is the strictest', () => {
  expect(ruleInput.parse(SMALLEST)).toEqual({
    ...SMALLEST,
    origin: 'host-key',
    assurance: 'peer',
    confirm: [],
    agentsMayUse: false,
    maxPerHour: 10,
    acknowledge: [],
  });
  expect(made({})).toMatchObject({ expiresAt: new Date(NOW + 30 * DAY).toISOString(), unacknowledged: false, madeBy: PERSON });
});

test.each([
  ['no scopes', { scopes: [] }],
  ['a scope off the list', { scopes: ['operator.everything'] }],
  ['a scope with a blank', { scopes: ['operator.admin '] }],
  ['a confirmed scope off the list', { confirm: ['operator.everything'] }],
  ['an unknown origin', { origin: 'remote' }],
  ['an unknown assurance', { assurance: 'none' }],
  ['no name', { name: '  ' }],
  ['a long name', { name: 'x'.repeat(81) }],
  ['a limit of none', { maxPerHour: 0 }],
  ['a limit above 60', { maxPerHour: 61 }],
  ['a limit in parts', { maxPerHour: 1.5 }],
  ['a device id that is none', { deviceId: 'abc' }],
  ['a device id in capitals', { deviceId: 'A'.repeat(64) }],
  ['an end without a zone', { expiresAt: '2026-12-01T00:00:00' }],
  ['an unknown acknowledgement', { acknowledge: ['anything'] }],
  ['a field with a typing error', { agentsMayuse: true }],
  ['a reason of its own', { reason: 'role-upgrade' }],
  ['truth in words', { enabled: 'true' }],
])('%s is refused', (_name, over) => {
  expect(ruleInput.safeParse({ ...SMALLEST, ...over }).success).toBe(false);
});

test('a rule lives 30 days unless said, a year at most, and cannot begin in the past', () => {
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  expect(made({ expiresAt: at(365 * DAY) }).expiresAt).toBe(at(365 * DAY));
  expect(() => made({ expiresAt: at(367 * DAY) })).toThrow(RangeError);
  expect(() => made({ expiresAt: at(0) })).toThrow(RangeError);
  expect(made({ expiresAt: at(-DAY), enabled: false }).enabled).toBe(false);
});

test('a rule of the API token is marked until a person acknowledges it', () => {
  const by = { id: 'r', now: NOW, actor: { kind: 'api-token', name: 'API token' } } as const;
  expect(makeRule(ruleInput.parse(SMALLEST), by).unacknowledged).toBe(true);
});

test('an actor’s further fields do not get into the rule', () => {
  const by = { id: 'r', now: NOW, actor: { kind: 'person', name: 'operator', ruleId: 'x' } } as const;
  expect(makeRule(ruleInput.parse(SMALLEST), by).madeBy).toEqual(PERSON);
});

test('named scopes count only when they are named twice', () => {
  const scopes = [...SCOPES];
  expect(ceilingOf({ scopes, confirm: [] })).toEqual(['operator.read', 'operator.write', 'operator.talk', 'operator.questions']);
  expect(ceilingOf({ scopes: ['operator.admin'], confirm: [] })).toEqual([]);
  expect(ceilingOf({ scopes: ['operator.admin'], confirm: ['operator.admin'] })).toEqual(['operator.admin']);
  expect(ceilingOf({ scopes: ['operator.read'], confirm: ['operator.admin'] })).toEqual(['operator.read']);
});

test('a ceiling never holds what was not written, nor a named scope that was not confirmed', () => {
  const some = fc.subarray([...SCOPES]);
  fc.assert(
    fc.property(some, some, (scopes, confirm) => {
      for (const scope of ceilingOf({ scopes, confirm })) {
        expect(scopes.map(String)).toContain(scope);
        if (NAMED_SCOPES.map(String).includes(scope)) expect(confirm.map(String)).toContain(scope);
      }
    }),
  );
});

test('a stored rule reads back equal, and anything else reads as none', () => {
  const rule = ruleOf({ confirm: ['operator.admin'], gateway: 'local', deviceId: 'a'.repeat(64) });
  expect(readRule(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
  for (const broken of [
    undefined,
    null,
    {},
    { ...rule, scopes: ['x'] },
    { ...rule, expiresAt: 'never' },
    { ...rule, more: 1 },
    { ...rule, unacknowledged: undefined },
  ])
    expect(readRule(broken)).toBeUndefined();
});

test('a rule read aloud says who, how much, how often and until when', () => {
  const rule = { name: 'x', enabled: true, scopes: ['operator.read', 'operator.admin'] };
  expect(sentenceOf(rule)).toBe('When the CLI on this host asks for no more than read, approve it, at most 10 times an hour, for 30 days.');
  expect(sentenceOf({ ...rule, confirm: ['operator.admin'], agentsMayUse: true, gateway: 'g', expiresAt: '2026-12-01T00:00:00Z' })).toBe(
    'When this host, agents included, asks on g for no more than read, admin, approve it, at most 10 times an hour, until 1 Dec 2026.',
  );
  expect(sentenceOf({ ...rule, origin: 'loopback', assurance: 'log' })).toMatch(/paired device over loopback.*cannot be seen/);
});

test('the ready-made rules are switched off, read as rules, and differ in what agents may do', () => {
  const templates = ruleTemplates();
  expect(templates.map((t) => t.body.enabled)).toEqual([false, false]);
  expect(templates.map((t) => t.body.agentsMayUse)).toEqual([false, true]);
  for (const { body, gives, sentence } of templates) {
    const parsed = ruleInput.parse(body);
    expect(parsed.origin).toBe('host-key');
    expect(parsed.assurance).toBe('peer');
    expect(ceilingOf(parsed)).toContain('operator.admin');
    expect(`${gives} ${sentence}`).toMatch(/admin/);
  }
});
