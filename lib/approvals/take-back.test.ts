// The way back: bound to what was shown, written first, read back after, and honest about devices that return.
import { expect, test } from 'vitest';
import type { TakeBackItem } from '#lib/api/grant-shapes.ts';
import type { BridgeChange, DecisionView } from '#lib/api/shapes.ts';
import { isoOf } from '#lib/clock.ts';
import { OWN_DEVICE } from '#lib/devices/own-device.ts';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import { readPairingList } from '#lib/gateway/records.ts';
import { Problem } from '#lib/problem.ts';
import type { NewActivity } from '#lib/store/activity.ts';
import { ruleDecision, sampleDecision } from '#lib/store/test-samples.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createTakeBack, type TakeBackDeps } from './take-back.ts';
import type { TakeBackPort } from './take-back-port.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const CONSOLE = 'c0'.repeat(32);
const KEYS = ['a1', 'b2', 'd3'].map((two, n) => ({ deviceId: two.repeat(32), publicKey: `pk-${n}` }));
const [FIRST = { deviceId: '', publicKey: '' }, SECOND = FIRST, THIRD = FIRST] = KEYS;
const ADMIN = ['operator.read', 'operator.admin'];

/** A gateway like 2026.4.14 with an admin of its own beside the devices of a test, and everything that taking back needs of a desk. */
async function scene(port: Partial<TakeBackPort> = {}, over: Partial<TakeBackDeps> = {}) {
  const { store, clock } = await testStore();
  const gateway = createPairingTransport({ clock });
  const readList = async () => readPairingList(await gateway.request('device.pair.list'));
  let known = await readList();
  const refused: string[] = [];
  const owned: string[] = [];
  const changes: BridgeChange[] = [];
  const recorded: Omit<NewActivity, 'id' | 'at'>[] = [];
  const errors: unknown[] = [];
  const busy = new Set<string>();
  const own: TakeBackPort = {
    gateway: 'g1',
    name: 'this host',
    consoleDeviceId: CONSOLE,
    hostKeyId: () => undefined,
    unable: () => undefined,
    list: () => known,
    readList: async () => {
      known = await readList();
      return known;
    },
    request: gateway.request,
    async exclusively(deviceId, work) {
      if (busy.has(deviceId)) throw new Problem('request-busy');
      busy.add(deviceId);
      return work().finally(() => busy.delete(deviceId));
    },
    refused: (key, by, why) => Promise.resolve(void refused.push(`${key.publicKey} ${by} ${why}`)),
    own: (requestId) => void owned.push(requestId),
    wayBack: () => ({ protocol: 3, autoApproveLocal: undefined, secret: 'token' }),
    isOwnAddress: () => false,
    refresh: () => Promise.resolve(),
    ...port,
  };
  const next = counter();
  const deps: TakeBackDeps = {
    port: (id) => {
      if (id !== 'g1') throw new Problem('gateway-unknown', 'The console knows no gateway of this id.');
      return own;
    },
    ports: () => [own],
    store,
    guardStore: (work) => work,
    publish: (change) => void changes.push(change),
    record: (entry) => Promise.resolve(void recorded.push(entry)),
    ruleName: () => 'Local tools',
    clock,
    newId: () => `t${next()}`,
    onError: (error) => void errors.push(error),
    ...over,
  };
  const pair = async (key: typeof FIRST, scopes: string[]) => {
    const asked = gateway.ask({ ...key, scopes });
    await gateway.request('device.pair.approve', { requestId: asked.requestId });
    clock.advance(1000);
  };
  const given = async (id: string, key: typeof FIRST, more: Partial<DecisionView> = {}) => {
    await store.decisions.begin(
      ruleDecision(id, 'r1', clock.nowMs(), { ...key, state: 'approved', scopes: ADMIN, addedScopes: ['operator.admin'], ...more }),
    );
    clock.advance(1000);
  };
  await pair({ deviceId: 'e4'.repeat(32), publicKey: 'pk-other' }, ADMIN);
  const open = () => createTakeBack(deps);
  const inputOf = ({ gateway: id, deviceId, publicKey, rowCreatedAtMs, holds, needsConfirm }: TakeBackItem) => ({
    gateway: id,
    deviceId,
    publicKey,
    ...(rowCreatedAtMs === undefined ? {} : { rowCreatedAtMs }),
    holds,
    ...(needsConfirm === undefined ? {} : { confirm: needsConfirm }),
  });
  const paired = (key: typeof FIRST) => gateway.state().paired[key.deviceId];
  return { store, clock, gateway, own, open, pair, given, inputOf, paired, refused, owned, changes, recorded, errors };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

test('a plan of a rule names each device once with all that the rule gave, and counts those that hold nothing of it any more', async () => {
  const { open, pair, given } = await scene();
  await pair(FIRST, ADMIN);
  await pair(SECOND, ['operator.read']);
  await given('d1', FIRST, { addedScopes: ['operator.write'] });
  await given('d2', FIRST);
  await given('d3', SECOND);
  await given('d4', THIRD);
  await given('d5', { ...FIRST, publicKey: 'another key of that id' });
  const plan = await (await open()).plan({ ruleId: 'r1' });
  expect(plan).toMatchObject({ rule: 'r1', ruleName: 'Local tools', gone: 3 });
  expect(plan.items).toMatchObject([
    {
      ...FIRST,
      holds: ADMIN,
      given: ['operator.write', 'operator.admin'],
      grants: [{ decisionId: 'd1' }, { decisionId: 'd2' }],
      enforcement: 'until-next-connect',
    },
  ]);
  expect(plan.items[0]).not.toHaveProperty('impossible');
});

test('a plan of one decision, and of one device, says the same of the row', async () => {
  const { open, pair, given } = await scene();
  await pair(FIRST, ADMIN);
  await given('d1', FIRST);
  const takeBack = await open();
  const [byDecision] = (await takeBack.plan({ decisionId: 'd1' })).items;
  expect(byDecision).toMatchObject({ ...FIRST, holds: ADMIN, given: ['operator.admin'] });
  expect((await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items).toEqual([byDecision]);
});

test('a device that nobody here approved is taken back as well: it just was given nothing', async () => {
  const { open, pair } = await scene();
  await pair(FIRST, ADMIN);
  const { items } = await (await open()).plan({ gateway: 'g1', deviceId: FIRST.deviceId });
  expect(items).toMatchObject([{ holds: ADMIN, given: [], grants: [] }]);
});

test('what does not exist is said: an unknown decision, a rule that never was, a device that is not listed, two things at once', async () => {
  const { open } = await scene({}, { ruleName: () => undefined });
  const takeBack = await open();
  expect(await codeOf(takeBack.plan({ decisionId: 'none' }))).toBe('not-found');
  expect(await codeOf(takeBack.plan({ ruleId: 'none' }))).toBe('rule-unknown');
  expect(await codeOf(takeBack.plan({ gateway: 'g1', deviceId: THIRD.deviceId }))).toBe('device-unknown');
  expect(await codeOf(takeBack.plan({ ruleId: 'r1', decisionId: 'd1' }))).toBe('input-invalid');
  expect(await codeOf(takeBack.plan({}))).toBe('input-invalid');
});

test('a rejected or failed decision gave nothing', async () => {
  const { open, store } = await scene();
  await store.decisions.begin(sampleDecision({ id: 'no', action: 'reject', state: 'rejected' }));
  expect(await (await open()).plan({ decisionId: 'no' })).toEqual({ items: [], gone: 0 });
});

test('a device of a gateway that this console does not know any more is shown, out of reach', async () => {
  const { open, given } = await scene();
  await given('d1', FIRST, { gateway: 'g9' });
  const { items, gone } = await (await open()).plan({ ruleId: 'r1' });
  expect(gone).toBe(0);
  expect(items).toMatchObject([{ gateway: 'g9', given: ['operator.admin'], holds: [], impossible: expect.any(String) }]);
});

test('taken back: refused in the ledger first, its requests rejected, removed, read back, recorded, and marked on its decisions', async () => {
  const { open, pair, given, gateway, inputOf, paired, refused, owned, store, recorded, changes } = await scene();
  await pair(FIRST, ADMIN);
  await given('d1', FIRST);
  const asked = gateway.ask({ ...FIRST, scopes: ['operator.pairing'] });
  const takeBack = await open();
  const [item] = (await takeBack.plan({ ruleId: 'r1' })).items;
  if (!item) throw new Error('no item');
  gateway.calls.splice(0);
  const view = await takeBack.take({ ...inputOf(item), rule: 'r1' }, PERSON);
  expect(view).toMatchObject({
    ...FIRST,
    rule: 'r1',
    by: 'operator',
    state: 'gone',
    lost: ADMIN,
    outcome:
      'Removed and not listed any more; it lost read, admin. A request of it that waited was rejected. It may come back by itself at its next connection.',
  });
  expect(gateway.methods()).toEqual(['list', 'reject', 'remove', 'list']);
  expect(paired(FIRST)).toBeUndefined();
  expect(gateway.state().pending).toEqual({});
  expect(refused).toEqual(['pk-0 operator removed']);
  expect(owned).toEqual([asked.requestId]);
  expect((await store.decisions.get('d1'))?.takenBack).toEqual({ id: view.id, at: view.at, state: 'gone' });
  expect(recorded.map((r) => [r.what, r.actor.kind])).toEqual([['device.taken-back', 'person']]);
  expect(changes.filter((c) => c.topic === 'take-backs').map((c) => c.topic === 'take-backs' && c.item.state)).toEqual(['asking', 'gone']);
  expect(await takeBack.plan({ ruleId: 'r1' })).toMatchObject({ items: [], gone: 1 });
});

test('it is on the disk, and the key is refused, before the gateway is asked for anything that changes it', async () => {
  const order: string[] = [];
  const { open, pair, gateway, inputOf, store } = await scene({
    refused: () => Promise.resolve(void order.push('ledger')),
  });
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  gateway.hooks.before = async ({ method }) => {
    if (method === 'device.pair.remove') order.push((await store.takeBacks.list({ limit: 1 })).items[0]?.state ?? 'nothing', 'remove');
  };
  await takeBack.take(inputOf(item), PERSON);
  expect(order).toEqual(['ledger', 'asking', 'remove']);
});

test('a row that is not what was shown is left alone, and its new state is told', async () => {
  const { open, pair, gateway, inputOf, paired } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  const asked = gateway.ask({ ...FIRST, scopes: ['operator.pairing'] });
  await gateway.request('device.pair.approve', { requestId: asked.requestId });
  await expect(takeBack.take(inputOf(item), PERSON)).rejects.toMatchObject({
    code: 'request-changed',
    extra: { item: { holds: ['operator.read', 'operator.pairing', 'operator.admin'] } },
  });
  expect(await codeOf(takeBack.take({ ...inputOf(item), publicKey: 'another' }, PERSON))).toBe('request-changed');
  expect(await codeOf(takeBack.take({ ...inputOf(item), ...THIRD }, PERSON))).toBe('device-unknown');
  expect(paired(FIRST)).toBeDefined();
});

test('the console itself is never taken back; the last admin and the host key only with the word', async () => {
  const { open, pair, inputOf, gateway, paired } = await scene({ hostKeyId: () => SECOND.deviceId });
  const self = { deviceId: CONSOLE, publicKey: 'pk-console' };
  await pair(self, ADMIN);
  await pair(FIRST, ['operator.read']);
  await pair(SECOND, ['operator.read']);
  const takeBack = await open();
  const itemOf = async (key: typeof FIRST) => {
    const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: key.deviceId })).items;
    if (!item) throw new Error('no item');
    return item;
  };
  expect(await codeOf(takeBack.take(inputOf(await itemOf(self)), PERSON))).toBe('take-back-impossible');
  expect((await itemOf(self)).impossible).toBe(OWN_DEVICE);
  expect((await itemOf(FIRST)).needsConfirm).toBeUndefined();
  const { confirm: _word, ...hostKey } = { confirm: '', ...inputOf(await itemOf(SECOND)) };
  expect(await codeOf(takeBack.take(hostKey, PERSON))).toBe('input-invalid');
  await pair(THIRD, ADMIN);
  expect((await itemOf(THIRD)).needsConfirm).toBeUndefined();
  await gateway.request('device.pair.remove', { deviceId: 'e4'.repeat(32) });
  const last = await itemOf(THIRD);
  expect(last.needsConfirm).toBe(THIRD.deviceId.slice(0, 8));
  expect(await codeOf(takeBack.take({ ...inputOf(last), confirm: 'yes' }, PERSON))).toBe('input-invalid');
  expect(paired(THIRD)).toBeDefined();
  expect(await codeOf(takeBack.take(inputOf(last), PERSON))).toBe('done');
});

