import { expect, test } from 'vitest';
import type { AgreementView, VerdictView } from '../api/rule-shapes.ts';
import type { DecisionView } from '../api/shapes.ts';
import type { PendingRequest } from '../gateway/records.ts';
import { Problem } from '../problem.ts';
import type { RecordedCase, VerdictInput } from '../rules/case.ts';
import { verdictOf } from '../rules/verdict.ts';
import { sampleDecision } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { DEVICE, PUBLIC_KEY } from '../testing/situation.ts';
import { approvable, inForce, NOW } from '../testing/verdict-case.ts';
import { createCaseRecorder } from './case-recorder.ts';

const GATEWAY = 'local';

const pending = (requestId: string, ts: number, over: Partial<PendingRequest> = {}): PendingRequest => ({
  requestId,
  deviceId: DEVICE,
  publicKey: PUBLIC_KEY,
  roles: ['operator'],
  scopes: ['operator.write'],
  platform: 'linux',
  clientId: 'cli',
  clientMode: 'cli',
  silent: false,
  isRepair: true,
  ts,
  ...over,
});

const decision = (over: Partial<DecisionView> = {}): DecisionView =>
  sampleDecision({
    gateway: GATEWAY,
    deviceId: DEVICE,
    publicKey: PUBLIC_KEY,
    requestId: 'r1',
    scopes: ['operator.write'],
    state: 'approved',
    ...over,
  });

async function scene() {
  const { store, clock, ...rest } = await testStore();
  const errors: unknown[] = [];
  let ids = 0;
  const open = (
    using: Parameters<typeof createCaseRecorder>[0]['store'] = store,
    onCompared: (ids: readonly string[]) => void = () => {},
  ) =>
    createCaseRecorder({
      store: using,
      gateway: GATEWAY,
      clock,
      newId: () => `case-${++ids}`,
      onCompared,
      onError: (error) => errors.push(error),
    });
  const all = async () => {
    const out: RecordedCase[] = [];
    for await (const slice of store.cases.each(0)) out.push(...slice);
    return out;
  };
  return { store, clock, errors, open, all, ...rest };
}

const assessed = (over: Partial<VerdictInput> = {}): [VerdictInput, VerdictView] => {
  const input = approvable(over);
  return [input, verdictOf(input)];
};

test('ids that churn are one case, with its last settled state and how often it was asked', async () => {
  const { open, all, clock } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed({ judgement: { ...approvable().judgement, origin: 'unknown' } }));
  recorder.gone(pending('r1', 1), 'left');
  clock.advance(2_000);
  recorder.assessed(pending('r2', 2), ...assessed());
  recorder.assessed(pending('r2', 2), ...assessed());
  await recorder.flush();
  expect(await all()).toMatchObject([{ id: 'case-1', times: 2, judgement: { origin: 'host-key' }, outcome: undefined }]);
  const [one] = await all();
  expect((one?.lastAtMs ?? 0) - (one?.atMs ?? 0)).toBe(2_000);
  await recorder.dispose();
});

test('another wish of the same device is another case', async () => {
  const { open, all } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  const wider = { ...approvable().request, scopes: ['operator.write', 'operator.admin'] };
  recorder.gone(pending('r1', 1), 'left');
  recorder.assessed(pending('r2', 2, { scopes: wider.scopes }), ...assessed({ request: wider }));
  await recorder.flush();
  expect((await all()).map((c) => [c.request.scopes.length, c.outcome?.what])).toEqual([
    [1, 'unanswered'],
    [2, undefined],
  ]);
  await recorder.dispose();
});

test('what is asked again long after it went unanswered is a new case', async () => {
  const { open, all, clock } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  recorder.gone(pending('r1', 1), 'left');
  clock.advance(601_000);
  recorder.assessed(pending('r2', 2), ...assessed());
  await recorder.flush();
  expect((await all()).map((c) => c.outcome?.what)).toEqual(['unanswered', undefined]);
  await recorder.dispose();
});

test.each([
  ['a person', { kind: 'person', name: 'ann' }, 'person'],
  ['a script', { kind: 'api-token', name: 'API token' }, 'person'],
  ['a permit window', { kind: 'rule', name: 'permit window of ann', windowId: 'w1' }, 'person'],
  ['a rule', { kind: 'rule', name: 'Local tools', ruleId: 'rule-1' }, 'rule'],
] as const)('a decision of %s is the outcome, also when the request was seen to go first', async (_name, actor, by) => {
  const { open, all } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  recorder.gone(pending('r1', 1), 'left');
  recorder.decided(decision({ actor, requestId: 'r-churned' }));
  // The list still shows it for a moment.
  recorder.assessed(pending('r1', 1), ...assessed());
  await recorder.flush();
  expect(await all()).toMatchObject([{ outcome: { what: 'approved', by, decisionId: 'd1' } }]);
  await recorder.dispose();
});

