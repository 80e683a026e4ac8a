// Later lists: what no answer came for is settled, and what came back by itself is told once, across restarts too.
import { expect, test } from 'vitest';
import { isoOf } from '#lib/clock.ts';
import { Problem } from '#lib/problem.ts';
import { sampleDecision } from '#lib/store/test-samples.ts';
import type { DeviceActs } from './device-acts.ts';
import { ADMIN, actScene, codeOf, FIRST, inputOf, PERSON, READ, READ_WRITE } from './test-scene.ts';

type Scene = Awaited<ReturnType<typeof actScene>>;

async function reads(scene: Scene, acts: DeviceActs) {
  acts.onList('g1', await scene.readList(), true);
  await acts.idle();
  expect(scene.errors).toEqual([]);
  return (await acts.list({ limit: 10 })).items.map(({ state }) => state);
}
const newest = async (acts: DeviceActs) => (await acts.list({ limit: 1 })).items[0];

async function narrowed(scopes = READ_WRITE) {
  const scene = await actScene();
  await scene.pair(FIRST, scopes);
  const acts = await scene.open();
  const item = await scene.planOne(acts, FIRST, { act: 'narrow', scopes: READ });
  expect(await acts.act(inputOf(item, { scopes: READ }), PERSON)).toMatchObject({ state: 'done' });
  return { scene, acts };
}
async function revoked() {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  expect(await acts.act(inputOf(await scene.planOne(acts, FIRST, { act: 'revoke' })), PERSON)).toMatchObject({ state: 'done' });
  return { scene, acts };
}

test('without an answer an act stays open and is settled by a list, done or not, never by asking again', async () => {
  for (const reached of [true, false]) {
    const scene = await actScene();
    await scene.pair(FIRST, READ_WRITE);
    const acts = await scene.open();
    const down = () => {
      throw new Problem('gateway-down', 'The connection went.');
    };
    if (reached) scene.gateway.hooks.answer = ({ method }, payload) => (method === 'device.token.rotate' ? down() : payload);
    else scene.gateway.hooks.before = ({ method }) => (method === 'device.token.rotate' ? down() : undefined);
    expect(await codeOf(acts.act(inputOf(await scene.planOne(acts, FIRST, { act: 'rotate' })), PERSON))).toBe('gateway-down');
    expect(await newest(acts)).toMatchObject({ state: 'asking' });
    // A crash lies between: what is on the disk is enough.
    const again = await scene.open();
    expect(await reads(scene, again)).toEqual([reached ? 'done' : 'failed']);
    expect((await newest(again))?.outcome).toMatch(/^No answer came\. /);
    expect(await newest(again)).toHaveProperty('answeredAt');
    expect(scene.told).toEqual(['device.token.rotate']);
    expect(scene.recorded.map((r) => r.actor.kind)).toEqual(['gateway']);
  }
});

test('a token that was narrowed and is wide again, or revoked and issued again, is told once', async () => {
  for (const of of [narrowed, revoked]) {
    const { scene, acts } = await of();
    expect(await reads(scene, acts)).toEqual(['done']);
    scene.comesBack(FIRST, READ_WRITE);
    expect(await reads(scene, acts)).toEqual(['undone']);
    expect(await reads(scene, acts)).toEqual(['undone']);
    expect(await newest(acts)).toMatchObject({ outcome: expect.stringContaining('came back by itself'), undoneAt: expect.any(String) });
    expect(scene.recorded.filter((r) => r.what === 'device.act-undone')).toHaveLength(1);
    const again = await scene.open();
    expect(await reads(scene, again)).toEqual(['undone']);
    expect(scene.recorded.filter((r) => r.what === 'device.act-undone')).toHaveLength(1);
  }
});

test('what came back while the console was away is told at the next start', async () => {
  const { scene } = await revoked();
  scene.comesBack(FIRST, READ);
  expect(await reads(scene, await scene.open())).toEqual(['undone']);
});

test('a narrow token that is used as it is stays narrow; less is no news either', async () => {
  const { scene, acts } = await narrowed(ADMIN);
  scene.comesBack(FIRST, READ);
  expect(await reads(scene, acts)).toEqual(['done']);
  await scene.gateway.request('device.token.revoke', { deviceId: FIRST.deviceId, role: 'operator' });
  expect(await reads(scene, acts)).toEqual(['done']);
  await scene.gateway.request('device.pair.remove', { deviceId: FIRST.deviceId });
  expect(await reads(scene, acts)).toEqual(['done']);
});

test('a list that was on its way when the act was done is no news', async () => {
  for (const act of ['revoke', 'narrow', 'rename'] as const) {
    const scene = await actScene();
    await scene.pair(FIRST, READ_WRITE);
    const acts = await scene.open();
    const old = await scene.readList();
    const scopes = act === 'narrow' ? { scopes: READ } : {};
    const item = await scene.planOne(acts, FIRST, { act, ...scopes });
    await acts.act(inputOf(item, { ...scopes, ...(act === 'rename' ? { label: 'Desk' } : {}) }), PERSON);
    acts.onList('g1', old, true);
    expect(await reads(scene, acts), act).toEqual(['done']);
  }
});