test('a gateway that says no, or says yes and lists the device all the same, is told; nothing is tried again', async () => {
  const { open, pair, gateway, inputOf, refused } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  const before = gateway.state();
  gateway.hooks.answer = ({ method }, payload) => {
    if (method === 'device.pair.remove') gateway.edit(() => before);
    return payload;
  };
  expect(await takeBack.take(inputOf(item), PERSON)).toMatchObject({
    state: 'failed',
    outcome: expect.stringContaining('The gateway answered yes and still lists the device.'),
  });
  gateway.hooks.answer = undefined;
  gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.remove') throw new GatewayRefusal({ code: 'UNAVAILABLE', message: 'not today' });
  };
  expect(await takeBack.take(inputOf(item), PERSON)).toMatchObject({
    state: 'refused',
    outcome: expect.stringContaining('The gateway refused: not today. The device keeps what it held.'),
  });
  expect(gateway.methods().filter((m) => m === 'remove')).toHaveLength(2);
  expect(refused).toHaveLength(2);
});

test('without an answer it stays open, and the next list settles it: gone, or still there', async () => {
  for (const answered of ['removed', 'kept'] as const) {
    const { open, pair, gateway, inputOf, own, recorded } = await scene();
    await pair(FIRST, ADMIN);
    const takeBack = await open();
    const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
    if (!item) throw new Error('no item');
    const down = () => {
      throw new Problem('gateway-down', 'The connection went.');
    };
    if (answered === 'removed') gateway.hooks.answer = ({ method }, payload) => (method === 'device.pair.remove' ? down() : payload);
    else
      gateway.hooks.before = ({ method }) => {
        if (method === 'device.pair.remove') down();
      };
    expect(await codeOf(takeBack.take(inputOf(item), PERSON))).toBe('gateway-down');
    expect((await takeBack.list({ limit: 1 })).items[0]?.state).toBe('asking');
    // As after a crash: what is known comes from the store alone.
    const again = await open();
    // A list that does not show everybody is no proof that a device is gone.
    again.onList('g1', { pending: [], paired: [], unread: 0 }, false);
    await again.idle();
    expect((await again.list({ limit: 1 })).items[0]?.state).toBe('asking');
    await own.readList();
    await again.settle();
    expect((await again.list({ limit: 1 })).items[0]).toMatchObject({ state: answered === 'removed' ? 'gone' : 'failed' });
    expect(recorded.map((r) => r.actor.kind)).toEqual(['gateway']);
    expect(gateway.methods().filter((m) => m === 'remove')).toHaveLength(1);
  }
});

