// A verdict is carried out as it was made or not at all: rejections, permit windows, and rules that change in between.
import { expect, test } from 'vitest';
import type { PermitWindowInput } from '#lib/api/grant-shapes.ts';
import type { DecisionActor } from '#lib/api/shapes.ts';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import { Problem } from '#lib/problem.ts';
import { sampleDecision } from '#lib/store/test-samples.ts';
import { evaluatorDesk } from '#lib/testing/evaluator-desk.ts';
import { inForce, judgement } from '#lib/testing/verdict-case.ts';

type Desk = Awaited<ReturnType<typeof evaluatorDesk>>;
const ANN: DecisionActor = { kind: 'person', name: 'ann' };
const REJECTING = { effect: 'reject', origin: 'any', name: 'Nobody writes', note: 'Ask me first.', scopes: ['operator.write'] };
const gone = (_kind: string, _codes: string[], state: string) => state === 'gone';
const heldFor = (code: string) => (kind: string, codes: string[]) => kind === 'hold' && codes.includes(code);

/** A device that holds read and asks for write, evaluated. */
async function asking(desk: Desk, name = 'cli', over: Record<string, unknown> = {}) {
  const deviceId = await desk.pair(name);
  await asks(desk, name, over);
  return deviceId;
}
async function asks(desk: Desk, name = 'cli', over: Record<string, unknown> = {}) {
  desk.gateway.ask({ ...desk.keyOf(name), ...over });
  await desk.read();
  desk.evaluator.evaluate(desk.keyOf(name).deviceId);
}
const opening = (desk: Desk, over: Partial<PermitWindowInput> = {}) =>
  desk.windows.open(
    {
      gateway: 'local',
      target: { kind: 'device', deviceId: desk.keyOf('cli').deviceId },
      scopes: ['operator.read', 'operator.write'],
      seconds: 120,
      ...over,
    },
    ANN,
    's1',
  );
const states = async (desk: Desk) => (await desk.decisions()).map((d) => d.state);

test('a rejecting rule rejects: its actor, version, note and each condition are in the record, and the device keeps what it held', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce(REJECTING)];
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(() => states(desk)).toEqual(['rejected']);
  expect((await desk.decisions())[0]).toMatchObject({
    action: 'reject',
    actor: { kind: 'rule', name: 'Nobody writes', ruleId: 'rule-1' },
    verdict: { kind: 'reject', rule: 'rule-1', ruleVersion: 1, note: 'Ask me first.', trace: { version: 1, outcome: 'matches' } },
  });
  expect(desk.gateway.methods()).not.toContain('approve');
  expect(desk.grantsOf(deviceId)).toEqual(['operator.read']);
});

test('a device that asks again and again is rejected as often as the rule may, then it waits for a person', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce({ ...REJECTING, maxPerHour: 4, maxPerDevicePerHour: 2 })];
  const deviceId = await asking(desk);
  for (const before of [1, 2]) {
    await expect.poll(() => states(desk)).toEqual(Array.from({ length: before }, () => 'rejected'));
    await asks(desk);
  }
  await desk.until(deviceId, heldFor('limit-device'));
  expect(await states(desk)).toEqual(['rejected', 'rejected']);
});

test('uses in all count what the rule ever did, on every gateway', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [inForce({ maxUses: 2 })];
  await desk.store.decisions.begin(
    sampleDecision({
      id: 'old',
      gateway: 'elsewhere',
      state: 'approved',
      at: '2025-01-01T00:00:00.000Z',
      actor: { kind: 'rule', name: 'x', ruleId: 'rule-1' },
    }),
  );
  const first = await asking(desk, 'a');
  await desk.until(first, gone);
  const second = await asking(desk, 'b');
  await desk.until(second, heldFor('limit-uses'));
  expect(desk.grantsOf(second)).toEqual(['operator.read']);
});

