// What a file would change is told rule by rule, and whatever lets rules approve more than before is marked.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approvable, NOW, PERSON, ruleOf } from '#lib/testing/verdict-case.ts';
import { readyRule } from './compile.ts';
import { decide } from './decide.ts';
import type { Rule } from './rule.ts';
import { candidateOf, changesOf, fieldsThatDiffer, importDigest, type Maker, stepsTo } from './rules-diff.ts';
import { widens } from './rules-diff-widens.ts';
import { bodyOf } from './rules-text-write.ts';

const maker: Maker = { newId: () => 'new', actor: PERSON, now: NOW, source: 'console' };
const LATER = new Date(NOW + 60 * 86_400_000).toISOString();
const SOONER = new Date(NOW + 86_400_000).toISOString();
const HOURS = { days: ['mon'], from: '08:00', to: '18:00', timeZone: 'UTC' };

const asKept = (rules: readonly Rule[]) => rules.map((rule) => ({ rule, recorded: true }));
const steps = (file: readonly Rule[], kept: readonly Rule[]) => changesOf(stepsTo(file.map(bodyOf), asKept(kept), maker));
const told = (file: readonly Rule[], kept: readonly Rule[]) =>
  steps(file, kept).map(
    (c) => `${c.kind} ${c.name}${c.widens ? ' widens' : ''}${c.fields.map((f) => ` ${f.field}:${f.before}>${f.after}`).join('')}`,
  );

const a = ruleOf({ name: 'a' }, 'a');
const b = ruleOf({ name: 'b' }, 'b');
const c = ruleOf({ name: 'c' }, 'c');
const block = ruleOf({ name: 'block', effect: 'reject', origin: 'any' }, 'block');

describe('the changes of a file', () => {
  test('are none for what is kept already, whatever the case of its name and the order of its lists', () => {
    const kept = ruleOf({ name: 'Tools', clientIds: ['cli', 'tui'] }, 'k');
    expect(told([ruleOf({ name: 'Tools', clientIds: ['tui', 'cli'] })], [kept])).toEqual(['same Tools']);
    expect(told([ruleOf({ name: 'TOOLS', clientIds: ['cli', 'tui'] })], [kept])).toEqual(['change TOOLS name:Tools>TOOLS']);
  });

  test('name each field with both values, and each rule by its sentence', () => {
    const [change] = steps([ruleOf({ name: 'a', scopes: ['operator.read'], maxPerHour: 20, maxPerDevicePerHour: 5 })], [a]);
    expect(change).toMatchObject({
      kind: 'change',
      id: 'a',
      widens: true,
      fields: [
        { field: 'scopes', before: '["operator.read","operator.write"]', after: '["operator.read"]' },
        { field: 'maxPerHour', before: '10', after: '20' },
      ],
    });
    expect(change?.before).toContain('read and write');
    expect(change?.after).not.toContain('write');
  });

  test('add and remove by name', () => {
    expect(told([a, c], [a, b])).toEqual(['same a', 'add c widens', 'remove b']);
  });

  test('move as few rules as it takes', () => {
    expect(told([c, a, b], [a, b, c])).toEqual(['move c widens order:3>1', 'same a', 'same b']);
    expect(told([a, b, c], [a, b, c])).toEqual(['same a', 'same b', 'same c']);
    const off = (name: string) => ruleOf({ name, enabled: false }, name);
    expect(told([off('y'), off('x')], [off('x'), off('y')]).filter((t) => t.includes('widens'))).toEqual([]);
  });

  test('a rule that passes one which rejects gives more, and so does one that the rejecting rule passes', () => {
    expect(told([a, block], [block, a]).join()).toContain('widens');
    expect(told([block, a], [a, block]).join()).toContain('widens');
  });

  test('keep the end of a rule that names none, so that reading a file again never prolongs it', () => {
    const { expiresAt, ...open } = bodyOf(a);
    const later = { ...maker, now: NOW + 10 * 86_400_000 };
    expect(candidateOf(open, { rule: a, recorded: true }, later).expiresAt).toBe(expiresAt);
    expect(changesOf(stepsTo([open], asKept([a]), later)).map((x) => x.kind)).toEqual(['same']);
    expect(Date.parse(candidateOf(open, undefined, later).expiresAt)).toBe(later.now + 30 * 86_400_000);
  });

  test('are bound to the text and to the rules as they are', () => {
    const book = [{ rule: a, version: 1 }];
    const digest = importDigest('text', book);
    expect(importDigest('text', [{ rule: a, version: 1 }])).toBe(digest);
    expect(importDigest('text2', book)).not.toBe(digest);
    expect(importDigest('text', [{ rule: a, version: 2 }])).not.toBe(digest);
    expect(importDigest('text', [...book, { rule: b, version: 1 }])).not.toBe(digest);
  });
});