test('a list that cannot be read afterwards is said, and the next one settles it', async () => {
  const { open, pair, gateway, inputOf, own } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  let removed = false;
  gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.remove') removed = true;
    else if (removed) throw new Problem('gateway-down', 'The connection went.');
  };
  expect(await takeBack.take(inputOf(item), PERSON)).toMatchObject({ state: 'unknown' });
  gateway.hooks.before = undefined;
  takeBack.onList('g1', await own.readList(), true);
  await takeBack.idle();
  expect((await takeBack.list({ limit: 1 })).items[0]).toMatchObject({ state: 'gone' });
});

test('a device that is listed again without a decision here is said to have returned, once, with what it came back', async () => {
  const { open, pair, given, inputOf, own, recorded, store } = await scene();
  await pair(FIRST, ADMIN);
  await given('d1', FIRST);
  const takeBack = await open();
  const old = await own.readList();
  const [item] = (await takeBack.plan({ ruleId: 'r1' })).items;
  if (!item) throw new Error('no item');
  await takeBack.take(inputOf(item), PERSON);
  expect(takeBack.grantsOf('r1')).toEqual({ devices: 0 });
  // A list that was read before the removal shows the old row.
  takeBack.onList('g1', old, true);
  await takeBack.idle();
  expect((await takeBack.list({ limit: 1 })).items[0]).toMatchObject({ state: 'gone' });
  await pair(FIRST, ['operator.write']);
  for (let n = 0; n < 2; n += 1) takeBack.onList('g1', await own.readList(), true);
  await takeBack.idle();
  expect((await takeBack.list({ limit: 1 })).items[0]).toMatchObject({ state: 'returned', returnedWith: ['operator.write'] });
  expect(recorded.map((r) => r.what)).toEqual(['device.taken-back', 'device.returned']);
  expect((await store.decisions.get('d1'))?.takenBack?.state).toBe('returned');
});

