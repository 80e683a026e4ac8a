// A decision does what was shown, or nothing: bound to its content, written first, compared after, undone when it went wrong.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecisionView, OriginView } from '#lib/api/shapes.ts';
import { type PairedDevice, readPairingList } from '#lib/gateway/records.ts';
import { Problem } from '#lib/problem.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createDecider, type DeciderDeps, type Intent } from './decider.ts';

const DEVICE = 'a1'.repeat(32);
const KEY = { deviceId: DEVICE, publicKey: 'pk-1' };
const ORIGIN: OriginView = { origin: 'unknown', summary: '', facts: [], settled: true };
const PERSON = { kind: 'person', name: 'operator' } as const;

/** A desk with one paired device that holds read and asks for write. */
async function desk(over: Partial<DeciderDeps> = {}) {
  const { store, clock } = await testStore();
  const gateway = createPairingTransport({ clock });
  const first = gateway.ask({ ...KEY, scopes: ['operator.read'] });
  await gateway.request('device.pair.approve', { requestId: first.requestId });
  clock.advance(1000);
  const waiting = gateway.ask(KEY);
  gateway.calls.splice(0);
  const approved: [DecisionView, PairedDevice][] = [];
  const undone: DecisionView[] = [];
  const next = counter();
  const decider = createDecider({
    gateway: 'local',
    request: gateway.request,
    readList: async () => readPairingList(await gateway.request('device.pair.list')),
    begin: store.decisions.begin,
    complete: store.decisions.complete,
    onUndone: (decision) => Promise.resolve(void undone.push(decision)),
    onApproved: (decision, row) => Promise.resolve(void approved.push([decision, row])),
    clock,
    newId: () => `d${next()}`,
    ...over,
  });
  const intent = (more: Partial<Intent> = {}): Intent => ({
    action: 'approve',
    requestId: waiting.requestId,
    bound: { ...KEY, roles: ['operator'], scopes: ['operator.write'], platform: 'linux', deviceFamily: undefined },
    actor: PERSON,
    origin: ORIGIN,
    ...more,
  });
  const kept = async () => (await store.decisions.list({ limit: 20 })).items;
  return { gateway, store, clock, waiting, decider, intent, approved, undone, kept };
}

test('an approval gives what was shown, says what the device now holds, and is in the record', async () => {
  const { decider, intent, gateway, approved, kept } = await desk();
  const decision = await decider.decide(intent());
  expect(decision).toMatchObject({
    state: 'approved',
    reason: 'scope-upgrade',
    scopes: ['operator.write'],
    heldScopes: ['operator.read'],
    addedScopes: ['operator.write'],
    outcome: 'Approved. It now holds read, write.',
  });
  expect(gateway.state().paired[DEVICE]?.approvedScopes).toEqual(['operator.read', 'operator.write']);
  expect(gateway.methods()).toEqual(['list', 'approve']);
  expect(approved).toHaveLength(1);
  expect(await kept()).toEqual([decision]);
  expect(JSON.stringify([await kept(), approved])).not.toContain('secret-');
});

test('a rejection takes the request away and the device keeps what it held', async () => {
  const { decider, intent, gateway, approved } = await desk();
  expect(await decider.decide(intent({ action: 'reject' }))).toMatchObject({ state: 'rejected' });
  expect(gateway.state().pending).toEqual({});
  expect(gateway.state().paired[DEVICE]?.approvedScopes).toEqual(['operator.read']);
  expect(approved).toEqual([]);
});

test('the decision is on the disk before the gateway is asked', async () => {
  const order: string[] = [];
  const { decider, intent, gateway, store } = await desk({
    begin: (decision) => store.decisions.begin(decision).then(() => void order.push('written')),
  });
  gateway.hooks.before = async ({ method }) => {
    order.push(method);
    if (method === 'device.pair.approve') expect(await store.decisions.unsettled()).toHaveLength(1);
  };
  await decider.decide(intent());
  expect(order).toEqual(['device.pair.list', 'written', 'device.pair.approve']);
});

test('when the record cannot be written the gateway is never asked', async () => {
  const { decider, intent, gateway } = await desk({ begin: () => Promise.reject(new Problem('store-unwritable')) });
  for (const action of ['approve', 'reject'] as const)
    await expect(decider.decide(intent({ action }))).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(new Set(gateway.methods())).toEqual(new Set(['list']));
});

