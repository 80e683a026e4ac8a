// The rules decide: each guard, fact and condition alone is enough to hold a request, and nothing but all of them approves one.
import { expect, test } from 'vitest';
import { SCOPES } from '#lib/gateway/scopes.ts';
import { DEVICE } from '#lib/testing/situation.ts';
import { approvable, historyOf, inForce, judgedOrigin as judgement, NOW } from '#lib/testing/verdict-case.ts';
import type { RuleInForce, VerdictInput } from './case.ts';
import { ruleBlocks, verdictOf } from './verdict.ts';

type Change = (input: VerdictInput) => VerdictInput;
const codes = (input: VerdictInput) => verdictOf(input).reasons.map((r) => r.code);
const request =
  (over: Partial<VerdictInput['request']>): Change =>
  (i) => ({ ...i, request: { ...i.request, ...over } });
const guards =
  (over: Partial<VerdictInput['guards']>): Change =>
  (i) => ({ ...i, guards: { ...i.guards, ...over } });
const rule =
  (over: Record<string, unknown>): Change =>
  (i) => ({ ...i, rules: [inForce(over)] });
const used =
  (n: number, deviceId: string, atMs = NOW - 1000): Change =>
  (i) => ({
    ...i,
    history: historyOf({ byRule: new Map([['rule-1', Array.from({ length: n }, () => ({ deviceId, atMs }))]]) }),
  });
const ADMIN = { scopes: ['operator.admin'], confirm: ['operator.admin'] };
const OTHER = 'ee'.repeat(32);

test('where everything holds the rule approves, and says which', () => {
  expect(verdictOf(approvable())).toMatchObject({
    kind: 'approve',
    rule: 'rule-1',
    ruleName: 'Local tools',
    reasons: [{ code: 'matches' }],
  });
  const loopback = { ...approvable(), judgement: judgement('loopback'), rules: [inForce({ origin: 'loopback' })] };
  expect(verdictOf(loopback).kind).toBe('approve');
});

const GUARDS: [string, Change][] = [
  ['automation-off', guards({ automation: { on: false, text: 'off' } })],
  ['halted', guards({ halted: 'The record cannot be written.' })],
  ['silent', request({ silent: true })],
  ['new-device', request({ reason: 'new-device', paired: undefined })],
  ['new-device', request({ paired: undefined })],
  ['role-upgrade', request({ reason: 'role-upgrade' })],
  ['metadata-change', request({ reason: 'metadata-change' })],
  ['unchanged', request({ reason: 'unchanged' })],
  ['role-node', request({ roles: ['node'] })],
  ['roles', request({ roles: ['operator', 'node'] })],
  ['roles', request({ roles: [] })],
  ['roles', request({ roles: ['Operator'] })],
  ['row-holds-node', request({ paired: { roles: ['operator', 'node'], scopes: ['operator.read'] } })],
  ['no-scopes', request({ scopes: [] })],
  ['unknown-scope', request({ scopes: ['operator.write', 'operator.everything'] })],
  ['unknown-scope', request({ scopes: ['operator.write '] })],
  ['unknown-scope', request({ scopes: ['OPERATOR.WRITE'] })],
  ['console-device', guards({ consoleDeviceId: DEVICE })],
  ['beyond-console', guards({ consoleScopes: ['operator.read', 'operator.pairing'] })],
  ['beyond-console', guards({ consoleScopes: [] })],
  ['refused-before', guards({ refusedKey: true })],
  ['token-drift', guards({ tokenDrift: true })],
  ['unread-rows', guards({ unreadRows: 1 })],
  ['alarm', (i) => ({ ...i, judgement: { ...i.judgement, alarm: 'The gateway’s own key was used from elsewhere.' } })],
  ['evidence-pending', (i) => ({ ...i, settled: false })],
];

test.each(GUARDS)('guard %s holds it alone, whatever the rule says', (code, change) => {
  const generous = { ...approvable(), rules: [inForce({ scopes: [...SCOPES], confirm: [...SCOPES], agentsMayUse: true })] };
  for (const input of [approvable(), generous]) {
    const verdict = verdictOf(change(input));
    expect(verdict.kind).toBe('hold');
    expect(verdict.reasons.map((r) => r.code)).toContain(code);
    expect(verdict.reasons.every((r) => r.text.length > 0)).toBe(true);
  }
});