test('a device that was let in here again has not returned by itself, also when it was upgraded since', async () => {
  const { open, pair, inputOf, own, clock, store } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  await takeBack.take(inputOf(item), PERSON);
  clock.advance(1000);
  const at = isoOf(clock.nowMs());
  await store.decisions.begin(sampleDecision({ id: 'in', ...FIRST, at, reason: 'new-device' }));
  await pair(FIRST, ['operator.read']);
  const look = async () => {
    takeBack.onList('g1', await own.readList(), true);
    await takeBack.idle();
    return (await takeBack.list({ limit: 1 })).items[0]?.state;
  };
  expect(await look(), 'while the gateway is being asked').toBe('gone');
  await store.decisions.complete('in', { state: 'approved' });
  await store.decisions.begin(sampleDecision({ id: 'more', ...FIRST, at: isoOf(clock.nowMs()), state: 'approved' }));
  expect(await look()).toBe('gone');
});

test('an upgrade that was approved here since does not hide that the device came back by itself', async () => {
  const { open, pair, inputOf, own, clock, store } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  await takeBack.take(inputOf(item), PERSON);
  clock.advance(1000);
  await pair(FIRST, ADMIN);
  await store.decisions.begin(sampleDecision({ id: 'up', ...FIRST, at: isoOf(clock.nowMs()), state: 'approved' }));
  takeBack.onList('g1', await own.readList(), true);
  await takeBack.idle();
  expect((await takeBack.list({ limit: 1 })).items[0]?.state).toBe('returned');
});