test('two gateways that ask a rule at once share what it may do in all', async () => {
  const one = await evaluatorDesk();
  const desks = [one, await evaluatorDesk(one)];
  for (const desk of desks) {
    desk.world.rules = [inForce({ maxUses: 1 })];
    await desk.pair('cli');
    desk.gateway.ask(desk.keyOf('cli'));
    await desk.read();
  }
  const { deviceId } = one.keyOf('cli');
  for (const { evaluator } of desks) evaluator.evaluate(deviceId);
  const decided = (kind: string, _codes: string[], state: string) => state === 'gone' || kind === 'hold';
  await Promise.all(desks.map((desk) => desk.until(deviceId, decided)));
  expect(desks.filter((desk) => desk.grantsOf(deviceId)?.includes('operator.write'))).toHaveLength(1);
  await expect.poll(() => states(one)).toEqual(['approved']);
});

test('a decision that fails lets the next gateway ask its rule', async () => {
  const one = await evaluatorDesk();
  const two = await evaluatorDesk(one);
  for (const desk of [one, two]) desk.world.rules = [inForce({ maxUses: 1 })];
  const { begin } = one.store.decisions;
  one.store.decisions.begin = () => Promise.reject(new Problem('store-unwritable', 'The disk is full.'));
  const deviceId = await asking(one);
  await one.until(deviceId, heldFor('store-unwritable'));
  one.store.decisions.begin = begin;
  await two.until(await asking(two), gone);
});

test('a rule that was changed between its verdict and the gateway decides nothing', async () => {
  for (const when of ['before the record', 'after the record'] as const) {
    const desk = await evaluatorDesk();
    const change = () => Object.assign(desk.world, { rules: [{ ...inForce(), version: 2 }] });
    const { begin } = desk.store.decisions;
    if (when === 'after the record')
      desk.store.decisions.begin = async (decision) => {
        await begin(decision);
        change();
      };
    else
      desk.gateway.hooks.before = ({ method }) => {
        if (method === 'device.pair.list' && desk.verdicts.length > 0) change();
      };
    const deviceId = await asking(desk);
    await desk.until(deviceId, heldFor('request-changed'));
    expect(desk.gateway.methods()).not.toContain('approve');
    expect(await states(desk)).toEqual(when === 'after the record' ? ['failed'] : []);
  }
});

test('a rule that is stopped from outside, or a gateway that is gone, stops a decision that is written already', async () => {
  for (const stop of [
    (desk: Desk) => void Object.assign(desk.world, { rules: [{ ...inForce(), stopped: { code: 'broken', text: 'Broken.' } }] }),
    (desk: Desk) => void Object.assign(desk.world, { halted: 'The console is not connected to the gateway.' }),
    (desk: Desk) => desk.automation.storeFailed(),
  ]) {
    const desk = await evaluatorDesk();
    const { begin } = desk.store.decisions;
    desk.store.decisions.begin = async (decision) => {
      await begin(decision);
      stop(desk);
    };
    const deviceId = await asking(desk);
    await desk.until(deviceId, heldFor('request-changed'));
    expect(desk.gateway.methods()).not.toContain('approve');
  }
});

test('a permit window lets one request in, on the account of its person, and is used up', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  const window = await opening(desk);
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(() => desk.windows.list()[0]?.state).toBe('used');
  expect((await desk.decisions())[0]).toMatchObject({
    state: 'approved',
    actor: { kind: 'rule', name: 'permit window of ann', windowId: window.id },
    verdict: { kind: 'approve', window: window.id },
  });
  expect(desk.windows.list()[0]?.outcome).toMatch(/Approved\. It now holds read, write\./);
  expect(desk.activity.map((a) => a.what)).toEqual(['window.open', 'window.close']);
  expect(desk.errors).toEqual([]);
});

