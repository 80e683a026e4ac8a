import { expect, test } from 'vitest';
import type { DecisionView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import type { CaseOutcome, RecordedCase, RuleCall } from '../rules/case.ts';
import { caseOf } from '../rules/recorded.ts';
import { DEVICE } from '../testing/situation.ts';
import { approvable } from '../testing/verdict-case.ts';
import { ruleDecision, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const AT = Date.parse('2026-11-01T00:00:00.000Z');

const ended = (id: string, what: CaseOutcome['what'], by: CaseOutcome['by'] = 'person', atMs = AT): RecordedCase =>
  caseOf(approvable(), { id, atMs: AT, lastAtMs: AT, times: 1, outcome: { what, by, atMs } });

const call = (caseId: string, would: RuleCall['would'], over: Partial<RuleCall> = {}): RuleCall => ({
  caseId,
  ruleId: 'rule-1',
  version: 1,
  atMs: AT,
  would,
  shadow: true,
  ...over,
});

const KINDS: [string, RuleCall['would'], CaseOutcome['what'], CaseOutcome['by'], 'agrees' | 'differs' | 'not counted'][] = [
  ['both approve', 'approve', 'approved', 'person', 'agrees'],
  ['both reject', 'reject', 'rejected', 'person', 'agrees'],
  ['a person rejects', 'approve', 'rejected', 'person', 'differs'],
  ['a person rejects with another tool', 'approve', 'rejected', 'elsewhere', 'differs'],
  ['a person approves', 'reject', 'approved', 'person', 'differs'],
  ['another tool approves', 'approve', 'approved', 'elsewhere', 'not counted'],
  ['the rule itself decides', 'approve', 'approved', 'rule', 'not counted'],
  ['nobody answers', 'approve', 'unanswered', 'elsewhere', 'not counted'],
  ['the rule leaves it', 'leave', 'approved', 'person', 'not counted'],
];

test.each(KINDS)('%s', async (_name, would, what, by, counted) => {
  const { store } = await testStore();
  await store.cases.put(ended('a', what, by));
  await store.ruleCalls.replace('a', [call('a', would)]);
  const view = await store.ruleCalls.agreementOf('rule-1');
  expect([view.decided, view.agreed]).toEqual(counted === 'not counted' ? [0, 0] : [1, counted === 'agrees' ? 1 : 0]);
  expect(view.lastDisagreement === undefined).toBe(counted !== 'differs');
});

test('the last disagreement is told in words', async () => {
  const { store } = await testStore();
  await store.cases.put(ended('a', 'rejected', 'person', AT + 1));
  await store.cases.put(ended('b', 'approved', 'person', AT + 2));
  await store.ruleCalls.replace('a', [call('a', 'approve')]);
  await store.ruleCalls.replace('b', [call('b', 'reject')]);
  expect((await store.ruleCalls.agreementOf('rule-1')).lastDisagreement).toEqual({
    at: '2026-11-01T00:00:00.002Z',
    gateway: 'local',
    deviceId: DEVICE,
    text: 'A person approved Ann’s laptop, which asked for write; the rule would have rejected it.',
  });
});

test('a grant that was taken back counts against the rule that gave it', async () => {
  const { store } = await testStore();
  await store.cases.put(ended('a', 'rejected', 'person', AT + 1));
  await store.ruleCalls.replace('a', [call('a', 'approve')]);
  const back = {
    id: 't1',
    gateway: 'local',
    deviceId: DEVICE,
    publicKey: 'k',
    displayName: 'build agent',
    by: 'ann',
    rule: 'rule-1',
    lost: ['operator.read', 'operator.write'],
    at: '2026-11-02T00:00:00.000Z',
    state: 'asking' as const,
    enforcement: 'enforced' as const,
    outcome: '',
  };
  await store.takeBacks.begin({ view: back });
  expect(await store.ruleCalls.agreementOf('rule-1')).toMatchObject({ decided: 1 });
  await store.takeBacks.complete('t1', { state: 'gone' });
  expect(await store.ruleCalls.agreementOf('rule-1')).toMatchObject({
    decided: 2,
    agreed: 0,
    lastDisagreement: { at: '2026-11-02T00:00:00.000Z', text: 'A person took back what it had given build agent: read, write.' },
  });
  await store.decisions.begin(ruleDecision('d1', 'rule-1', AT));
  const { rule: _, ...alone } = back;
  await store.takeBacks.begin({ view: { ...alone, id: 't2', decision: 'd1', state: 'returned' } });
  expect(await store.ruleCalls.agreementOf('rule-1')).toMatchObject({ decided: 3 });
  expect(await store.ruleCalls.agreementOf('rule-2')).toMatchObject({ decided: 0 });
});

test('the calls on a request are replaced as a whole', async () => {
  const { store } = await testStore();
  await store.cases.put(ended('a', 'approved'));
  await store.ruleCalls.replace('a', [call('a', 'approve'), call('a', 'reject', { ruleId: 'rule-2' })]);
  expect(await store.ruleCalls.agreementOf('rule-1')).toEqual({ decided: 1, agreed: 1 });
  await store.ruleCalls.replace('a', [call('a', 'approve', { ruleId: 'rule-2' })]);
  expect(await store.ruleCalls.agreementOf('rule-1')).toEqual({ decided: 0, agreed: 0 });
  expect(await store.ruleCalls.agreementOf('rule-2')).toEqual({ decided: 1, agreed: 1 });
});

test('the rules whose word is compared are those of requests that people decided, and that would have acted', async () => {
  const { store } = await testStore();
  await store.cases.put(ended('a', 'rejected'));
  await store.cases.put(ended('b', 'unanswered', 'elsewhere'));
  await store.ruleCalls.replace('a', [call('a', 'approve'), call('a', 'leave', { ruleId: 'rule-2' })]);
  await store.ruleCalls.replace('b', [call('b', 'approve', { ruleId: 'rule-3' })]);
  expect(await store.ruleCalls.comparedOn(['a', 'b'])).toEqual(['rule-1']);
  expect(await store.ruleCalls.comparedOn(['b'])).toEqual([]);
});

test('a rule rests after people rejected its device or what it would have approved, on that gateway', async () => {
  const { store } = await testStore();
  await store.cases.put(ended('a', 'rejected', 'person', AT + 1));
  await store.cases.put(ended('b', 'rejected', 'elsewhere', AT + 2));
  await store.cases.put(ended('c', 'rejected', 'rule', AT + 3));
  await store.ruleCalls.replace('a', [call('a', 'approve')]);
  await store.ruleCalls.replace('b', [call('b', 'approve', { ruleId: 'rule-2' }), call('b', 'reject', { ruleId: 'rule-3' })]);
  expect(await store.ruleCalls.rejections('local', 'f'.repeat(64), AT)).toEqual({
    device: undefined,
    rules: new Map([
      ['rule-1', AT + 1],
      ['rule-2', AT + 2],
    ]),
  });
  expect((await store.ruleCalls.rejections('local', DEVICE, AT)).device).toBe(AT + 2);
  expect(await store.ruleCalls.rejections('other', DEVICE, AT)).toEqual({ device: undefined, rules: new Map() });
  expect(await store.ruleCalls.rejections('local', DEVICE, AT + 3)).toEqual({ device: undefined, rules: new Map() });
});

test('a person’s rejection before the evidence is in, which leaves no recorded request, rests the rules for that device', async () => {
  const { store } = await testStore();
  const rejected = (id: string, over: Partial<DecisionView>) =>
    store.decisions.begin(
      sampleDecision({ id, action: 'reject', state: 'rejected', deviceId: DEVICE, gateway: 'local', at: isoOf(AT), ...over }),
    );
  await rejected('failed', { state: 'failed', at: isoOf(AT + 9) });
  await rejected('by-rule', { actor: { kind: 'rule', name: 'Nobody writes', ruleId: 'rule-1' }, at: isoOf(AT + 9) });
  await rejected('approved', { action: 'approve', state: 'approved', at: isoOf(AT + 9) });
  expect((await store.ruleCalls.rejections('local', DEVICE, AT)).device).toBeUndefined();
  await rejected('by-person', { at: isoOf(AT + 5) });
  expect((await store.ruleCalls.rejections('local', DEVICE, AT)).device).toBe(AT + 5);
  expect((await store.ruleCalls.rejections('local', DEVICE, AT + 6)).device).toBeUndefined();
  expect((await store.ruleCalls.rejections('local', 'f'.repeat(64), AT)).device).toBeUndefined();
  // An answer that never came may have worked, and the person meant it.
  await rejected('unanswered', { state: 'asking', at: isoOf(AT + 7) });
  expect((await store.ruleCalls.rejections('local', DEVICE, AT)).device).toBe(AT + 7);
});