const CHANGES: [string, (gateway: ReturnType<typeof createPairingTransport>) => void][] = [
  ['a wider wish under a new id', (g) => void g.ask({ ...KEY, scopes: ['operator.admin'] })],
  ['another role', (g) => void g.ask({ ...KEY, role: 'node', scopes: [] })],
  ['another platform under the same id', (g) => void g.ask({ ...KEY, platform: 'darwin' })],
  ['a family under the same id', (g) => void g.ask({ ...KEY, deviceFamily: 'Mac' })],
  ['another public key', (g) => void g.ask({ deviceId: DEVICE, publicKey: 'pk-2' })],
  [
    'a wider wish under the same id',
    (g) =>
      g.edit((s) => ({
        ...s,
        pending: Object.fromEntries(Object.entries(s.pending).map(([id, row]) => [id, { ...row, scopes: ['operator.admin'] }])),
      })),
  ],
  [
    'no scopes any more',
    (g) =>
      g.edit((s) => ({ ...s, pending: Object.fromEntries(Object.entries(s.pending).map(([id, row]) => [id, { ...row, scopes: [] }])) })),
  ],
];

test.each(CHANGES)('%s between card and decision: nothing is asked, and the new request is named', async (_name, change) => {
  const { decider, intent, gateway, kept } = await desk();
  change(gateway);
  const now = Object.keys(gateway.state().pending)[0];
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-changed', extra: { requestId: now } });
  expect(gateway.methods()).toEqual(['list']);
  expect(await kept()).toEqual([]);
});

test('a request that waits no more is gone, and nothing is asked', async () => {
  const { decider, intent, gateway } = await desk();
  gateway.edit((s) => ({ ...s, pending: {} }));
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-gone' });
  expect(gateway.methods()).toEqual(['list']);
});

test('the same wish under a new id gets the decision, and it says so', async () => {
  const { decider, intent, gateway } = await desk();
  gateway.edit((s) => ({ ...s, pending: {} }));
  const newer = gateway.ask(KEY);
  const decision = await decider.decide(intent());
  expect(decision).toMatchObject({ state: 'approved', requestId: newer.requestId });
  expect(decision.outcome).toMatch(/newer request/);
});

test('whatever the record holds at the last moment, only exactly what was shown is ever approved', async () => {
  const { decider, intent, gateway, clock } = await desk();
  const scope = fc.constantFrom('operator.read', 'operator.write', 'operator.admin', 'x');
  const content = fc.record({
    scopes: fc.uniqueArray(scope, { maxLength: 3 }),
    roles: fc.subarray(['operator', 'node'], { minLength: 1 }),
    platform: fc.constantFrom('linux', 'darwin', undefined),
    deviceFamily: fc.constantFrom(undefined, 'Mac'),
    publicKey: fc.constantFrom('pk-1', 'pk-2'),
    sameId: fc.boolean(),
  });
  const before = gateway.state();
  const [id = ''] = Object.keys(before.pending);
  await fc.assert(
    fc.asyncProperty(content, async ({ sameId, ...row }) => {
      gateway.edit(() => {
        const [base] = Object.values(before.pending);
        const requestId = sameId ? id : 'another';
        return base ? { ...before, pending: { [requestId]: { ...base, ...row, requestId, ts: clock.nowMs() } } } : before;
      });
      gateway.calls.splice(0);
      const exact =
        row.publicKey === 'pk-1' &&
        row.platform === 'linux' &&
        !row.deviceFamily &&
        row.roles.join() === 'operator' &&
        row.scopes.join() === 'operator.write';
      await decider.decide(intent()).catch(() => undefined);
      expect(gateway.methods().includes('approve')).toBe(exact);
    }),
    { numRuns: 150 },
  );
});

test('a client that asks again at every try is followed three times, then left to a person', async () => {
  const { decider, intent, gateway, kept } = await desk();
  gateway.hooks.before = ({ method }) => {
    if (method !== 'device.pair.approve') return;
    gateway.edit((s) => ({ ...s, pending: {} }));
    gateway.ask(KEY);
  };
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-gone' });
  expect(gateway.methods().filter((m) => m === 'approve')).toHaveLength(3);
  expect(await kept()).toMatchObject([{ state: 'failed', problem: { code: 'request-gone' } }]);
  expect(gateway.state().paired[DEVICE]?.approvedScopes).toEqual(['operator.read']);
});

test('a client that asks again once is followed within one decision', async () => {
  const { decider, intent, gateway, kept } = await desk();
  let churned = false;
  gateway.hooks.before = ({ method }) => {
    if (method !== 'device.pair.approve' || churned) return;
    churned = true;
    gateway.edit((s) => ({ ...s, pending: {} }));
    gateway.ask(KEY);
  };
  expect(await decider.decide(intent())).toMatchObject({ state: 'approved' });
  expect(await kept()).toHaveLength(1);
});

test('a client that widens its wish while it is followed stops the decision', async () => {
  const { decider, intent, gateway, kept } = await desk();
  gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve') gateway.ask({ ...KEY, scopes: ['operator.admin'] });
  };
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-changed' });
  expect(await kept()).toMatchObject([{ state: 'failed' }]);
  expect(gateway.state().paired[DEVICE]?.approvedScopes).toEqual(['operator.read']);
});

