// Decisions on a node's commands over a gateway in the manner of 2026.4.14: bound, written first, read back, settled, and never guessed.
import { expect, test } from 'vitest';
import type { NodeDecisionInput } from '#lib/api/node-shapes.ts';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import { Problem } from '#lib/problem.ts';
import { HOST, NODE, nodeScene, PERSON, TOKEN } from './test-scene.ts';

async function waiting(over: Parameters<typeof nodeScene>[0] = {}, commands = HOST) {
  const scene = await nodeScene(over);
  const requestId = scene.offers(commands);
  const desk = scene.open();
  await desk.refresh();
  const [view] = desk.requests();
  if (!view) throw new Error('nothing waits');
  const decide = (action: 'approve' | 'reject', seen: NodeDecisionInput = scene.seenOf(view), id = requestId) =>
    desk.decide({ action, requestId: id, seen, actor: PERSON });
  return { ...scene, desk, view, requestId, decide };
}
const stored = async ({ store }: { store: Awaited<ReturnType<typeof nodeScene>>['store'] }) =>
  (await store.nodeDecisions.list({ limit: 10 })).items;

test('a waiting node is shown with what it asks by danger, what it adds, and who may approve it', async () => {
  const { view, desk, changes } = await waiting();
  expect(view.groups.map(({ danger }) => danger)).toEqual(['any-command', 'data', 'notice']);
  expect(view).toMatchObject({ adds: HOST, confirm: ['any-command', 'data'], devicePaired: false });
  expect([...view.requiredScopes].sort()).toEqual(['operator.admin', 'operator.pairing']);
  expect(view.holds).toBeUndefined();
  expect(view.cannotApprove).toBeUndefined();
  expect(view.regardless).toContain('before anybody approves');
  expect(Date.parse(view.expiresAt ?? '') - Date.parse(view.at)).toBe(300_000);
  expect(changes).toEqual([{ topic: 'node-requests', op: 'set', item: view }]);
  expect(desk.gap()).toBeUndefined();
});

test('an approval is written first, read back, told and recorded, and the node’s token is nowhere', async () => {
  const scene = await waiting();
  const view = await scene.decide('approve');
  expect(view).toMatchObject({ state: 'approved', action: 'approve', by: 'operator', commands: HOST });
  expect(view.outcome).toContain('system.run');
  expect(scene.changes.flatMap((c) => (c.topic === 'node-decisions' ? [c.item.state] : []))).toEqual(['asking', 'approved']);
  expect(scene.changes.at(-1)).toEqual({ topic: 'node-requests', op: 'gone', gateway: 'g1', requestId: scene.requestId });
  expect(scene.recorded.map(({ what }) => what)).toEqual(['node.approved']);
  expect(await stored(scene)).toEqual([view]);
  expect(scene.pairing.paired()[0]?.token).toBe(TOKEN);
  expect(JSON.stringify([scene.changes, scene.recorded, await stored(scene)])).not.toContain(TOKEN);
});

test('it stands on the disk before the gateway is asked; what cannot be written is not asked', async () => {
  const scene = await waiting();
  await scene.decide('approve');
  expect(scene.asked.slice(-4)).toEqual(['node.pair.list', 'written', 'node.pair.approve', 'node.pair.list']);
  const broken = await waiting();
  broken.hooks.write = () => {
    throw new Problem('store-unwritable');
  };
  await expect(broken.decide('approve')).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(broken.asked).not.toContain('node.pair.approve');
});

test('a rejection keeps what was approved before and says that this gateway runs the commands all the same', async () => {
  const scene = await waiting();
  await scene.decide('approve');
  const more = scene.offers([...HOST, 'browser.proxy']);
  await scene.desk.refresh();
  const [again] = scene.desk.requests();
  if (!again) throw new Error('it asks no more');
  expect(again).toMatchObject({ holds: HOST, adds: ['browser.proxy'] });
  const view = await scene.desk.decide({ action: 'reject', requestId: more, seen: scene.seenOf(again), actor: PERSON });
  expect(view.state).toBe('rejected');
  expect(view.outcome).toMatch(/keeps what was approved before: system.notify, system.run, system.which/);
  expect(view.outcome).toContain('all the same');
  expect(scene.recorded.map(({ what }) => what)).toEqual(['node.approved', 'node.rejected']);
});

test('what the node asks for in between, under the same id, is not approved: the answer carries what it asks now', async () => {
  const scene = await waiting({}, ['system.notify']);
  expect(scene.offers(HOST)).toBe(scene.requestId);
  await expect(scene.decide('approve')).rejects.toMatchObject({
    code: 'request-changed',
    extra: { requestId: scene.requestId, nodeRequest: { commands: HOST } },
  });
  expect(scene.asked).not.toContain('node.pair.approve');
  expect(await stored(scene)).toEqual([]);
});

