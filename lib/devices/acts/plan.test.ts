// Plans: what each device would lose, whether that holds on this gateway, and what cannot be done from here and why.
import { expect, test } from 'vitest';
import { OWN_DEVICE } from '#lib/devices/own-device.ts';
import { Problem } from '#lib/problem.ts';
import type { DeviceActPort } from './port.ts';
import { ADMIN, actScene, CONSOLE, codeOf, FIRST, READ, READ_WRITE, SECOND } from './test-scene.ts';

const named = (...keys: { deviceId: string }[]) => keys.map(({ deviceId }) => ({ gateway: 'g1', deviceId }));

async function planned(port: Partial<DeviceActPort>, act: 'rotate' | 'revoke', role = 'operator', remoteIp?: string) {
  const scene = await actScene(port);
  await scene.pair(FIRST, role === 'node' ? [] : READ_WRITE, { role });
  scene.gateway.edit((state) => {
    const row = state.paired[FIRST.deviceId];
    return row ? { ...state, paired: { ...state.paired, [FIRST.deviceId]: { ...row, remoteIp } } } : state;
  });
  return scene.planOne(await scene.open(), FIRST, { act });
}
const way = (over: Partial<ReturnType<DeviceActPort['wayBack']>>) => ({
  wayBack: () => ({ protocol: 4, autoApproveLocal: undefined, secret: 'token' as const, ...over }),
});

test('whether a revocation holds is said as measured, for each version, setting, role and way in', async () => {
  const word = async (port: Partial<DeviceActPort>, role?: string, ip?: string) => (await planned(port, 'revoke', role, ip)).enforcement;
  expect(await word(way({ protocol: 3 }))).toBe('until-next-connect');
  expect(await word(way({}))).toBe('until-next-connect');
  expect(await word(way({}), 'node')).toBe('needs-new-secret');
  expect(await word(way({ protocol: 3 }), 'node')).toBe('until-next-connect');
  expect(await word(way({ autoApproveLocal: false }))).toBe('needs-new-secret');
  expect(await word(way({ autoApproveLocal: false, secret: 'other' }))).toBe('until-next-connect');
  expect(await word(way({ autoApproveLocal: false, secret: undefined }))).toBe('until-next-connect');
  expect(await word(way({ protocol: undefined }))).toBe('until-next-connect');
  for (const protocol of [3, 4]) expect(await word(way({ protocol }), 'operator', '203.0.113.7')).toBe('enforced');
  expect(await word({ ...way({ autoApproveLocal: false }), hostKeyId: () => FIRST.deviceId })).toBe('until-next-connect');
  expect((await planned(way({ protocol: 3 }), 'revoke')).why).toContain('Take the device back altogether instead');
});

test('a rotation kills the old token, unless the gateway may not look at it; a narrow token is wide again for who has the secret', async () => {
  expect(await planned(way({}), 'rotate')).toMatchObject({ enforcement: 'enforced' });
  expect(await planned(way({ secret: 'other' }), 'rotate')).toMatchObject({ enforcement: 'until-next-connect' });
  const scene = await actScene(way({ autoApproveLocal: false }));
  await scene.pair(FIRST, READ_WRITE);
  const narrow = await scene.planOne(await scene.open(), FIRST, { act: 'narrow', scopes: READ });
  expect(narrow).toMatchObject({
    enforcement: 'until-next-connect',
    what: 'Its operator token is replaced by one with read alone; it loses write.',
    tokenScopes: READ_WRITE,
    role: 'operator',
  });
});

test('what breaks is told: connections, a client that holds only its token, and requests that wait', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, READ_WRITE);
  const acts = await scene.open();
  const breaks = async () => (await scene.planOne(acts, FIRST, { act: 'rotate' })).breaks.join('\n');
  expect(await breaks()).toContain('No sign-in with this token is told');
  scene.gateway.edit((state) => {
    const row = state.paired[FIRST.deviceId];
    const token = row?.tokens.operator;
    if (!row || !token) return state;
    const operator = { ...token, lastUsedAtMs: scene.clock.nowMs() };
    return { ...state, paired: { ...state.paired, [FIRST.deviceId]: { ...row, tokens: { operator } } } };
  });
  expect(await breaks()).toContain('Should it hold nothing else, it is locked out');
  expect(await breaks()).not.toContain('waits');
  scene.gateway.ask({ ...FIRST, scopes: ADMIN });
  expect(await breaks()).toContain('A request of it waits (read, write, admin) and stays.');
  const [first] = (await scene.planOne(acts, FIRST, { act: 'revoke' })).breaks;
  expect(first).toContain('connections with role operator are closed');
});

