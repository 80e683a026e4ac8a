// Acts over a real socket, store and log: a new bearer token is nowhere after a rotation, and what comes back by itself is seen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { DeviceActKind } from '#lib/api/device-shapes.ts';
import { createIdentity } from '#lib/gateway/identity.ts';
import { gatewayOfThisHost, wholeConsole } from '#lib/testing/whole-console.ts';
import { createDeviceActPort } from './port.ts';
import { inputOf, PERSON, READ, READ_WRITE } from './test-scene.ts';

const WAIT = { timeout: 15_000, interval: 20 };

async function live() {
  const host = await gatewayOfThisHost();
  const run = await wholeConsole({ env: host.env });
  await vi.waitUntil(() => run.gateway()?.state === 'live' && run.console.freshness().state === 'live', WAIT);
  const device = createIdentity();
  host.pair(device, READ_WRITE);
  // A person's device is no last admin.
  host.pair(createIdentity(), ['operator.admin']);
  const { deviceActs } = run.console;
  const planned = async (act: DeviceActKind, scopes?: string[]) => {
    const [item] = (
      await deviceActs.plan({ act, devices: [{ gateway: 'local', deviceId: device.deviceId }], ...(scopes ? { scopes } : {}) })
    ).items;
    if (!item) throw new Error('the plan names no device');
    return item;
  };
  const does = async (act: DeviceActKind, scopes?: string[]) =>
    deviceActs.act(inputOf(await planned(act, scopes), scopes ? { scopes } : {}), PERSON);
  const secret = () => {
    let token: string | undefined;
    host.gateway.edit((state) => {
      token = state.paired[device.deviceId]?.tokens.operator?.token;
      return state;
    });
    if (token === undefined) throw new Error('the device has no token');
    return token;
  };
  return { host, run, device, deviceActs, planned, does, secret };
}

/** All that is on the disk of a data folder, as one text. */
const diskOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

test('a rotated token is in no record, log line, answer or bridge row', async () => {
  const { run, device, deviceActs, does, secret } = await live();
  const tokens = [secret()];
  const answers: unknown[] = [];
  for (const [act, scopes] of [['rotate'], ['narrow', READ], ['rotate']] as const) {
    answers.push(await does(act, scopes === undefined ? undefined : [...scopes]));
    tokens.push(secret());
  }
  expect(new Set(tokens).size).toBe(4);
  answers.push(await deviceActs.list({ limit: 10 }), run.desk().devices(), (await run.store.activity.list({ limit: 100 })).items);
  await vi.waitUntil(() => run.published.some((change) => change.topic === 'device-changes'), WAIT);
  const places = {
    record: diskOf(run.store.folder),
    log: run.said.join('\n'),
    api: JSON.stringify(answers),
    bridge: JSON.stringify(run.published),
  };
  for (const [place, text] of Object.entries(places)) for (const token of tokens) expect(text.includes(token), place).toBe(false);
  // What was searched holds what it should hold.
  for (const text of [places.record, places.api, places.bridge]) expect(text).toContain(device.deviceId);
});

test('this version cannot rename; a revoked device that is let in unasked is told as come back', async () => {
  const { host, run, device, deviceActs, planned, does } = await live();
  expect((await planned('rename')).impossible).toContain('cannot rename a device');
  expect(await planned('revoke')).toMatchObject({ enforcement: 'until-next-connect', why: expect.stringContaining('altogether instead') });
  const view = await does('revoke');
  expect(view).toMatchObject({ state: 'done' });
  const { cannot } = await run.console.deviceDetail('local', device.deviceId);
  expect(cannot).toEqual([{ act: 'rename', why: (await planned('rename')).impossible }]);
  await host.ask(device, READ);
  const undone = () => run.published.find((c) => c.topic === 'device-acts' && c.item.id === view.id && c.item.state === 'undone');
  await vi.waitUntil(undone, WAIT);
  expect((await deviceActs.list({ limit: 1 })).items).toMatchObject([{ id: view.id, state: 'undone' }]);
  const told = (await run.store.activity.list({ limit: 100 })).items.filter((a) => a.what === 'device.act-undone');
  expect(told).toMatchObject([{ actor: { kind: 'gateway' } }]);
});

test('what a gateway offers is taken from its own list, and from its version where it gives none', async () => {
  const { run } = await live();
  const hello = (protocol: number, methods: string[]) => ({
    protocol,
    server: { version: 'x' },
    features: { methods },
    policy: { tickIntervalMs: 1000 },
    auth: undefined,
  });
  const offers = (protocol: number, methods: string[] = []) =>
    createDeviceActPort({
      takeBack: run.desk().takeBack,
      connection: {
        state: { kind: 'live', hello: hello(protocol, methods), grantedScopes: [] },
        since: 0,
        lastVersion: 'x',
        lastProtocol: protocol,
      },
    }).offers('device.pair.rename');
  expect(offers(3)).toBe(false);
  expect(offers(4)).toBe(true);
  expect(offers(4, ['device.pair.list'])).toBe(false);
  expect(offers(3, ['device.pair.rename'])).toBe(true);
});