const wide = { name: 'r', scopes: ['operator.read', 'operator.write'] };
const grave = { confirm: ['operator.admin'], scopes: ['operator.read', 'operator.admin'] };

describe('a rule gives more', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['with another scope', { scopes: ['operator.read'] }, {}],
    ['with a grave scope that is confirmed now', { ...grave, confirm: [] }, grave],
    ['without its gateway', { gateway: 'local' }, {}],
    ['on another gateway', { gateway: 'local' }, { gateway: 'other' }],
    ['without its device', { deviceId: 'a'.repeat(64) }, {}],
    ['by another origin', { origin: 'host-key' }, { origin: 'loopback' }],
    ['with less proof', {}, { assurance: 'log' }],
    ['to agents', {}, { agentsMayUse: true }],
    ['to another client', { clientIds: ['cli'] }, { clientIds: ['cli', 'tui'] }],
    ['to any client', { clientIds: ['cli'] }, {}],
    ['to any mode', { clientModes: ['cli'] }, {}],
    ['to any platform', { platforms: ['linux'] }, {}],
    ['to another name', { displayName: 'ann*' }, { displayName: '*' }],
    ['to devices paired lately', { pairedForHours: 24 }, { pairedForHours: 1 }],
    ['to devices that hold less', { heldScopes: ['operator.read'] }, {}],
    ['however they signed in', { authMethods: ['token'] }, {}],
    ['at other hours', { hours: HOURS }, { hours: { ...HOURS, to: '19:00' } }],
    ['at any hour', { hours: HOURS }, {}],
    ['more often', { maxPerHour: 5 }, { maxPerHour: 6 }],
    ['more often to one device', { maxPerDevicePerHour: 1 }, { maxPerDevicePerHour: 2 }],
    ['more in all', { maxUses: 5 }, { maxUses: 6 }],
    ['without end of uses', { maxUses: 5 }, {}],
    ['for longer', { expiresAt: SOONER }, { expiresAt: LATER }],
    ['sooner after a rejection', { coolOffMinutes: 60 }, { coolOffMinutes: 1 }],
    ['with what it acknowledges', {}, { acknowledge: ['same-user'] }],
    ['out of the shadow', { shadow: true }, {}],
    ['switched on', { enabled: false }, {}],
    ['instead of rejecting', { effect: 'reject' }, {}],
  ])('%s, and not the other way round unless both are unlike', (name, before, after) => {
    const from = ruleOf({ ...wide, ...before }, 'r');
    const to = ruleOf({ ...wide, ...after }, 'r');
    expect(fieldsThatDiffer(from, to)).not.toEqual([]);
    expect(widens(from, to)).toBe(true);
    const unlike = ['on another gateway', 'by another origin', 'to another name', 'at other hours'].includes(name);
    expect(widens(to, from)).toBe(unlike);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown> | undefined]>([
    ['removed', {}, undefined],
    ['switched off', {}, { enabled: false }],
    ['in shadow', {}, { shadow: true }],
    ['of fewer scopes', { scopes: ['operator.read', 'operator.write'] }, { scopes: ['operator.read'] }],
    ['of another reason', { reasons: ['scope-upgrade', 'new-device'] }, { reasons: ['scope-upgrade'] }],
    ['on one gateway only', {}, { gateway: 'local' }],
    ['that ends sooner', { expiresAt: LATER }, { expiresAt: SOONER }],
    ['that approves instead', {}, { effect: 'approve', origin: 'loopback' }],
  ])('past a rejecting rule that is %s', (_name, before, after) => {
    const reject = { name: 'r', scopes: ['operator.read', 'operator.write'], effect: 'reject', origin: 'any' };
    expect(widens(ruleOf({ ...reject, ...before }), after && ruleOf({ ...reject, ...after }))).toBe(true);
  });

  test('not by a rejecting rule that is added, leaves instead, or holds back more', () => {
    const reject = { name: 'r', scopes: ['operator.read'], effect: 'reject', origin: 'any' };
    const before = ruleOf(reject);
    expect(widens(undefined, before)).toBe(false);
    for (const more of [
      { effect: 'leave' },
      { scopes: ['operator.read', 'operator.write'] },
      { reasons: ['scope-upgrade', 'new-device'] },
      { note: 'x' },
    ])
      expect(widens(before, ruleOf({ ...reject, ...more }))).toBe(false);
  });
});

