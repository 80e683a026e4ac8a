// An act on a device: bound to what was shown, written before the gateway is asked, told by what the list shows.
import { expect, test } from 'vitest';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import { Problem } from '#lib/problem.ts';
import { ADMIN, actScene, CONSOLE, codeOf, FIRST, inputOf, PERSON, READ, READ_WRITE, SECOND } from './test-scene.ts';

const down = () => {
  throw new Problem('gateway-down', 'The connection went.');
};

test('each act is done, read back, kept, shown and recorded', async () => {
  const { open, pair, planOne, tokenOf, labels, store, changes, recorded, clock } = await actScene();
  await pair(FIRST, ADMIN);
  const acts = await open();
  const secret = () => tokenOf(FIRST)?.token;
  const first = secret();

  const renamed = await acts.act(inputOf(await planOne(acts, FIRST, { act: 'rename' }), { label: '  Desk of Anna ' }), PERSON);
  expect(renamed).toMatchObject({ state: 'done', outcome: 'Renamed to “Desk of Anna”.', by: 'operator' });
  expect(labels.get(FIRST.deviceId)).toBe('Desk of Anna');

  clock.advance(1000);
  const rotated = await acts.act(inputOf(await planOne(acts, FIRST, { act: 'rotate' })), PERSON);
  expect(rotated).toMatchObject({ state: 'done', role: 'operator', displayName: 'Desk of Anna' });
  expect(rotated.outcome).toContain('it holds read, write, admin as before');
  expect(secret()).not.toBe(first);

  clock.advance(1000);
  const narrowed = await acts.act(inputOf(await planOne(acts, FIRST, { act: 'narrow', scopes: READ }), { scopes: READ }), PERSON);
  expect(narrowed).toMatchObject({
    state: 'done',
    outcome: expect.stringContaining('Its operator token holds read alone; it lost write, admin.'),
  });
  expect(tokenOf(FIRST)?.scopes).toEqual(READ);

  clock.advance(1000);
  const revoked = await acts.act(inputOf(await planOne(acts, FIRST, { act: 'revoke' })), PERSON);
  expect(revoked).toMatchObject({ state: 'done', outcome: expect.stringContaining('was revoked; the row keeps its grant. No rule') });
  expect(tokenOf(FIRST)?.revokedAtMs).toBeDefined();

  expect(recorded.map((r) => r.what)).toEqual(['device.renamed', 'device.token-rotated', 'device.token-narrowed', 'device.token-revoked']);
  expect(changes.map((c) => c.topic === 'device-acts' && c.item.state)).toEqual(Array(4).fill(['asking', 'done']).flat());
  expect((await store.deviceActs.list({ limit: 10, gateway: 'g1', deviceId: FIRST.deviceId })).items).toEqual([
    revoked,
    narrowed,
    rotated,
    renamed,
  ]);
});

test('it stands in the store before the gateway is asked, and a store that cannot be written asks nothing', async () => {
  const { open, pair, planOne, gateway, store, told } = await actScene();
  await pair(FIRST, READ);
  const acts = await open();
  const seen: unknown[] = [];
  gateway.hooks.before = async ({ method }) => {
    if (method === 'device.token.revoke') seen.push((await store.deviceActs.list({ limit: 1 })).items[0]?.state);
  };
  const input = inputOf(await planOne(acts, FIRST, { act: 'revoke' }));
  await acts.act(input, PERSON);
  expect(seen).toEqual(['asking']);

  await pair(SECOND, READ);
  const second = inputOf(await planOne(acts, SECOND, { act: 'rotate' }));
  await store.dispose();
  await expect(acts.act(second, PERSON)).rejects.toThrow();
  expect(told).toEqual(['device.token.revoke']);
});