test('a request that waits is let in when a window opens for it, and one that came before its count was used waits', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  const first = await asking(desk, 'cli');
  await desk.until(first, heldFor('no-rule'));
  await opening(desk);
  await desk.until(first, gone);
  await expect.poll(() => states(desk)).toEqual(['approved']);
  desk.gateway.ask({ ...desk.keyOf('cli'), scopes: ['operator.questions'] });
  await desk.read();
  desk.evaluator.evaluate(first);
  await desk.until(first, heldFor('no-rule'));
});

const newcomer = (proven: boolean) =>
  judgement('host-key', { attempts: [], isHostKey: false, origin: 'unknown', newcomer: { proven, text: 'Not seen.' } });
/** A window for the next new CLI, and keys that were never paired and ask at once after it was opened. */
async function newKeys(names: readonly string[], uses: number) {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  desk.world.judge = () => newcomer(true);
  await opening(desk, { target: { kind: 'next-new-cli' }, uses });
  desk.clock.advance(1000);
  for (const name of names) desk.gateway.ask({ ...desk.keyOf(name), scopes: ['operator.read'], clientId: 'cli' });
  await desk.read();
  return { desk, ids: names.map((name) => desk.keyOf(name).deviceId) };
}

test('of new keys that ask at once a window lets in as many as it counts; where more ask it lets in none', async () => {
  for (const [names, letIn] of [
    [['a', 'b'], 2],
    [['a', 'b', 'c'], 0],
  ] as const) {
    const { desk, ids } = await newKeys(names, 2);
    for (const id of ids) desk.evaluator.evaluate(id);
    const decided = (kind: string, codes: string[], state: string) =>
      state === 'gone' || (kind === 'hold' && codes.includes('window-doubt'));
    await Promise.all(ids.map((id) => desk.until(id, decided)));
    await expect.poll(() => states(desk)).toEqual(Array.from({ length: letIn }, () => 'approved'));
    expect(ids.filter((id) => desk.grantsOf(id))).toHaveLength(letIn);
  }
});

test('a key that came with another waits, also once a person let that one in', async () => {
  const { desk, ids } = await newKeys(['mine', 'theirs'], 1);
  const [mine = '', theirs = ''] = ids;
  for (const id of ids) desk.evaluator.evaluate(id);
  await Promise.all(ids.map((id) => desk.until(id, heldFor('window-doubt'))));
  await desk.gateway.request('device.pair.approve', {
    requestId: desk.world.list?.pending.find((p) => p.deviceId === mine)?.requestId,
  });
  await desk.read();
  desk.evaluator.evaluate(theirs);
  const looks = desk.verdicts.length;
  await expect.poll(() => desk.verdicts.length).toBeGreaterThan(looks);
  expect(desk.verdicts.at(-1)?.verdict).toMatchObject({
    kind: 'hold',
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'window-doubt' })]),
  });
  expect(desk.grantsOf(theirs)).toBeUndefined();
});

test('a key waits for the evidence on another that came with it, and is let in when that one’s path is not proven', async () => {
  const { desk, ids } = await newKeys(['mine', 'odd'], 1);
  const [mine = '', odd = ''] = ids;
  desk.world.judge = ({ deviceId }) => newcomer(deviceId === mine);
  desk.evaluator.evaluate(mine);
  await desk.until(mine, heldFor('window-doubt'));
  desk.evaluator.evaluate(odd);
  await desk.until(mine, gone);
  await expect.poll(() => states(desk)).toEqual(['approved']);
  expect([desk.grantsOf(mine), desk.grantsOf(odd)]).toEqual([['operator.read'], undefined]);
});