const CONDITIONS: [string, string, Change][] = [
  ['rule-expired', 'its end', (i) => ({ ...i, now: NOW + 31 * 86_400_000 })],
  ['rule-unrecorded', 'a missing Activity row', (i) => ({ ...i, rules: i.rules.map((r) => ({ ...r, recorded: false })) })],
  ['rule-empty', 'a ceiling of nothing', rule({ scopes: ['operator.admin'] })],
  [
    'same-user',
    'one user, above write',
    (i) => ({ ...request({ scopes: ['operator.admin'] })(i), sameUser: true, rules: [inForce({ ...ADMIN, agentsMayUse: true })] }),
  ],
  [
    'same-user',
    'one user, questions',
    (i) => ({ ...i, sameUser: true, rules: [inForce({ scopes: ['operator.write', 'operator.questions'] })] }),
  ],
  ['other-gateway', 'another gateway', rule({ gateway: 'elsewhere' })],
  ['other-device', 'another device', rule({ deviceId: OTHER })],
  ['origin', 'another key under a host-key rule', (i) => ({ ...i, judgement: judgement('loopback') })],
  [
    'origin',
    'an origin that is not known',
    (i) => ({ ...i, judgement: judgement('host-key', { origin: 'unknown', assurance: undefined }) }),
  ],
  ['origin', 'a proxied path', (i) => ({ ...i, judgement: judgement('host-key', { origin: 'proxied', assurance: undefined }) })],
  [
    'origin',
    'a remote path',
    (i) => ({
      ...i,
      judgement: judgement('loopback', { origin: 'remote', assurance: undefined }),
      rules: [inForce({ origin: 'loopback' })],
    }),
  ],
  ['assurance', 'the log alone', (i) => ({ ...i, judgement: judgement('host-key', { assurance: 'log' }) })],
  ['log-unconfirmed', 'assurance log that nobody confirmed', rule({ assurance: 'log' })],
  [
    'log-needs-statement',
    'assurance log without the statement',
    (i) => ({ ...rule({ assurance: 'log', acknowledge: ['log-assurance'] })(i), statement: false }),
  ],
  ['log-ceiling', 'assurance log above write', rule({ assurance: 'log', acknowledge: ['log-assurance'], ...ADMIN, agentsMayUse: true })],
  ['above-ceiling', 'a wish above the ceiling', request({ scopes: ['operator.write', 'operator.questions'] })],
  ['above-ceiling', 'what the device holds already', request({ paired: { roles: ['operator'], scopes: ['operator.pairing'] } })],
  ['above-ceiling', 'a strange scope that the device holds', request({ paired: { roles: ['operator'], scopes: ['operator.everything'] } })],
  [
    'above-ceiling',
    'a named scope that another one covers',
    (i) => ({ ...request({ scopes: ['operator.pairing'] })(i), rules: [inForce({ ...ADMIN, agentsMayUse: true })] }),
  ],
  [
    'above-ceiling',
    'a named scope that was not confirmed',
    (i) => ({
      ...request({ scopes: ['operator.admin'] })(i),
      rules: [inForce({ scopes: ['operator.read', 'operator.admin'], agentsMayUse: true })],
    }),
  ],
  [
    'asked-by-gateway',
    'the gateway process asking for admin',
    (i) => ({
      ...request({ scopes: ['operator.admin'] })(i),
      judgement: judgement('host-key', { askedBy: 'gateway-process' }),
      rules: [inForce(ADMIN)],
    }),
  ],
  [
    'asker-unseen',
    'an unseen process asking for admin',
    (i) => ({
      ...request({ scopes: ['operator.admin'] })(i),
      judgement: judgement('host-key', { askedBy: undefined }),
      rules: [inForce(ADMIN)],
    }),
  ],
  [
    'asked-by-gateway',
    'the gateway’s own key under a loopback rule',
    (i) => ({
      ...request({ scopes: ['operator.admin'] })(i),
      judgement: judgement('host-key', { askedBy: 'gateway-process' }),
      rules: [inForce({ ...ADMIN, origin: 'loopback' })],
    }),
  ],
];

test.each(CONDITIONS)('%s: %s keeps the rule from matching', (code, _name, change) => {
  const verdict = verdictOf(change(approvable()));
  expect(verdict.kind).toBe('hold');
  expect(verdict.rule).toBeUndefined();
  const named = verdict.reasons.find((r) => r.code === code);
  expect(named, verdict.reasons.map((r) => r.code).join(' ')).toMatchObject({ rule: 'rule-1', ruleName: 'Local tools' });
});

test('admin by the host key: another process is approved, the gateway’s own only where agents may use it', () => {
  const admin = (askedBy: 'gateway-process' | 'other-process' | undefined, agentsMayUse: boolean) =>
    verdictOf({
      ...request({ scopes: ['operator.admin'] })(approvable()),
      judgement: judgement('host-key', { askedBy }),
      rules: [inForce({ scopes: [...SCOPES], confirm: [...SCOPES], agentsMayUse })],
    }).kind;
  expect(admin('other-process', false)).toBe('approve');
  expect(admin('gateway-process', false)).toBe('hold');
  expect(admin(undefined, false)).toBe('hold');
  expect(admin('gateway-process', true)).toBe('approve');
  expect(admin(undefined, true)).toBe('approve');
});