test('what changed since the plan is not acted on; the item as it is now comes with the refusal', async () => {
  const { open, pair, planOne, gateway, told, comesBack } = await actScene();
  await pair(FIRST, READ_WRITE);
  const acts = await open();
  const input = inputOf(await planOne(acts, FIRST, { act: 'revoke' }));
  comesBack(FIRST, READ);
  await expect(acts.act(input, PERSON)).rejects.toMatchObject({ code: 'request-changed', extra: { item: { tokenScopes: READ } } });
  const { tokenScopes: _left, ...without } = input;
  expect(await codeOf(acts.act(without, PERSON))).toBe('request-changed');
  await pair(FIRST, ADMIN);
  await expect(acts.act(input, PERSON)).rejects.toMatchObject({ code: 'request-changed', extra: { item: { holds: ADMIN } } });
  await gateway.request('device.pair.remove', { deviceId: FIRST.deviceId });
  expect(await codeOf(acts.act(input, PERSON))).toBe('device-unknown');
  await pair(FIRST, READ_WRITE);
  expect(await codeOf(acts.act(input, PERSON))).toBe('request-changed');
  expect(told).toEqual([]);
});

test('an intent that is not in order names the field and asks nothing', async () => {
  const { open, pair, planOne, told } = await actScene();
  await pair(FIRST, READ_WRITE);
  const acts = await open();
  const rename = inputOf(await planOne(acts, FIRST, { act: 'rename' }));
  for (const label of [undefined, '', '   ', 'x'.repeat(65), 'a\u202Eb', 'line\nbreak'])
    await expect(acts.act({ ...rename, ...(label === undefined ? {} : { label }) }, PERSON), String(label)).rejects.toMatchObject({
      code: 'input-invalid',
      extra: { field: 'label' },
    });
  const revoke = inputOf(await planOne(acts, FIRST, { act: 'revoke' }));
  await expect(acts.act({ ...revoke, scopes: READ }, PERSON)).rejects.toMatchObject({ extra: { field: 'scopes' } });
  await expect(acts.act({ ...revoke, act: 'narrow' }, PERSON)).rejects.toMatchObject({ extra: { field: 'scopes' } });
  await expect(acts.act({ ...revoke, label: 'x' }, PERSON)).rejects.toMatchObject({ extra: { field: 'label' } });
  expect(await codeOf(acts.act({ ...revoke, gateway: 'nowhere' }, PERSON))).toBe('gateway-unknown');
  expect(told).toEqual([]);
});

test('what is impossible is refused, and the last admin and the console itself need the word', async () => {
  const { open, pair, planOne, gateway, told, tokenOf } = await actScene();
  await pair(FIRST, ADMIN);
  await pair({ deviceId: CONSOLE, publicKey: 'pk-console' }, ADMIN);
  const acts = await open();
  const node = inputOf(await planOne(acts, FIRST, { act: 'revoke', role: 'node' }));
  expect(await codeOf(acts.act(node, PERSON))).toBe('device-act-impossible');

  expect((await planOne(acts, FIRST, { act: 'revoke' })).needsConfirm).toBeUndefined();
  await gateway.request('device.pair.remove', { deviceId: 'e4'.repeat(32) });
  const last = inputOf(await planOne(acts, FIRST, { act: 'revoke' }));
  expect(last.confirm).toBe(FIRST.deviceId.slice(0, 8));
  await expect(acts.act({ ...last, confirm: 'yes' }, PERSON)).rejects.toMatchObject({ code: 'input-invalid', extra: { field: 'confirm' } });
  const own = inputOf(await planOne(acts, { deviceId: CONSOLE, publicKey: 'pk-console' }, { act: 'rotate' }));
  expect(own.confirm).toBe('this console');
  const { confirm: _word, ...unsaid } = own;
  expect(await codeOf(acts.act(unsaid, PERSON))).toBe('input-invalid');
  expect(told).toEqual([]);

  expect(await acts.act(last, PERSON)).toMatchObject({ state: 'done' });
  expect(tokenOf(FIRST)?.revokedAtMs).toBeDefined();
});