test('what cannot be done says why: the version, a role without a token, a token that is gone or no wider', async () => {
  const scene = await actScene({}, { renames: false });
  await scene.pair(FIRST, READ_WRITE);
  await scene.pair(SECOND, [], { role: 'node' });
  const acts = await scene.open();
  const no = async (key: typeof FIRST, ask: Parameters<typeof scene.planOne>[2]) => (await scene.planOne(acts, key, ask)).impossible;
  expect(await no(FIRST, { act: 'rename' })).toBe('OpenClaw 2026.4.14 cannot rename a device: it came with 2026.9.');
  expect(await no(FIRST, { act: 'rotate', role: 'node' })).toBe('It has no node token.');
  expect(await no(SECOND, { act: 'narrow', scopes: READ })).toBe('A token of role node has no scopes to take away.');
  expect(await no(FIRST, { act: 'narrow', scopes: READ_WRITE })).toBe('It holds no more than read, write.');
  expect(await no(FIRST, { act: 'narrow', scopes: ['operator.read', 'operator.pairing'] })).toBe('It does not hold pairing.');
  expect(await no(FIRST, { act: 'narrow', scopes: ['nonsense'] })).toBe('Only scopes that are known here can be left to a token.');
  expect(await no(FIRST, { act: 'narrow', scopes: [] })).toContain('Revoke it instead');
  expect(await no(FIRST, { act: 'revoke' })).toBeUndefined();
  await scene.gateway.request('device.token.revoke', { deviceId: FIRST.deviceId, role: 'operator' });
  expect(await no(FIRST, { act: 'revoke' })).toBe('Its operator token is revoked already.');
  expect(await no(FIRST, { act: 'rotate' })).toContain('Another one would make it valid again');
  scene.gateway.edit((state) => {
    const row = state.paired[FIRST.deviceId];
    return row ? { ...state, paired: { ...state.paired, [FIRST.deviceId]: { ...row, tokens: {} } } } : state;
  });
  expect(await no(FIRST, { act: 'rotate' })).toBe('It has the role operator without a token: there is nothing to rotate.');
});

test('the console is not narrowed, for it asks for all again; on a gateway out of reach the last list is shown and nothing can be done', async () => {
  let gone = false;
  const scene = await actScene({ unable: () => (gone ? new Problem('gateway-down', 'The console is not connected.') : undefined) });
  const own = { deviceId: CONSOLE, publicKey: 'pk-console' };
  await scene.pair(own, ADMIN);
  const acts = await scene.open();
  expect((await scene.planOne(acts, own, { act: 'narrow', scopes: READ })).impossible).toContain('the console itself');
  expect(await scene.planOne(acts, own, { act: 'revoke' })).toMatchObject({ needsConfirm: 'this console', why: OWN_DEVICE });
  expect(await scene.planOne(acts, own, { act: 'rename' })).not.toHaveProperty('needsConfirm');
  gone = true;
  expect(await scene.planOne(acts, own, { act: 'revoke' })).toMatchObject({ impossible: 'The console is not connected.' });
});

test('a plan of many names each once and those that are gone; all admins at once are the last admin', async () => {
  const scene = await actScene();
  await scene.pair(FIRST, ADMIN);
  await scene.pair(SECOND, ADMIN);
  const acts = await scene.open();
  const other = { deviceId: 'e4'.repeat(32) };
  const lost = { deviceId: 'ff'.repeat(32) };
  const some = await acts.plan({ act: 'revoke', devices: named(FIRST, SECOND, FIRST, lost) });
  expect(some.items.map((item) => [item.deviceId, item.needsConfirm])).toEqual([
    [FIRST.deviceId, undefined],
    [SECOND.deviceId, undefined],
  ]);
  expect(some.gone).toEqual(named(lost));
  const all = await acts.plan({ act: 'revoke', devices: named(FIRST, SECOND, other) });
  expect(all.items.map((item) => item.needsConfirm)).toEqual([FIRST, SECOND, other].map(({ deviceId }) => deviceId.slice(0, 8)));
  const keeps = await acts.plan({ act: 'narrow', scopes: ['operator.admin'], devices: named(FIRST, SECOND, other) });
  expect(keeps.items.some((item) => item.needsConfirm !== undefined)).toBe(false);
  expect(await codeOf(acts.plan({ act: 'narrow', devices: named(FIRST) }))).toBe('input-invalid');
  expect(await codeOf(acts.plan({ act: 'rotate', devices: [{ gateway: 'g2', deviceId: FIRST.deviceId }] }))).toBe('gateway-unknown');
});