test('what was taken back is no grant any more, also when the device holds as much again by another hand', async () => {
  const { open, pair, given, inputOf, own, clock, store } = await scene();
  await pair(FIRST, ADMIN);
  await given('d1', FIRST);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ ruleId: 'r1' })).items;
  if (!item) throw new Error('no item');
  await takeBack.take(inputOf(item), PERSON);
  clock.advance(1000);
  await store.decisions.begin(
    sampleDecision({ id: 'in', ...FIRST, at: isoOf(clock.nowMs()), reason: 'new-device', state: 'approved', addedScopes: ADMIN }),
  );
  await pair(FIRST, ADMIN);
  takeBack.onList('g1', await own.readList(), true);
  await takeBack.idle();
  expect(await takeBack.plan({ ruleId: 'r1' })).toMatchObject({ items: [], gone: 1 });
  expect(takeBack.grantsOf('r1')).toEqual({ devices: 0 });
  const [again] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  expect(again?.grants.map((g) => g.decisionId)).toEqual(['in']);
});

test('a list that comes in the middle of the act settles nothing', async () => {
  const { open, pair, gateway, inputOf, own } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  const before = own.list();
  gateway.hooks.before = async ({ method }) => {
    if (method !== 'device.pair.remove' || !before) return;
    takeBack.onList('g1', before, true);
    await takeBack.idle();
    expect((await takeBack.list({ limit: 1 })).items[0]?.state).toBe('asking');
  };
  expect(await takeBack.take(inputOf(item), PERSON)).toMatchObject({ state: 'gone' });
});

test('two acts on one device at a time are one too many', async () => {
  const { open, pair, inputOf, gateway } = await scene();
  await pair(FIRST, ADMIN);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  const codes = await Promise.all([codeOf(takeBack.take(inputOf(item), PERSON)), codeOf(takeBack.take(inputOf(item), PERSON))]);
  expect(codes.sort()).toEqual(['done', 'request-busy']);
  expect(gateway.methods().filter((m) => m === 'remove')).toHaveLength(1);
});

test('a rule or decision that gave this device nothing is no account to take it back on', async () => {
  const { open, pair, given, inputOf, paired } = await scene();
  await pair(FIRST, ADMIN);
  await given('d2', SECOND);
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  if (!item) throw new Error('no item');
  expect(await codeOf(takeBack.take({ ...inputOf(item), rule: 'r1' }, PERSON))).toBe('input-invalid');
  expect(await codeOf(takeBack.take({ ...inputOf(item), decision: 'd2' }, PERSON))).toBe('input-invalid');
  expect(paired(FIRST)).toBeDefined();
});