test('who revokes turns the key away: the ledger knows before the gateway is asked, and other acts turn nobody away', async () => {
  const { open, pair, planOne, refused, told } = await actScene();
  await pair(FIRST, READ_WRITE);
  const acts = await open();
  await acts.act(inputOf(await planOne(acts, FIRST, { act: 'rotate' })), PERSON);
  expect(refused).toEqual([]);
  told.length = 0;
  await acts.act(inputOf(await planOne(acts, FIRST, { act: 'revoke' })), PERSON);
  expect(refused).toEqual(['pk-1 operator revoked, told 0']);
});

test('the typed word is kept nowhere', async () => {
  const { open, pair, planOne, gateway, store } = await actScene();
  await pair(FIRST, ADMIN);
  await gateway.request('device.pair.remove', { deviceId: 'e4'.repeat(32) });
  const acts = await open();
  await acts.act(inputOf(await planOne(acts, FIRST, { act: 'revoke' })), PERSON);
  const [kept] = (await store.deviceActs.newest()).items;
  expect(kept?.input).toMatchObject({ act: 'revoke', deviceId: FIRST.deviceId });
  expect(kept?.input).not.toHaveProperty('confirm');
});

test('a gateway that says no is told apart: gone meanwhile, too few scopes, any other word', async () => {
  const refusing = async (error: GatewayRefusal, meanwhile?: (scene: Awaited<ReturnType<typeof actScene>>) => unknown) => {
    const scene = await actScene();
    await scene.pair(FIRST, READ_WRITE);
    const acts = await scene.open();
    const input = inputOf(await scene.planOne(acts, FIRST, { act: 'rotate' }));
    scene.gateway.hooks.before = async ({ method }) => {
      if (method !== 'device.token.rotate') return;
      await meanwhile?.(scene);
      throw error;
    };
    const view = await acts.act(input, PERSON);
    expect(view.state).toBe('failed');
    expect(scene.told).toEqual(['device.token.rotate']);
    return view.outcome;
  };
  const denied = new GatewayRefusal({ code: 'INVALID_REQUEST', message: 'device token rotation denied' });
  expect(await refusing(denied)).toContain('The gateway refused: device token rotation denied. Nothing was done.');
  expect(await refusing(denied, ({ gateway }) => gateway.request('device.pair.remove', { deviceId: FIRST.deviceId }))).toContain(
    'The device was removed meanwhile',
  );
  const scope = new GatewayRefusal({ code: 'FORBIDDEN', message: 'missing scope: operator.admin', details: { code: 'MISSING_SCOPE' } });
  expect(await refusing(scope)).toContain('The console holds too little on this gateway');
});

test('a yes is not believed: the list is what counts, and where it cannot be read the next one is', async () => {
  const { open, pair, planOne, gateway, readList, errors } = await actScene();
  await pair(FIRST, READ_WRITE);
  const acts = await open();
  const before = gateway.state();
  gateway.hooks.answer = ({ method }, payload) => {
    if (method === 'device.token.revoke') gateway.edit(() => before);
    return payload;
  };
  const input = inputOf(await planOne(acts, FIRST, { act: 'revoke' }));
  expect(await acts.act(input, PERSON)).toMatchObject({
    state: 'failed',
    outcome: 'The gateway answered yes, and its list shows the device as it was.',
  });
  gateway.hooks.answer = undefined;
  let asked = false;
  gateway.hooks.before = ({ method }) => {
    asked ||= method === 'device.token.revoke';
    if (asked && method === 'device.pair.list') down();
  };
  expect(await acts.act(input, PERSON)).toMatchObject({ state: 'unknown' });
  gateway.hooks.before = undefined;
  acts.onList('g1', await readList(), true);
  await acts.idle();
  expect((await acts.list({ limit: 1 })).items).toMatchObject([{ state: 'done' }]);
  // The desk reads again by itself after an act that was not read back, and tells that it could not.
  expect(errors.map((error) => error instanceof Problem && error.code)).toEqual(['gateway-down']);
});

