// From evidence and rules to a decision: a rule approves what it may, once, and holds the moment anything speaks against it.
import { expect, test } from 'vitest';
import { isoOf } from '#lib/clock.ts';
import type { Judgement } from '#lib/evidence/judge.ts';
import type { ClockDelta } from '#lib/gateway/clock-delta.ts';
import { parseLogLine } from '#lib/handshakes/records.ts';
import { Problem } from '#lib/problem.ts';
import { sampleDecision } from '#lib/store/test-samples.ts';
import { evaluatorDesk } from '#lib/testing/evaluator-desk.ts';
import { closeLine, refusedUpgrade, uuid } from '#lib/testing/log-lines.ts';
import { honest, judged } from '#lib/testing/situation.ts';
import { inForce, judgement } from '#lib/testing/verdict-case.ts';

type Desk = Awaited<ReturnType<typeof evaluatorDesk>>;
const UNKNOWN = () => judgement('host-key', { origin: 'unknown', assurance: undefined, attempts: [] });

/** A device that holds read and asks for write, evaluated. */
async function asking(desk: Desk, name = 'cli', over: Record<string, unknown> = {}) {
  const deviceId = await desk.pair(name);
  desk.gateway.ask({ ...desk.keyOf(name), ...over });
  await desk.read();
  desk.evaluator.evaluate(deviceId);
  return deviceId;
}
const gone = (_kind: string, _codes: string[], state: string) => state === 'gone';
const heldFor = (code: string) => (kind: string, codes: string[]) => kind === 'hold' && codes.includes(code);

/** A judgement whose last attempt began at a time. */
function begunAt(at: number): Judgement {
  const [attempt] = judged(honest('host-key')).attempts;
  const close = parseLogLine(closeLine({ at: at + 14, conn: uuid(1), object: refusedUpgrade('a'.repeat(64), uuid(2)) }));
  if (!attempt || close.kind !== 'close') throw new Error('no attempt to begin with');
  return judgement('host-key', { attempts: [{ ...attempt, close, from: at - 100, to: at + 14 }] });
}

test('a rule approves by itself, and the decision names rule, verdict and origin', async () => {
  const desk = await evaluatorDesk();
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(async () => (await desk.decisions())[0]?.state).toBe('approved');
  expect((await desk.decisions())[0]).toMatchObject({
    actor: { kind: 'rule', name: 'Local tools', ruleId: 'rule-1' },
    rowCreatedAtMs: desk.gateway.state().paired[deviceId]?.createdAtMs,
    origin: { origin: 'host-key', assurance: 'peer', settled: true },
    verdict: { kind: 'approve', rule: 'rule-1', ruleVersion: 1, trace: { version: 1, outcome: 'matches' } },
  });
  expect(desk.grantsOf(deviceId)).toEqual(['operator.read', 'operator.write']);
  expect(desk.errors).toEqual([]);
});

test.each([
  ['no-match', (d: Desk) => void Object.assign(d.world, { judge: UNKNOWN })],
  ['no-rule', (d: Desk) => void Object.assign(d.world, { rules: [] })],
  ['rule-unrecorded', (d: Desk) => void Object.assign(d.world, { rules: [{ ...inForce(), recorded: false }] })],
  ['halted', (d: Desk) => void Object.assign(d.world, { halted: 'The console is not connected to the gateway.' })],
  ['automation-off', (d: Desk) => d.automation.set(false, true)],
  ['halted', (d: Desk) => d.automation.storeFailed()],
  ['refused-before', (d: Desk) => void d.world.refused.add(d.keyOf('cli').deviceId)],
])('%s: the request stays with a person and nothing is asked of the gateway', async (code, change) => {
  const desk = await evaluatorDesk();
  await change(desk);
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor(code));
  expect(desk.gateway.methods()).not.toContain('approve');
  expect(await desk.decisions()).toEqual([]);
});