test('a decision that had no effect leaves the case open; one of another wish does not touch it', async () => {
  const { open, all } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  for (const state of ['asking', 'failed', 'undone', 'settled-not-done', 'settled-unknown'] as const) recorder.decided(decision({ state }));
  recorder.decided(decision({ requestId: 'r9', scopes: ['operator.admin'] }));
  recorder.decided(decision({ requestId: 'r9', deviceId: 'b'.repeat(64) }));
  await recorder.flush();
  expect((await all()).map((c) => c.outcome)).toEqual([undefined]);
  await recorder.dispose();
});

test('what was decided with another tool is told apart', async () => {
  const { open, all } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  recorder.gone(pending('r1', 1), 'left');
  recorder.gone(pending('r1', 1), 'rejected');
  await recorder.flush();
  expect(await all()).toMatchObject([{ outcome: { what: 'rejected', by: 'elsewhere' } }]);
  await recorder.dispose();
});

test('a case that a crash left open is closed as unanswered, and goes on when the same is asked again', async () => {
  const { open, all, store } = await scene();
  const crashed = open();
  crashed.assessed(pending('r1', 1), ...assessed());
  await crashed.flush();
  const next = open();
  await next.flush();
  expect(await all()).toMatchObject([{ id: 'case-1', times: 1, outcome: { what: 'unanswered' } }]);
  next.assessed(pending('r2', 2), ...assessed());
  await next.flush();
  expect(await all()).toMatchObject([{ id: 'case-1', times: 2, outcome: undefined }]);
  expect(await store.cases.open(GATEWAY)).toHaveLength(1);
  await next.dispose();
  await crashed.dispose();
});

test('a decision that is settled after a crash is the outcome of the case of before', async () => {
  const { open, all, store } = await scene();
  const crashed = open();
  crashed.assessed(pending('r1', 1), ...assessed());
  await crashed.flush();
  const next = open();
  next.decided(decision({ state: 'settled-approved' }));
  await next.flush();
  expect(await all()).toMatchObject([{ outcome: { what: 'approved', by: 'person' } }]);
  // What the rules had said stays.
  expect(await store.ruleCalls.agreementOf('rule-1')).toMatchObject({ decided: 1, agreed: 1 });
  await next.dispose();
  await crashed.dispose();
});

test('the calls of rules, live, resting and in shadow, are compared with people', async () => {
  const { open, store } = await scene();
  const recorder = open();
  const rules = [inForce({ name: 'tried', shadow: true }, 'shadow'), inForce()];
  const history = { ...approvable().history, rejectedAtMs: new Map([['rule-1', NOW - 1]]) };
  recorder.assessed(pending('r1', 1), ...assessed({ rules, history }));
  recorder.decided(decision({ action: 'reject', state: 'rejected', answeredAt: '2026-11-22T11:00:00.000Z' }));
  await recorder.flush();
  for (const id of ['shadow', 'rule-1'])
    expect(await store.ruleCalls.agreementOf(id)).toMatchObject({ decided: 1, agreed: 0, lastDisagreement: { deviceId: DEVICE } });
  const at = Date.parse('2026-11-22T11:00:00.000Z');
  const others = {
    device: undefined,
    rules: new Map([
      ['rule-1', at],
      ['shadow', at],
    ]),
  };
  expect(await store.ruleCalls.rejections(GATEWAY, 'f'.repeat(64), at)).toEqual(others);
  expect((await store.ruleCalls.rejections(GATEWAY, DEVICE, at)).device).toBe(at);
  expect(await store.ruleCalls.rejections(GATEWAY, DEVICE, at + 1)).toEqual({ device: undefined, rules: new Map() });
  await recorder.dispose();
});