test('a rule counts the devices that hold something from it: known ones, new ones, not those that were taken back or lost it', async () => {
  const { open, pair, given, own, inputOf, store } = await scene();
  await pair(FIRST, ADMIN);
  await pair(SECOND, ADMIN);
  await pair(THIRD, ['operator.read']);
  await given('d1', FIRST);
  await given('d3', THIRD);
  await own.readList();
  const takeBack = await open();
  expect(takeBack.grantsOf('r1')).toEqual({ devices: 1 });
  await given('d2', SECOND);
  for (const id of ['d1', 'd2']) {
    const decision = await store.decisions.get(id);
    if (decision) takeBack.noteDecision(decision);
  }
  expect(takeBack.grantsOf('r1')).toEqual({ devices: 2 });
  const [item] = (await takeBack.plan({ decisionId: 'd2' })).items;
  if (!item) throw new Error('no item');
  await takeBack.take(inputOf(item), PERSON);
  expect(takeBack.grantsOf('r1')).toEqual({ devices: 1 });
});

test('where the console is not connected nothing is taken back, and the plan says so', async () => {
  const { open, pair, own, gateway } = await scene({
    unable: () => new Problem('gateway-down', 'The console is not connected to this gateway.'),
  });
  await pair(FIRST, ADMIN);
  await own.readList();
  const takeBack = await open();
  const [item] = (await takeBack.plan({ gateway: 'g1', deviceId: FIRST.deviceId })).items;
  expect(item?.impossible).toContain('not connected');
  gateway.calls.splice(0);
  expect(await codeOf(takeBack.take({ gateway: 'g1', ...FIRST, holds: ADMIN }, PERSON))).toBe('gateway-down');
  expect(gateway.calls).toEqual([]);
});

test('a pairing that was made anew elsewhere is not what the rule gave, and a plan of the one before does not take it', async () => {
  const { open, pair, given, gateway, inputOf, paired, own } = await scene();
  await pair(FIRST, ADMIN);
  const before = { rowCreatedAtMs: paired(FIRST)?.createdAtMs ?? 0 };
  await given('d1', FIRST, before);
  const live = await open();
  await own.readList();
  expect(live.grantsOf('r1')).toEqual({ devices: 1 });
  const [shown] = (await live.plan({ ruleId: 'r1' })).items;
  if (!shown) throw new Error('the plan is empty');
  expect(shown).toMatchObject(before);
  // Removed and let in again with the gateway's own tools.
  await gateway.request('device.pair.remove', { deviceId: FIRST.deviceId });
  await pair(FIRST, ADMIN);
  await expect(live.take({ ...inputOf(shown), rule: 'r1' }, PERSON)).rejects.toMatchObject({
    code: 'request-changed',
    extra: { item: { rowCreatedAtMs: paired(FIRST)?.createdAtMs } },
  });
  expect(paired(FIRST)).toBeDefined();
  expect(await live.plan({ ruleId: 'r1' })).toMatchObject({ items: [], gone: 1 });
  expect(live.grantsOf('r1')).toEqual({ devices: 0 });
  expect((await open()).grantsOf('r1')).toEqual({ devices: 0 });
  // What the rule gives the new pairing counts again, once a device.
  live.noteDecision(
    ruleDecision('d2', 'r1', 0, { ...FIRST, gateway: 'g1', state: 'approved', ...{ rowCreatedAtMs: paired(FIRST)?.createdAtMs ?? 0 } }),
  );
  live.noteDecision(ruleDecision('d3', 'r1', 0, { ...FIRST, gateway: 'g1', state: 'approved' }));
  expect(live.grantsOf('r1')).toEqual({ devices: 1 });
});

test('a plan of several devices names each that is listed, counts the others, and knows that all admins together are the last', async () => {
  const { open, pair } = await scene();
  await pair(FIRST, ADMIN);
  await pair(SECOND, ['operator.read']);
  const takeBack = await open();
  const devices = (...ids: string[]) => ids.map((deviceId) => ({ gateway: 'g1', deviceId }));
  const other = 'e4'.repeat(32);
  const some = await takeBack.plan({ devices: devices(FIRST.deviceId, SECOND.deviceId, THIRD.deviceId) });
  expect(some.gone).toBe(1);
  expect(some.items.map((i) => i.deviceId).sort()).toEqual([FIRST.deviceId, SECOND.deviceId].sort());
  expect(some.items.every((i) => i.needsConfirm === undefined)).toBe(true);
  const all = await takeBack.plan({ devices: devices(FIRST.deviceId, other) });
  expect(all.items.map((i) => i.needsConfirm).sort()).toEqual([FIRST.deviceId.slice(0, 8), other.slice(0, 8)].sort());
  expect(all.items[0]?.why).toContain('With the others of this plan gone');
});