test('rows of the list that cannot be read hold everybody', async () => {
  const desk = await evaluatorDesk();
  const deviceId = await desk.pair('cli');
  desk.gateway.ask(desk.keyOf('cli'));
  await desk.read();
  if (desk.world.list) desk.world.list = { ...desk.world.list, unread: 1 };
  desk.evaluator.evaluate(deviceId);
  await desk.until(deviceId, heldFor('unread-rows'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test('evidence that turns at the last moment stops the approval', async () => {
  const desk = await evaluatorDesk();
  desk.world.atLast = UNKNOWN;
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('request-changed'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test('a wish that widens at the last moment stops the approval', async () => {
  const desk = await evaluatorDesk();
  desk.world.judge = (subject) => {
    if (subject.deviceId === desk.keyOf('cli').deviceId) desk.gateway.ask({ ...desk.keyOf('cli'), scopes: ['operator.admin'] });
    return judgement('host-key', { attempts: [] });
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('request-changed'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test('a switch thrown at the last moment stops the approval', async () => {
  const desk = await evaluatorDesk();
  desk.gateway.hooks.before = async ({ method }) => {
    if (method === 'device.pair.list' && desk.world.list) await desk.automation.set(false, true);
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('request-changed'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test('devices that ask at once share the rule’s limit', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce({ maxPerHour: 2 })];
  const names = ['a', 'b', 'c', 'd', 'e'];
  const ids = await Promise.all(names.map((name) => desk.pair(name)));
  for (const name of names) desk.gateway.ask(desk.keyOf(name));
  await desk.read();
  for (const deviceId of ids) desk.evaluator.evaluate(deviceId);
  await Promise.all(ids.map((deviceId) => desk.until(deviceId, (kind, _codes, state) => state === 'gone' || kind === 'hold')));
  await expect.poll(async () => (await desk.decisions()).map((d) => d.state)).toEqual(['approved', 'approved']);
  expect(ids.filter((deviceId) => desk.grantsOf(deviceId)?.includes('operator.write'))).toHaveLength(2);
});

test('more than twenty approvals a minute suspend automation', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce({ maxPerHour: 60 })];
  const names = Array.from({ length: 24 }, (_, n) => `device-${n}`);
  const ids: string[] = [];
  for (const name of names) ids.push(await desk.pair(name));
  for (const name of names) desk.gateway.ask(desk.keyOf(name));
  await desk.read();
  for (const deviceId of ids) desk.evaluator.evaluate(deviceId);
  await expect.poll(() => desk.automation.view().cause).toBe('rate');
  await expect.poll(async () => (await desk.decisions()).filter((d) => d.state === 'approved').length).toBe(20);
  expect(ids.filter((deviceId) => desk.grantsOf(deviceId)?.includes('operator.write'))).toHaveLength(20);
});

test('the same wish begun right after its approval is token drift, and held', async () => {
  for (const [after, drift] of [
    [0, true],
    [20, true],
    [59_000, true],
    [60_500, false],
  ] as const) {
    const desk = await evaluatorDesk();
    const deviceId = await asking(desk);
    await desk.until(deviceId, gone);
    await expect.poll(async () => (await desk.decisions())[0]?.state).toBe('approved');
    const answered = Date.parse((await desk.decisions())[0]?.answeredAt ?? '');
    // The gateway forgot, so the client has to ask the same again.
    desk.gateway.edit((s) => ({
      ...s,
      paired: Object.fromEntries(
        Object.entries(s.paired).map(([id, row]) => [id, { ...row, scopes: ['operator.read'], approvedScopes: ['operator.read'] }]),
      ),
    }));
    desk.clock.advance(after);
    desk.world.judge = () => begunAt(answered + after);
    desk.gateway.ask(desk.keyOf('cli'));
    await desk.read();
    desk.evaluator.evaluate(deviceId);
    if (drift) await desk.until(deviceId, heldFor('token-drift'));
    else await desk.until(deviceId, gone);
    expect(desk.gateway.methods().filter((m) => m === 'approve')).toHaveLength(drift ? 1 : 2);
  }
});

test.each<[string, ClockDelta | undefined, number, boolean]>([
  ['two seconds behind', { deltaMs: -2000, uncertaintyMs: 3, at: 0 }, 1000 - 2000, true],
  ['an hour ahead', { deltaMs: 3_600_000, uncertaintyMs: 3, at: 0 }, 1000 + 3_600_000, true],
  ['an hour ahead, begun before the answer', { deltaMs: 3_600_000, uncertaintyMs: 3, at: 0 }, 3_600_000 - 1000, false],
  ['never measured, begun a little before the answer', undefined, -900, true],
  ['never measured, begun long before the answer', undefined, -1100, false],
])('drift is told by one clock: the gateway’s is %s', async (_name, gatewayClock, begun, drift) => {
  const desk = await evaluatorDesk();
  desk.world.gatewayClock = gatewayClock;
  const at = desk.clock.nowMs();
  const answered = { deviceId: desk.keyOf('cli').deviceId, gateway: 'local', state: 'approved', answeredAt: isoOf(at) } as const;
  await desk.store.decisions.begin(sampleDecision({ id: 'before', scopes: ['operator.write'], ...answered }));
  desk.world.judge = () => begunAt(at + begun);
  const deviceId = await asking(desk);
  if (drift) await desk.until(deviceId, heldFor('token-drift'));
  else await desk.until(deviceId, gone);
  expect(desk.gateway.methods().filter((m) => m === 'approve')).toHaveLength(drift ? 0 : 1);
});

test('another wish right after an approval is no drift', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce({ scopes: ['operator.read', 'operator.write', 'operator.questions'] })];
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(async () => (await desk.decisions())[0]?.state).toBe('approved');
  desk.gateway.ask({ ...desk.keyOf('cli'), scopes: ['operator.questions'] });
  desk.world.judge = () => begunAt(desk.clock.nowMs() + 20);
  await desk.read();
  desk.evaluator.evaluate(deviceId);
  await desk.until(deviceId, gone);
  expect(desk.grantsOf(deviceId)).toContain('operator.questions');
});

test('a gateway that is gone leaves the decision open and the request explained', async () => {
  const desk = await evaluatorDesk();
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length)
      throw new Problem('gateway-down', 'The gateway closed the connection.');
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('gateway-down'));
  expect(await desk.store.decisions.unsettled()).toHaveLength(1);
});

test('what is not yet assessed says that the evidence is coming in, never approve', async () => {
  const desk = await evaluatorDesk();
  expect(desk.evaluator.of('anything')).toMatchObject({
    settled: false,
    verdict: { kind: 'hold', reasons: [{ code: 'evidence-pending' }] },
    judgement: { origin: 'unknown' },
  });
});

test('what belongs to requests that wait no more is dropped', async () => {
  const desk = await evaluatorDesk();
  desk.world.judge = UNKNOWN;
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('origin'));
  const requestId = desk.world.list?.pending[0]?.requestId ?? '';
  desk.evaluator.keepOnly(new Set([requestId]));
  expect(desk.evaluator.of(requestId).settled).toBe(true);
  desk.evaluator.keepOnly(new Set());
  expect(desk.evaluator.of(requestId).settled).toBe(false);
});

test('after it was disposed nothing is approved any more', async () => {
  const desk = await evaluatorDesk();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.gateway.hooks.before = ({ method }) => (method === 'device.pair.list' && desk.world.list ? held : undefined);
  const deviceId = await asking(desk);
  await desk.until(deviceId, (kind) => kind === 'approve');
  desk.evaluator.dispose();
  desk.world.halted = 'The console is not connected to the gateway.';
  release();
  await desk.until(deviceId, heldFor('request-changed'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test('a rule switched off while its decision is being written down does not reach the gateway', async () => {
  for (const stop of [
    (desk: Desk) => void Object.assign(desk.world, { rules: [inForce({ enabled: false })] }),
    (desk: Desk) => void Object.assign(desk.world, { rules: [] }),
    (desk: Desk) => desk.automation.set(false, true),
  ]) {
    const desk = await evaluatorDesk();
    const { begin } = desk.store.decisions;
    desk.store.decisions.begin = async (decision) => {
      await begin(decision);
      await stop(desk);
    };
    const deviceId = await asking(desk);
    await desk.until(deviceId, heldFor('request-changed'));
    expect(desk.gateway.methods()).not.toContain('approve');
    expect(await desk.decisions()).toMatchObject([{ state: 'failed' }]);
  }
});

test('what held a device lets go of it when its last request is gone, and not when a newer id takes the place of an older one', async () => {
  const desk = await evaluatorDesk();
  desk.world.refused.add(desk.keyOf('cli').deviceId);
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('refused-before'));
  desk.gateway.ask({ ...desk.keyOf('cli'), scopes: ['operator.write', 'operator.pairing'] });
  await desk.read();
  const ids = () => new Set(desk.world.list?.pending.map((p) => p.requestId));
  desk.evaluator.keepOnly(ids());
  expect(desk.held.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
  desk.evaluator.evaluate(deviceId);
  await desk.until(deviceId, heldFor('refused-before'));
  const [waits] = desk.world.list?.pending ?? [];
  await desk.gateway.request('device.pair.reject', { requestId: waits?.requestId });
  await desk.read();
  desk.evaluator.keepOnly(ids());
  expect(desk.held.filter(({ reasons }) => reasons.length === 0)).toEqual([{ reasons: [], deviceId }]);
});