test('what this console let in again is its own doing, and is not watched any more', async () => {
  const { scene, acts } = await revoked();
  const at = isoOf(scene.clock.nowMs() + 500);
  await scene.store.decisions.begin(sampleDecision({ id: 'd1', gateway: 'g1', ...FIRST, roles: ['operator'], at, state: 'asking' }));
  scene.comesBack(FIRST, READ_WRITE);
  expect(await reads(scene, acts), 'while it is being asked for, nothing is said').toEqual(['done']);
  await scene.store.decisions.complete('d1', { state: 'approved' });
  expect(await reads(scene, acts)).toEqual(['done']);
});

test('a name that somebody else gave is told when two lists show it, and a later rename here takes its place', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  const rename = async (label: string) => acts.act(inputOf(await scene.planOne(acts, FIRST, { act: 'rename' }), { label }), PERSON);
  await rename('One');
  await rename('Two');
  expect(await reads(scene, acts)).toEqual(['done', 'done']);
  scene.labels.set(FIRST.deviceId, 'Elsewhere');
  expect(await reads(scene, acts)).toEqual(['done', 'done']);
  expect(await reads(scene, acts)).toEqual(['undone', 'done']);
  expect((await newest(acts))?.outcome).toBe('Renamed, but it is called “Elsewhere” now. Nobody did that here.');
});

test('while a rename is under way, lists that show it already say nothing of the one before', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  const rename = async (label: string) => acts.act(inputOf(await scene.planOne(acts, FIRST, { act: 'rename' }), { label }), PERSON);
  await rename('One');
  let readAgain = false;
  scene.gateway.hooks.before = async ({ method }) => {
    if (method !== 'device.pair.rename' || readAgain) return;
    readAgain = true;
    scene.labels.set(FIRST.deviceId, 'Two');
    await reads(scene, acts);
    await reads(scene, acts);
  };
  expect(await rename('Two')).toMatchObject({ state: 'done' });
  expect(await reads(scene, acts)).toEqual(['done', 'done']);
});

test('a revoked device that somebody removes and that pairs anew is back', async () => {
  const { scene, acts } = await revoked();
  await scene.gateway.request('device.pair.remove', { deviceId: FIRST.deviceId });
  expect(await reads(scene, acts)).toEqual(['done']);
  scene.clock.advance(1000);
  await scene.pair(FIRST, READ_WRITE);
  expect(await reads(scene, acts)).toEqual(['undone']);
  expect((await newest(acts))?.outcome).toContain('was paired anew since');
});

test('where it comes back between the answer and the reading, that is told at once', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  const item = await scene.planOne(acts, FIRST, { act: 'revoke' });
  scene.gateway.hooks.answer = ({ method }, payload) => {
    if (method === 'device.token.revoke') scene.comesBack(FIRST, READ_WRITE);
    return payload;
  };
  expect(await acts.act(inputOf(item), PERSON)).toMatchObject({ state: 'undone', undoneAt: expect.any(String) });
});

test('a token whose entry is gone is no coming back; one that is issued after that is', async () => {
  for (const of of [narrowed, revoked]) {
    const { scene, acts } = await of();
    const { gateway } = scene;
    const held = scene.tokenOf(FIRST);
    if (!held) throw new Error('it has no token');
    const put = (operator: typeof held | undefined) =>
      gateway.edit((state) => {
        const row = state.paired[FIRST.deviceId];
        if (!row) return state;
        const { operator: _old, ...rest } = row.tokens;
        return { ...state, paired: { ...state.paired, [FIRST.deviceId]: { ...row, tokens: operator ? { ...rest, operator } : rest } } };
      });
    put(undefined);
    expect(await reads(scene, acts)).toEqual(['done']);
    scene.clock.advance(1000);
    const { rotatedAtMs: _rotated, revokedAtMs: _revoked, ...fresh } = held;
    put({ ...fresh, scopes: READ_WRITE, createdAtMs: scene.clock.nowMs() });
    expect(await reads(scene, acts)).toEqual(['undone']);
  }
});

test('a revocation without an answer after which the token is not listed any more is done', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  const item = await scene.planOne(acts, FIRST, { act: 'revoke' });
  scene.gateway.hooks.before = ({ method }) => {
    if (method === 'device.token.revoke') throw new Problem('gateway-down', 'The connection went.');
  };
  expect(await codeOf(acts.act(inputOf(item), PERSON))).toBe('gateway-down');
  scene.gateway.edit((state) => {
    const row = state.paired[FIRST.deviceId];
    return row ? { ...state, paired: { ...state.paired, [FIRST.deviceId]: { ...row, tokens: {} } } } : state;
  });
  expect(await reads(scene, acts)).toEqual(['done']);
});