test('up to write, nobody asks which process it was', () => {
  const input = { ...approvable(), judgement: judgement('host-key', { askedBy: 'gateway-process' }) };
  expect(verdictOf(input).kind).toBe('approve');
});

test('acknowledged, a rule above write works while console and gateway are one user', () => {
  const input = { ...request({ scopes: ['operator.admin'] })(approvable()), sameUser: true };
  const all = { scopes: [...SCOPES], confirm: [...SCOPES] };
  expect(codes({ ...input, rules: [inForce(all)] })).toContain('same-user');
  expect(verdictOf({ ...input, rules: [inForce({ ...all, acknowledge: ['same-user'] })] }).kind).toBe('approve');
  expect(verdictOf({ ...approvable(), sameUser: true }).kind).toBe('approve');
});

test('confirmed, with the statement and up to write, a rule takes the log alone', () => {
  const input = {
    ...approvable(),
    judgement: judgement('host-key', { assurance: 'log' }),
    rules: [inForce({ assurance: 'log', acknowledge: ['log-assurance'] })],
  };
  expect(verdictOf(input).kind).toBe('approve');
});

test('a loopback rule takes the host key only when the loopback facts hold as well', () => {
  const rules = [inForce({ origin: 'loopback' })];
  expect(verdictOf({ ...approvable(), rules }).kind).toBe('approve');
  for (const name of ['statement', 'provenance', 'peer', 'records', 'source', 'canary', 'configuration', 'attempts'] as const) {
    const facts = judgement('host-key').facts.map((f) => (f.name === name ? { name: f.name, text: f.text } : f));
    expect(verdictOf({ ...approvable(), judgement: judgement('host-key', { facts }), rules }).kind).toBe('hold');
  }
});

test('limits count per rule first and per device second, over one hour', () => {
  const limited = rule({ maxPerHour: 4 });
  expect(codes(used(4, OTHER)(limited(approvable())))).toEqual(['limit-rule']);
  expect(verdictOf(used(3, OTHER)(limited(approvable()))).kind).toBe('approve');
  expect(codes(used(2, DEVICE)(limited(approvable())))).toEqual(['limit-device']);
  expect(verdictOf(used(1, DEVICE)(limited(approvable()))).kind).toBe('approve');
  expect(verdictOf(used(40, OTHER, NOW - 3_600_000)(limited(approvable()))).kind).toBe('approve');
  expect(codes(used(1, DEVICE)(rule({ maxPerHour: 1 })(approvable())))).toEqual(['limit-rule']);
});

test('a rule that matches and is at its limit holds; the next one is not asked', () => {
  const input = used(10, OTHER)({ ...approvable(), rules: [inForce(), inForce({ name: 'second' }, 'rule-2')] });
  expect(verdictOf(input)).toMatchObject({ kind: 'hold', rule: 'rule-1', reasons: [{ code: 'limit-rule' }] });
});

test('the first rule that matches decides', () => {
  const rules = [inForce({ deviceId: OTHER }, 'a'), inForce({ enabled: false }, 'b'), inForce({}, 'c'), inForce({}, 'd')];
  expect(verdictOf({ ...approvable(), rules })).toMatchObject({ kind: 'approve', rule: 'c' });
});

test('without a rule that is switched on, and without one that matches, it says so', () => {
  expect(codes({ ...approvable(), rules: [] })).toEqual(['no-rule']);
  expect(codes({ ...approvable(), rules: [inForce({ enabled: false })] })).toEqual(['no-rule']);
  expect(codes({ ...approvable(), rules: [inForce({ gateway: 'elsewhere' })] })).toEqual(['no-match', 'other-gateway']);
});

test('what blocks a rule is shown without a request', () => {
  const blocks = (entry: RuleInForce, context: Parameters<typeof ruleBlocks>[1]) => ruleBlocks(entry, context).map((b) => b.code);
  expect(blocks(inForce(), { now: NOW, sameUser: true, statement: undefined })).toEqual([]);
  expect(
    blocks(
      { ...inForce({ enabled: false, ...ADMIN, assurance: 'log' }), recorded: false },
      { now: NOW + 1e12, sameUser: true, statement: false },
    ),
  ).toEqual(['rule-off', 'rule-unrecorded', 'rule-expired', 'same-user', 'log-unconfirmed', 'log-needs-statement', 'log-ceiling']);
});

test('a rule for loopback says that it cannot fire as long as nobody stated that no proxy stands in front', () => {
  const codesOf = (over: Record<string, unknown>, statement: boolean | undefined) =>
    ruleBlocks(inForce(over), { now: NOW, sameUser: false, statement }).map((b) => b.code);
  expect(codesOf({ origin: 'loopback' }, false)).toEqual(['loopback-needs-statement']);
  expect(codesOf({ origin: 'loopback' }, true)).toEqual([]);
  expect(codesOf({ origin: 'loopback' }, undefined)).toEqual([]);
  expect(codesOf({}, false)).toEqual([]);
});