test('without an answer the decision stays open, to be settled by reading the gateway', async () => {
  const { decider, intent, gateway, store } = await desk();
  gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.approve') throw new Problem('gateway-down', 'gone');
  };
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'gateway-down' });
  expect(await store.decisions.unsettled()).toMatchObject([{ state: 'asking', outcome: 'Asked the gateway; no answer yet.' }]);
});

test('a node that was let in holds its role, and is not said to hold no scopes', async () => {
  const { decider, intent, gateway } = await desk();
  const node = { role: 'node', roles: ['node'], scopes: [] };
  gateway.edit((s) => ({
    ...s,
    pending: Object.fromEntries(Object.entries(s.pending).map(([id, row]) => [id, { ...row, ...node }])),
    paired: {},
  }));
  const { bound } = intent();
  const decision = await decider.decide(intent({ bound: { ...bound, roles: ['node'], scopes: [] } }));
  expect(decision.outcome).toContain('It now holds role node; which commands may be run on it is decided in the queue of nodes.');
});

test('a gateway that says no is a failed decision with its words', async () => {
  const { decider, intent, gateway } = await desk();
  gateway.edit((s) => ({
    ...s,
    pending: Object.fromEntries(Object.entries(s.pending).map(([id, row]) => [id, { ...row, role: 'node', roles: ['node'] }])),
  }));
  const decision = await decider.decide(intent({ bound: { ...intent().bound, roles: ['node'] } }));
  expect(decision).toMatchObject({ state: 'failed', problem: { code: 'gateway-refused' } });
  expect(decision.outcome).toMatch(/invalid scope/);
});

test('a request that the gateway decides by itself can be rejected, not approved', async () => {
  const { decider, intent, gateway } = await desk();
  gateway.edit((s) => ({
    ...s,
    pending: Object.fromEntries(Object.entries(s.pending).map(([id, row]) => [id, { ...row, silent: true }])),
  }));
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-changed' });
  expect(await decider.decide(intent({ action: 'reject' }))).toMatchObject({ state: 'rejected' });
});

test('what is asked once more at the last moment can stop the decision before anything is written', async () => {
  const { decider, intent, gateway, kept } = await desk();
  const rows: unknown[] = [];
  const stillGood: Intent['stillGood'] = (request, row, list) => {
    rows.push(request.scopes, row?.scopes, list.pending.length);
    return 'The rule was switched off.';
  };
  await expect(decider.decide(intent({ stillGood }))).rejects.toThrow('The rule was switched off.');
  expect(rows).toEqual([['operator.write'], ['operator.read'], 1]);
  expect(gateway.methods()).toEqual(['list']);
  expect(await kept()).toEqual([]);
});

const MISMATCHES: [string, Record<string, unknown>][] = [
  ['more scopes', { scopes: ['operator.read', 'operator.write', 'operator.admin'] }],
  ['fewer scopes', { scopes: ['operator.read'] }],
  ['another role', { roles: ['node', 'operator'] }],
  ['another key', { publicKey: 'pk-2' }],
  ['another device', { deviceId: 'b2'.repeat(32) }],
  ['another platform', { platform: 'darwin' }],
  ['a family', { deviceFamily: 'Mac' }],
  ['a pairing of its own', { createdAtMs: 1 }],
];

test.each(MISMATCHES)('a gateway that granted %s is undone: device removed, automation stopped', async (_name, over) => {
  const { decider, intent, gateway, undone, approved } = await desk();
  gateway.hooks.answer = ({ method }, payload) => {
    const device = typeof payload.device === 'object' ? payload.device : {};
    return method === 'device.pair.approve' ? { ...payload, device: { ...device, ...over } } : payload;
  };
  const decision = await decider.decide(intent());
  expect(decision).toMatchObject({ state: 'undone', problem: { code: 'undone' } });
  expect(gateway.calls.at(-1)).toEqual({ method: 'device.pair.remove', params: { deviceId: DEVICE } });
  expect(gateway.state().paired).toEqual({});
  expect(undone).toHaveLength(1);
  expect(approved).toEqual([]);
});

test('a wrong grant that cannot be removed says so', async () => {
  const { decider, intent, gateway, undone } = await desk();
  gateway.hooks.answer = ({ method }, payload) =>
    method === 'device.pair.approve' ? { ...payload, device: { ...KEY, scopes: ['operator.admin'], roles: ['operator'] } } : payload;
  gateway.hooks.before = ({ method }) => {
    if (method === 'device.pair.remove') throw new Problem('gateway-down', 'gone');
  };
  expect((await decider.decide(intent())).outcome).toMatch(/could not be removed. Remove it on the gateway now/);
  expect(undone).toHaveLength(1);
});