test('one act on a device at a time', async () => {
  const { open, pair, planOne, gateway } = await actScene();
  await pair(FIRST, READ_WRITE);
  const acts = await open();
  const input = inputOf(await planOne(acts, FIRST, { act: 'rotate' }));
  const other: string[] = [];
  gateway.hooks.before = async ({ method }) => {
    if (method === 'device.token.rotate') other.push(await codeOf(acts.act(input, PERSON)));
  };
  expect(await acts.act(input, PERSON)).toMatchObject({ state: 'done' });
  expect(other).toEqual(['request-busy']);
});

test('a gateway out of reach is asked nothing and nothing is written', async () => {
  const { open, store, told } = await actScene({ unable: () => new Problem('gateway-limited', 'too little') });
  const acts = await open();
  expect(await codeOf(acts.act({ act: 'revoke', gateway: 'g1', ...FIRST, holds: READ }, PERSON))).toBe('gateway-limited');
  expect((await store.deviceActs.list({ limit: 1 })).items).toEqual([]);
  expect(told).toEqual([]);
});

test('what a gateway cannot enforce is told with the result: it may come back', async () => {
  for (const [act, may] of [
    ['narrow', true],
    ['revoke', true],
    ['rotate', false],
  ] as const) {
    const { open, pair, planOne } = await actScene({}, { renames: false });
    await pair(FIRST, READ_WRITE);
    const acts = await open();
    const more = act === 'narrow' ? { scopes: READ } : {};
    const { outcome } = await acts.act(inputOf(await planOne(acts, FIRST, { act, ...more }), more), PERSON);
    expect(outcome.includes('It may come back by itself'), outcome).toBe(may);
  }
});

test('in a run on a long list each act is read back by one reading, which also serves the next; what somebody else changed before is seen', async () => {
  const { open, pair, planOne, gateway, clock } = await actScene();
  const keys = Array.from({ length: 20 }, (_, n) => ({ deviceId: (n + 16).toString(16).repeat(32), publicKey: `pk-run-${n}` }));
  for (const key of keys) await pair(key, READ_WRITE);
  const acts = await open();
  const items = [];
  for (const key of keys) items.push(await planOne(acts, key, { act: 'narrow', scopes: READ }));
  let lists = 0;
  gateway.hooks.before = ({ method }) => {
    if (method !== 'device.pair.list') return;
    lists += 1;
    clock.advance(40);
  };
  for (const item of items.slice(0, 19)) expect(await acts.act(inputOf(item, { scopes: READ }), PERSON)).toMatchObject({ state: 'done' });
  expect(lists).toBe(20);
  const last = keys[19];
  const [item] = items.slice(19);
  if (!last || !item) throw new Error('there is no last device');
  clock.advance(40);
  await gateway.request('device.token.rotate', { deviceId: last.deviceId, role: 'operator', scopes: READ });
  expect(await codeOf(acts.act(inputOf(item, { scopes: READ }), PERSON))).toBe('request-changed');
  // What ended without being read back serves nobody.
  const other = items[0];
  if (!other) throw new Error('there is no first device');
  lists = 0;
  expect(await codeOf(acts.act(inputOf(other, { scopes: READ }), PERSON))).toBe('request-changed');
  expect(lists).toBeGreaterThan(0);
});

test('a list that is read in a moment is read before each act: what somebody else changed right after the last one is seen', async () => {
  const { open, pair, planOne, gateway } = await actScene();
  for (const key of [FIRST, SECOND]) await pair(key, READ_WRITE);
  const acts = await open();
  const [first, second] = [
    await planOne(acts, FIRST, { act: 'narrow', scopes: READ }),
    await planOne(acts, SECOND, { act: 'narrow', scopes: READ }),
  ];
  expect(await acts.act(inputOf(first, { scopes: READ }), PERSON)).toMatchObject({ state: 'done' });
  await gateway.request('device.token.rotate', { deviceId: SECOND.deviceId, role: 'operator', scopes: READ });
  expect(await codeOf(acts.act(inputOf(second, { scopes: READ }), PERSON))).toBe('request-changed');
});