test('another node, other capabilities and an ended request are told apart', async () => {
  const scene = await waiting();
  const seen = scene.seenOf(scene.view);
  await expect(scene.decide('approve', { ...seen, nodeId: 'b2'.repeat(32) })).rejects.toMatchObject({ code: 'request-changed' });
  await expect(scene.decide('approve', { ...seen, caps: [] })).rejects.toMatchObject({ code: 'request-changed' });
  scene.clock.advance(300_001);
  await expect(scene.decide('reject')).rejects.toMatchObject({ code: 'request-gone' });
  expect(await stored(scene)).toEqual([]);
});

test('the same content under a newer id is the same wish', async () => {
  const scene = await waiting();
  const view = await scene.decide('approve', undefined, 'an-id-of-before');
  expect(view.state).toBe('approved');
});

test('an approval without each grave group named again is not asked; a rejection needs none', async () => {
  const scene = await waiting();
  for (const confirm of [undefined, [], ['data'], ['any-command']]) {
    const { confirm: _all, ...seen } = scene.seenOf(scene.view);
    const bare = confirm === undefined ? seen : { ...seen, confirm };
    await expect(scene.decide('approve', bare)).rejects.toMatchObject({ code: 'input-invalid', extra: { field: 'confirm' } });
  }
  expect(scene.asked).not.toContain('node.pair.approve');
  const { confirm: _none, ...seen } = scene.seenOf(scene.view);
  expect((await scene.decide('reject', seen)).state).toBe('rejected');
});

test('a session without admin is told that it cannot approve, and is not sent to the gateway to hear it', async () => {
  const scene = await waiting({ scopes: ['operator.pairing', 'operator.write'] });
  expect(scene.view.cannotApprove).toContain('operator.admin');
  await expect(scene.decide('approve')).rejects.toMatchObject({ code: 'gateway-limited' });
  expect(scene.asked).not.toContain('node.pair.approve');
  expect((await scene.decide('reject')).state).toBe('rejected');
});

test('a gateway that gives something else than was approved is told loudly', async () => {
  const scene = await waiting({}, ['system.notify']);
  scene.hooks.before = (method) => {
    if (method === 'node.pair.approve') scene.offers(HOST);
  };
  const view = await scene.decide('approve');
  expect(view.state).toBe('mismatch');
  expect(view.outcome).toContain('system.run');
  expect(scene.alarms).toHaveLength(1);
  expect(scene.recorded.map(({ what }) => what)).toEqual(['node.mismatch']);
});

test('a no of the gateway is told in its words; a request that ended meanwhile is told as such', async () => {
  const scene = await waiting();
  scene.hooks.before = (method) => {
    if (method === 'node.pair.approve') throw new GatewayRefusal({ code: 'FORBIDDEN', message: 'node pairing approval denied' });
  };
  const denied = await scene.decide('approve');
  expect(denied).toMatchObject({ state: 'failed', outcome: expect.stringContaining('node pairing approval denied') });
  scene.hooks.before = (method) => {
    if (method === 'node.pair.approve') scene.pairing.reject(scene.requestId);
  };
  const late = await scene.decide('approve');
  expect(late).toMatchObject({ state: 'failed', outcome: expect.stringContaining('did not wait any more') });
});

test('an answer that never came is settled by the next list: done, not done, or not known; nothing is asked twice', async () => {
  const down = () => {
    throw new Problem('gateway-down', 'gone');
  };
  const lost = await waiting();
  lost.hooks.after = (method, answer) => (method === 'node.pair.approve' ? down() : answer);
  await expect(lost.decide('approve')).rejects.toMatchObject({ code: 'gateway-down' });
  expect((await stored(lost))[0]?.state).toBe('asking');
  delete lost.hooks.after;
  await lost.open().settle();
  expect((await stored(lost))[0]).toMatchObject({ state: 'approved' });
  expect(lost.asked.filter((method) => method === 'node.pair.approve')).toHaveLength(1);

  const unheard = await waiting();
  unheard.hooks.before = (method) => (method === 'node.pair.approve' ? down() : undefined);
  await expect(unheard.decide('approve')).rejects.toMatchObject({ code: 'gateway-down' });
  await unheard.open().settle();
  expect((await stored(unheard))[0]).toMatchObject({ state: 'failed' });

  const dark = await waiting();
  dark.hooks.after = (method, answer) => (method === 'node.pair.reject' ? down() : answer);
  await expect(dark.decide('reject')).rejects.toMatchObject({ code: 'gateway-down' });
  await dark.open().settle();
  expect((await stored(dark))[0]).toMatchObject({ state: 'unknown' });
});