test('a wrong grant stops automation even when the record cannot be written any more', async () => {
  const { decider, intent, gateway, undone } = await desk({ complete: () => Promise.reject(new Problem('store-unwritable')) });
  gateway.hooks.answer = ({ method }, payload) =>
    method === 'device.pair.approve' ? { ...payload, device: { ...KEY, scopes: ['operator.admin'], roles: ['operator'] } } : payload;
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(undone).toHaveLength(1);
  expect(gateway.state().paired).toEqual({});
});

test('an answer without a row is compared with the list', async () => {
  const { decider, intent, gateway } = await desk();
  gateway.hooks.answer = ({ method }, payload) => (method === 'device.pair.approve' ? { ok: true } : payload);
  expect(await decider.decide(intent())).toMatchObject({ state: 'approved' });
  expect(gateway.methods()).toEqual(['list', 'approve', 'list']);
});

test('a yes without any row is no approval', async () => {
  const { decider, intent, gateway, approved } = await desk();
  gateway.hooks.answer = ({ method }, payload) =>
    method === 'device.pair.approve' ? {} : { ...payload, paired: gateway.methods().length > 2 ? [] : payload.paired };
  expect(await decider.decide(intent())).toMatchObject({ state: 'failed' });
  expect(approved).toEqual([]);
});

test('a second decision on the device while one is under way is busy, and free again after it, also after a failure', async () => {
  const { decider, intent, gateway, waiting } = await desk();
  const first = decider.decide(intent({ requestId: waiting.requestId }));
  await expect(decider.decide(intent({ action: 'reject' }))).rejects.toMatchObject({ code: 'request-busy' });
  await first;
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-gone' });
  gateway.ask({ ...KEY, scopes: ['operator.pairing'] });
  expect(await decider.decide(intent({ bound: { ...intent().bound, scopes: ['operator.pairing'] } }))).toMatchObject({ state: 'approved' });
});

test('decisions on two devices do not wait for each other', async () => {
  const { decider, intent, gateway } = await desk();
  const other = { deviceId: 'b2'.repeat(32), publicKey: 'pk-9' };
  const { requestId } = gateway.ask({ ...other, scopes: ['operator.read'] });
  const both = [
    decider.decide(intent()),
    decider.decide(intent({ requestId, bound: { ...intent().bound, ...other, scopes: ['operator.read'] } })),
  ];
  expect((await Promise.all(both)).map((d) => [d.state, d.reason])).toEqual([
    ['approved', 'scope-upgrade'],
    ['approved', 'new-device'],
  ]);
});

test('the last word, after the record was written, keeps the gateway from being asked and is in the record', async () => {
  const { decider, intent, gateway, kept, approved } = await desk();
  await expect(decider.decide(intent({ mayAsk: () => 'Automation is off.' }))).rejects.toThrow('Automation is off.');
  expect(gateway.methods()).toEqual(['list']);
  expect(await kept()).toMatchObject([{ state: 'failed', outcome: 'The gateway was not asked: Automation is off.' }]);
  expect(approved).toEqual([]);
  expect(await decider.decide(intent())).toMatchObject({ state: 'approved' });
});

test('another act on a device and a decision on it exclude each other; it is free again after a failure', async () => {
  const { decider, intent } = await desk();
  let release: () => void = () => undefined;
  const acting = decider.exclusively(DEVICE, () => new Promise<void>((resolve) => (release = resolve)));
  expect(decider.isBusy(DEVICE)).toBe(true);
  await expect(decider.decide(intent())).rejects.toMatchObject({ code: 'request-busy' });
  release();
  await acting;
  await expect(decider.exclusively(DEVICE, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await decider.decide(intent())).toMatchObject({ state: 'approved' });
});

test.each(['outcome', 'ledger'] as const)(
  'a grant whose %s cannot be written after the client asked again is never written down as failed',
  async (what) => {
    const full = () => Promise.reject(new Problem('store-unwritable', 'The record cannot be written: the disk is full.'));
    let left = 1;
    const scene = await desk({
      complete(id, patch) {
        if (what === 'outcome' && patch.state === 'approved' && left-- > 0) return full();
        return scene.store.decisions.complete(id, patch);
      },
      onApproved: () => (what === 'ledger' ? full() : Promise.resolve()),
    });
    scene.gateway.hooks.before = ({ method }) => {
      if (method !== 'device.pair.approve') return;
      scene.gateway.hooks.before = undefined;
      scene.clock.advance(10);
      scene.gateway.edit((state) => ({ ...state, pending: {} }));
      scene.gateway.ask(KEY);
    };
    await expect(scene.decider.decide(scene.intent())).rejects.toMatchObject({ code: 'store-unwritable' });
    expect(scene.gateway.state().paired[DEVICE]?.approvedScopes).toEqual(['operator.read', 'operator.write']);
    expect((await scene.kept()).map(({ state }) => state)).toEqual([what === 'outcome' ? 'asking' : 'approved']);
  },
);