/** Bodies close to the honest request of the test case, so that many of them approve it. */
const near = fc.record(
  {
    enabled: fc.boolean(),
    shadow: fc.boolean(),
    effect: fc.constantFrom('approve', 'reject', 'leave'),
    scopes: fc.constantFrom(['operator.read'], ['operator.read', 'operator.write']),
    gateway: fc.constantFrom('local', 'other'),
    agentsMayUse: fc.boolean(),
    origin: fc.constantFrom('host-key', 'loopback'),
    pairedForHours: fc.constantFrom(1, 8760),
    heldScopes: fc.constantFrom(['operator.read'], ['operator.admin']),
    clientIds: fc.constantFrom(['cli'], ['tui']),
    hours: fc.constantFrom(HOURS, { ...HOURS, days: ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'], from: '00:00', to: '00:00' }),
    maxPerHour: fc.constantFrom(1, 10),
  },
  { requiredKeys: ['enabled', 'scopes'] },
);
const settledBody = ({ effect, agentsMayUse, ...rest }: Record<string, unknown>, name: string) =>
  ruleOf(
    { ...rest, name, ...(effect === undefined || effect === 'approve' ? { ...(agentsMayUse ? { agentsMayUse } : {}) } : { effect }) },
    name,
  );

test('what is not marked never lets an honest request through that was held before', () => {
  const books = fc.array(near, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(books, fc.array(fc.tuple(fc.nat(5), near), { minLength: 1, maxLength: 4 }), (first, second) => {
      const kept = first.map((body, i) => settledBody(body, `r${i}`));
      const names = new Set<string>();
      const file = second.flatMap(([at, body]) => {
        const name = `r${at}`;
        if (names.has(name)) return [];
        names.add(name);
        // Half of them stay as they were, so that order and removal count too.
        const before = kept.find((r) => r.name === name);
        return [before && Object.keys(body).length % 2 === 0 ? before : settledBody(body, name)];
      });
      const todo = stepsTo(file.map(bodyOf), asKept(kept), { ...maker, newId: () => 'fresh' });
      const after = todo.flatMap((step) => (step.kind === 'remove' ? [] : [step.rule]));
      const verdict = (rules: readonly Rule[]) =>
        decide(approvable({ rules: rules.map((rule) => readyRule({ rule, version: 1, recorded: true })) })).kind;
      if (!todo.some((step) => step.widens) && verdict(kept) !== 'approve') expect(verdict(after)).not.toBe('approve');
    }),
    { numRuns: 2000 },
  );
});