test('what the node was given before is no proof that a lost approval gave it', async () => {
  const scene = await waiting();
  await scene.decide('approve');
  scene.clock.advance(60_000);
  const [given] = await stored(scene);
  if (!given) throw new Error('nothing was stored');
  const at = new Date(scene.clock.nowMs()).toISOString();
  await scene.store.nodeDecisions.begin({ view: { ...given, id: 'lost', state: 'asking', at }, requestId: 'gone-since', caps: ['system'] });
  await scene.desk.settle();
  expect((await stored(scene))[0]).toMatchObject({ id: 'lost', state: 'unknown' });
});

test('a list that cannot be read after a yes leaves the outcome open', async () => {
  const scene = await waiting();
  let asked = false;
  scene.hooks.before = (method) => {
    if (method === 'node.pair.approve') asked = true;
    else if (asked) throw new Problem('gateway-down', 'gone');
  };
  expect((await scene.decide('approve')).state).toBe('unknown');
});

test('one decision on a machine at a time', async () => {
  const scene = await waiting();
  scene.busy.add(NODE);
  await expect(scene.decide('approve')).rejects.toMatchObject({ code: 'request-busy' });
});

test('a gateway that knows no such queue, a session that may not list it and a refusal are told, never an empty list', async () => {
  const old = await nodeScene({ methods: ['device.pair.list'] });
  const oldDesk = old.open();
  await oldDesk.refresh();
  expect(oldDesk.gap()?.why).toContain('no queue');
  const narrow = await nodeScene({ scopes: ['operator.read'] });
  const narrowDesk = narrow.open();
  await narrowDesk.refresh();
  expect(narrowDesk.gap()?.why).toContain('operator.pairing');
  expect([...old.asked, ...narrow.asked]).toEqual([]);
  const refused = await waiting();
  refused.hooks.before = () => {
    throw new GatewayRefusal({ code: 'INVALID_REQUEST', message: 'missing scope: operator.pairing' });
  };
  await refused.desk.refresh();
  expect(refused.desk.gap()?.why).toContain('missing scope');
  expect(refused.desk.requests()).toEqual([]);
  expect((await nodeScene()).open().gap()?.why).toContain('not read yet');
});

test('what was read is kept while the line is down, and said to be old by the gap', async () => {
  const scene = await waiting();
  scene.hooks.before = () => {
    throw new Problem('gateway-down', 'The gateway cannot be reached.');
  };
  await scene.desk.refresh();
  expect(scene.desk.requests()).toHaveLength(1);
  expect(scene.desk.gap()?.why).toContain('cannot be reached');
});

test('2026.9.6 names no end of a request and runs nothing before it is approved', async () => {
  const { view } = await waiting({ protocol: 4 });
  expect([view.expiresAt, view.regardless]).toEqual([undefined, undefined]);
});

test('a second that changes nothing makes no view anew; what changes beside the queue does', async () => {
  const scene = await waiting();
  let looked = 0;
  const counted = new Proxy(scene.devices, {
    get(of, key) {
      if (key === 'paired') looked += 1;
      return Reflect.get(of, key);
    },
  });
  const desk = scene.open({ devices: () => counted });
  await desk.refresh();
  const first = looked;
  expect(first).toBeGreaterThan(0);
  for (let n = 0; n < 5; n += 1) desk.show();
  await desk.refresh();
  expect(looked, 'the devices are put in order once').toBe(first);
  const before = scene.changes.length;
  scene.connection.state = { kind: 'connecting' };
  desk.show();
  expect(scene.changes.length).toBe(before + 1);
});

test('a damaged decision is shouted about and keeps no other from being settled', async () => {
  const scene = await waiting();
  scene.hooks.before = (method) => {
    if (method === 'node.pair.approve') throw new Problem('gateway-down', 'The line broke.');
  };
  await expect(scene.decide('approve')).rejects.toMatchObject({ code: 'gateway-down' });
  const { nodeDecisions } = scene.store;
  const unsettled = async (gateway: string) => ({ ...(await nodeDecisions.unsettled(gateway)), damaged: 1 });
  const desk = scene.open({ store: { nodeDecisions: { ...nodeDecisions, unsettled } } });
  await desk.settle();
  expect(scene.alarms).toEqual([expect.stringContaining('damaged')]);
  expect(await stored(scene)).toMatchObject([{ state: 'failed' }]);
});

test('whoever waits for a desk waits for what it writes', async () => {
  const { desk, hooks, store, decide } = await waiting();
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  hooks.after = async (method, own) => {
    if (method !== 'node.pair.approve') return own;
    asked.resolve();
    await promise;
    return own;
  };
  void decide('approve');
  await asked.promise;
  const idle = desk.idle().then(() => store.nodeDecisions.list({ limit: 1 }));
  resolve();
  expect((await idle).items).toMatchObject([{ state: 'approved' }]);
});
