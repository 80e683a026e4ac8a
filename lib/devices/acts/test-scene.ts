// A gateway behind a function, with all that acts on devices need of a desk. With `renames` it knows labels, as 2026.9.x does.
import type { DeviceActInput, DeviceActItem, DeviceActPlanInput } from '#lib/api/device-shapes.ts';
import type { BridgeChange } from '#lib/api/shapes.ts';
import { readPairingList } from '#lib/gateway/records.ts';
import { Problem } from '#lib/problem.ts';
import type { NewActivity } from '#lib/store/activity.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createDeviceActs, type DeviceActs } from './device-acts.ts';
import type { DeviceActPort } from './port.ts';

export const PERSON = { kind: 'person', name: 'operator' } as const;
export const CONSOLE = 'c0'.repeat(32);
export const FIRST = { deviceId: 'a1'.repeat(32), publicKey: 'pk-1' };
export const SECOND = { deviceId: 'b2'.repeat(32), publicKey: 'pk-2' };
export const READ = ['operator.read'];
export const READ_WRITE = ['operator.read', 'operator.write'];
export const ADMIN = [...READ_WRITE, 'operator.admin'];

/** One admin of its own is paired beside what a test pairs. */
export async function actScene(over: Partial<DeviceActPort> = {}, { renames = true } = {}) {
  const { store, clock } = await testStore();
  const gateway = createPairingTransport({ clock });
  const labels = new Map<string, string>();
  const changes: BridgeChange[] = [];
  const recorded: Omit<NewActivity, 'id' | 'at'>[] = [];
  const errors: unknown[] = [];
  const busy = new Set<string>();
  const told: string[] = [];
  const refused: string[] = [];

  async function readList() {
    const list = readPairingList(await gateway.request('device.pair.list'));
    return { ...list, paired: list.paired.map((row) => (labels.has(row.deviceId) ? { ...row, label: labels.get(row.deviceId) } : row)) };
  }
  let known = await readList();

  const port: DeviceActPort = {
    gateway: 'g1',
    name: 'this host',
    consoleDeviceId: CONSOLE,
    hostKeyId: () => undefined,
    unable: () => undefined,
    list: () => known,
    async readList() {
      known = await readList();
      return known;
    },
    async exclusively(deviceId, work) {
      if (busy.has(deviceId)) throw new Problem('request-busy');
      busy.add(deviceId);
      return work().finally(() => busy.delete(deviceId));
    },
    refused: (key, by, why) => Promise.resolve(void refused.push(`${key.publicKey} ${by} ${why}, told ${told.length}`)),
    wayBack: () => ({ protocol: 3, autoApproveLocal: undefined, secret: 'token' }),
    isOwnAddress: () => false,
    async refresh() {
      known = await readList();
    },
    version: () => (renames ? '2026.9.6' : '2026.4.14'),
    offers: (method) => renames || method !== 'device.pair.rename',
    async tell(method, params) {
      told.push(method);
      if (method !== 'device.pair.rename') return void (await gateway.request(method, params));
      const call = { method, params };
      await gateway.hooks.before?.(call);
      labels.set(String(params.deviceId), String(params.label));
      gateway.hooks.answer?.(call, {});
    },
    ...over,
  };
  const next = counter();
  const open = (): Promise<DeviceActs> =>
    createDeviceActs({
      port(id) {
        if (id !== 'g1') throw new Problem('gateway-unknown', 'The console knows no gateway of this id.');
        return port;
      },
      store,
      publish: (change) => void changes.push(change),
      record: (entry) => Promise.resolve(void recorded.push(entry)),
      clock,
      newId: () => `act-${next()}`,
      onError: (error) => void errors.push(error),
    });

  async function pair(key: typeof FIRST, scopes: string[], over: { role?: string } = {}) {
    const asked = gateway.ask({ ...key, scopes, ...over });
    await gateway.request('device.pair.approve', { requestId: asked.requestId });
    clock.advance(1000);
  }
  await pair({ deviceId: 'e4'.repeat(32), publicKey: 'pk-other' }, ADMIN);

  /** The device connects with the shared secret on the gateway's own host: its token becomes what it asks. */
  function comesBack({ deviceId }: typeof FIRST, scopes: string[]) {
    clock.advance(1000);
    gateway.edit((state) => {
      const row = state.paired[deviceId];
      const token = row?.tokens.operator;
      if (!row || !token) return state;
      const { revokedAtMs: _revoked, ...rest } = token;
      const operator = { ...rest, token: 'another', scopes, rotatedAtMs: clock.nowMs() };
      return { ...state, paired: { ...state.paired, [deviceId]: { ...row, tokens: { ...row.tokens, operator } } } };
    });
  }

  const tokenOf = (key: typeof FIRST, role = 'operator') => gateway.state().paired[key.deviceId]?.tokens[role];
  const planOne = async (acts: DeviceActs, key: typeof FIRST, act: Omit<DeviceActPlanInput, 'devices'>): Promise<DeviceActItem> => {
    const [item] = (await acts.plan({ ...act, devices: [{ gateway: 'g1', deviceId: key.deviceId }] })).items;
    if (!item) throw new Error('the plan names no device');
    return item;
  };
  return {
    store,
    clock,
    gateway,
    labels,
    port,
    told,
    refused,
    open,
    pair,
    comesBack,
    tokenOf,
    planOne,
    readList,
    changes,
    recorded,
    errors,
  };
}

/** What a page sends of an item. */
export function inputOf(item: DeviceActItem, more: Pick<DeviceActInput, 'scopes' | 'label'> = {}): DeviceActInput {
  const { act, gateway, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes, needsConfirm } = item;
  return {
    act,
    gateway,
    deviceId,
    publicKey,
    holds,
    ...(rowCreatedAtMs === undefined ? {} : { rowCreatedAtMs }),
    ...(role === undefined ? {} : { role }),
    ...(tokenScopes === undefined ? {} : { tokenScopes }),
    ...(needsConfirm === undefined ? {} : { confirm: needsConfirm }),
    ...more,
  };
}

export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