test('a key that waited before the opening does not become the next new CLI by waiting', async () => {
  for (const before of [true, false]) {
    const desk = await evaluatorDesk();
    desk.world.rules = [];
    desk.world.judge = () => newcomer(true);
    const { deviceId } = desk.keyOf('stranger');
    if (before) {
      await asks(desk, 'stranger', { scopes: ['operator.read'], clientId: 'cli' });
      await desk.until(deviceId, heldFor('no-rule'));
      desk.clock.advance(4 * 60_000);
    }
    await opening(desk, { target: { kind: 'next-new-cli' } });
    desk.clock.advance(1000);
    // It asks once more, as a client that tries again does; or for the first time, but where nobody watched it come.
    desk.world.watching = before;
    await asks(desk, 'stranger', { scopes: ['operator.read'], clientId: 'cli' });
    await desk.until(deviceId, heldFor('window-waited'));
    expect(desk.grantsOf(deviceId)).toBeUndefined();
    expect(desk.windows.list()).toMatchObject([{ state: 'open', used: 0 }]);
  }
});

test('a new key whose path is not proven is not let in', async () => {
  const desk = await evaluatorDesk();
  desk.world.judge = () =>
    judgement('host-key', { attempts: [], origin: 'unknown', newcomer: { proven: false, text: 'Its socket was not seen.' } });
  await opening(desk, { target: { kind: 'next-new-cli' } });
  await asks(desk, 'new', { scopes: ['operator.read'], clientId: 'cli' });
  await desk.until(desk.keyOf('new').deviceId, heldFor('new-device'));
  expect(desk.gateway.methods()).not.toContain('approve');
});

test.each<[string, (desk: Desk) => unknown]>([
  ['automation was switched off', (desk) => desk.automation.set(false, true)],
  ['it was closed', (desk) => desk.windows.close(desk.windows.list()[0]?.id ?? '', ANN)],
  ['a stop closed it', (desk) => desk.windows.closeAll('A grant was undone.')],
  ['its time was over', (desk) => desk.clock.advance(120_000)],
])('%s between record and gateway: nothing is asked, and nothing of the window is used', async (_name, stop) => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await opening(desk);
  const { begin } = desk.store.decisions;
  desk.store.decisions.begin = async (decision) => {
    await begin(decision);
    await stop(desk);
  };
  const deviceId = await asking(desk);
  await expect.poll(() => states(desk)).toEqual(['failed']);
  await desk.until(deviceId, (kind) => kind === 'hold');
  expect(desk.gateway.methods()).not.toContain('approve');
  expect(desk.windows.list()[0]?.used).toBe(0);
});

test('the window is counted before the gateway hears of it', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await opening(desk);
  let used: number | undefined;
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length) used = desk.windows.list()[0]?.used;
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  expect(used).toBe(1);
});

test('an approval without an answer counts as used', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  const window = await opening(desk);
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length)
      throw new Problem('gateway-down', 'The gateway closed the connection.');
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('gateway-down'));
  expect(desk.windows.list()).toMatchObject([{ id: window.id, state: 'used', used: 1 }]);
  expect(desk.windows.list()[0]?.outcome).toMatch(/no answer came/);
});

test('an approval that the gateway refused uses up nothing', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await opening(desk);
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length)
      throw new GatewayRefusal({ code: 'UNAVAILABLE', message: 'busy' });
  };
  await asking(desk);
  await expect.poll(() => states(desk)).toEqual(['failed']);
  await expect.poll(() => desk.windows.list()[0]).toMatchObject({ state: 'open', used: 0 });
});

test('a client that asks again at once with the same content is followed, and counts once', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await opening(desk);
  let churned = false;
  desk.gateway.hooks.before = ({ method }) => {
    if (method !== 'device.pair.approve' || churned || !desk.world.list?.pending.length) return;
    churned = true;
    desk.gateway.edit((s) => ({ ...s, pending: {} }));
    desk.gateway.ask(desk.keyOf('cli'));
  };
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(() => states(desk)).toEqual(['approved']);
  expect(desk.windows.list()[0]).toMatchObject({ state: 'used', used: 1 });
});

test('a request that is gone when the window would let it in gives its count back', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await opening(desk);
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length) desk.gateway.edit((s) => ({ ...s, pending: {} }));
  };
  await asking(desk);
  await expect.poll(() => states(desk)).toEqual(['failed']);
  expect(desk.windows.list()[0]).toMatchObject({ state: 'open', used: 0 });
});