test('which rules were compared with people is told when that is in the record, and of decided requests only', async () => {
  const { open, store } = await scene();
  const told: (readonly string[])[] = [];
  const figures: Promise<AgreementView>[] = [];
  const recorder = open(store, (ids) => {
    told.push(ids);
    for (const id of ids) figures.push(store.ruleCalls.agreementOf(id));
  });
  recorder.assessed(pending('r1', 1), ...assessed({ rules: [inForce({ name: 'tried', shadow: true }, 'shadow'), inForce()] }));
  await recorder.flush();
  expect(told).toEqual([]);
  recorder.decided(decision());
  expect(told).toEqual([]);
  await recorder.flush();
  expect(told.map((ids) => ids.toSorted())).toEqual([['rule-1', 'shadow']]);
  expect(await Promise.all(figures)).toMatchObject([
    { decided: 1, agreed: 1 },
    { decided: 1, agreed: 1 },
  ]);
  await recorder.dispose();
});

test('a rule that a former run heard is told of too, when its request is decided in this one', async () => {
  const { open } = await scene();
  const crashed = open();
  crashed.assessed(pending('r1', 1), ...assessed());
  await crashed.flush();
  const told: string[] = [];
  const next = open(undefined, (ids) => told.push(...ids));
  next.decided(decision({ state: 'settled-approved' }));
  await next.flush();
  expect(told).toEqual(['rule-1']);
  await next.dispose();
  await crashed.dispose();
});

test('a rule that a guard held back said nothing; one that automation held back did', async () => {
  const { open, store } = await scene();
  const recorder = open();
  const { guards } = approvable();
  recorder.assessed(pending('r1', 1), ...assessed({ guards: { ...guards, refusedKey: true } }));
  recorder.decided(decision());
  const other = { ...approvable().request, scopes: ['operator.read', 'operator.write'] };
  const off = { ...guards, automation: { on: false, text: 'off' } };
  recorder.assessed(pending('r2', 2, { scopes: other.scopes }), ...assessed({ request: other, guards: off }));
  recorder.decided(decision({ id: 'd2', requestId: 'r2', scopes: other.scopes }));
  await recorder.flush();
  expect(await store.ruleCalls.agreementOf('rule-1')).toEqual({ decided: 1, agreed: 1 });
  await recorder.dispose();
});

test('the last state counts: a rule that no longer matches said nothing', async () => {
  const { open, store } = await scene();
  const recorder = open();
  recorder.assessed(pending('r1', 1), ...assessed());
  await recorder.flush();
  recorder.assessed(pending('r1', 1), ...assessed({ rules: [inForce({ gateway: 'elsewhere' })] }));
  recorder.decided(decision());
  await recorder.flush();
  expect(await store.ruleCalls.agreementOf('rule-1')).toEqual({ decided: 0, agreed: 0 });
  await recorder.dispose();
});

test('what cannot be written is told, kept, and written when that is possible again', async () => {
  const { open, all, store, errors } = await scene();
  let broken = true;
  const recorder = open({
    cases: store.cases,
    transaction: (work) => (broken ? Promise.reject(new Problem('store-unwritable', 'The disk is full.')) : store.transaction(work)),
  });
  recorder.assessed(pending('r1', 1), ...assessed());
  await recorder.flush();
  expect(errors).toMatchObject([{ code: 'store-unwritable' }]);
  expect(await all()).toEqual([]);
  broken = false;
  recorder.decided(decision());
  await recorder.flush();
  expect(await all()).toMatchObject([{ outcome: { what: 'approved' } }]);
  await recorder.dispose();
});

test('what is let go while the record cannot be written is counted and told', async () => {
  const { open, store, errors } = await scene();
  const recorder = open({ cases: store.cases, transaction: () => Promise.reject(new Problem('store-unwritable', 'The disk is full.')) });
  await recorder.flush();
  for (let n = 0; n < 5_002; n += 1) {
    const deviceId = n.toString(16).padStart(64, '0');
    const input = { ...approvable(), request: { ...approvable().request, deviceId } };
    recorder.assessed(pending(`r${n}`, n, { deviceId }), input, { kind: 'hold', reasons: [] });
  }
  await recorder.flush();
  expect(errors).toMatchObject([{ message: 'The disk is full.' }, { message: expect.stringContaining('2 of the requests') }]);
  await recorder.dispose();
});

test('a person’s rejection is written at once, without a flush', async () => {
  const { open, store, all } = await scene();
  const written = Promise.withResolvers<void>();
  const recorder = open({
    cases: store.cases,
    transaction: async (work) => {
      const value = await store.transaction(work);
      written.resolve();
      return value;
    },
  });
  recorder.assessed(pending('r1', 1), ...assessed());
  recorder.decided(decision({ action: 'reject', state: 'rejected' }));
  await written.promise;
  expect(await all()).toMatchObject([{ outcome: { what: 'rejected', by: 'person' } }]);
  await recorder.dispose();
});