test('rules and windows are counted together: the most that may be approved in a minute holds for both', async () => {
  const desk = await evaluatorDesk();
  desk.world.rules = [];
  await desk.automation.setLimits({ approvalsPerMinute: 1, devicesPerMinute: 40, requestsPerMinute: 1200 });
  await opening(desk, { uses: 5 });
  const deviceId = await asking(desk);
  await desk.until(deviceId, gone);
  await expect.poll(() => states(desk)).toEqual(['approved']);
  await desk.pair('other');
  await opening(desk, { target: { kind: 'device', deviceId: desk.keyOf('other').deviceId } });
  await asks(desk, 'other');
  await expect.poll(() => desk.automation.view().cause).toBe('rate');
  expect(await states(desk)).toEqual(['approved']);
});

test('each verdict on settled evidence is told with what it was made of, before the gateway answers', async () => {
  const desk = await evaluatorDesk();
  const told: number[] = [];
  desk.gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve' && desk.world.list?.pending.length) told.push(desk.verdicts.length);
  };
  const deviceId = await asking(desk, 'cli', { clientId: 'cli', platform: 'linux' });
  await desk.until(deviceId, gone);
  expect(told).toEqual([1]);
  expect(desk.verdicts[0]).toMatchObject({
    input: {
      settled: true,
      request: { gateway: 'local', deviceId, reason: 'scope-upgrade', clientId: 'cli' },
      judgement: { origin: 'host-key' },
    },
    verdict: { kind: 'approve' },
  });
  expect(desk.held[0]).toMatchObject({ deviceId, reasons: [{ code: 'matches' }] });
});

test('a person’s rejection of the device lets the rule rest', async () => {
  const desk = await evaluatorDesk();
  const rejectedAt = desk.clock.nowMs() - 10 * 60_000;
  desk.store.ruleCalls.rejections = () => Promise.resolve({ device: rejectedAt, rules: new Map() });
  const deviceId = await asking(desk);
  await desk.until(deviceId, heldFor('cooling-off'));
  expect(desk.gateway.methods()).not.toContain('approve');
  const later = rejectedAt + 1000;
  desk.store.ruleCalls.rejections = () =>
    Promise.resolve({
      device: rejectedAt,
      rules: new Map([
        ['rule-1', later],
        ['rule-2', later],
      ]),
    });
  desk.evaluator.evaluate(deviceId);
  await expect.poll(() => desk.verdicts.at(-1)?.input.history.rejectedAtMs).toEqual(new Map([['rule-1', later]]));
});

test('hours that begin approve what waits, when the evidence still stands', async () => {
  const desk = await evaluatorDesk();
  const minutes = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const start = desk.clock.nowMs();
  const hours = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    from: minutes(start + 60_000),
    to: minutes(start + 7_200_000),
    timeZone: 'UTC',
  };
  desk.world.rules = [inForce({ hours })];
  desk.evaluator.onClock();
  const deviceId = await asking(desk);
  await desk.until(deviceId, (kind) => kind === 'hold');
  expect(desk.gateway.methods()).not.toContain('approve');
  desk.clock.advance(60_000);
  desk.evaluator.onClock();
  await desk.until(deviceId, gone);
  await expect.poll(() => states(desk)).toEqual(['approved']);
});

test('a desk that is given up while the record is read decides nothing', async () => {
  const desk = await evaluatorDesk();
  let asked = 0;
  const { decide } = desk.decider;
  desk.decider.decide = (intent) => {
    asked += 1;
    return decide(intent);
  };
  desk.store.ruleCalls.rejections = () => {
    desk.evaluator.dispose();
    return Promise.resolve({ device: undefined, rules: new Map() });
  };
  await asking(desk);
  await expect.poll(() => desk.verdicts.length).toBe(1);
  expect(asked).toBe(0);
});
