import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { createIdentity } from '../gateway/identity.ts';
import { dialGateway } from './client.ts';
import { createPracticeGateway, type PracticeGateway } from './gateway.ts';
import { emptyPairing, type PairedRow } from './pairing.ts';
import { readStateIdentity } from './state-files.ts';
import { createPracticeWorld, newScene, type PracticeWorld, type WorldStep } from './world.ts';

const SCOPES = ['operator.admin', 'operator.pairing', 'operator.read'];
let folder = '';
let gateway: PracticeGateway;
let world: PracticeWorld | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'practice-world-'));
  gateway = createPracticeGateway({ folder, clock: systemClock() });
  await gateway.start();
});
afterEach(async () => {
  await world?.dispose();
  world = undefined;
  await gateway.dispose();
  rmSync(folder, { recursive: true });
});

function dial(
  over: {
    scopes?: string[];
    displayName?: string;
    token?: string;
    identity?: ReturnType<typeof createIdentity>;
    deviceToken?: string;
  } = {},
) {
  const { displayName = 'Gatehouse', scopes = SCOPES, identity = createIdentity(), ...auth } = over;
  const client = { id: 'gateway-client', mode: 'ui', version: '1', platform: 'linux', displayName };
  return dialGateway({ url: gateway.url, identity, client, scopes, ...(over.deviceToken ? {} : { token: gateway.token }), ...auth });
}

/** Starts the world and resolves with the first step that fits. */
function firstStep(fits: (step: WorldStep) => boolean): Promise<WorldStep> {
  return new Promise((resolve) => {
    world = createPracticeWorld({
      gateway,
      onStep: (step) => {
        if (fits(step)) resolve(step);
      },
    });
    world.start();
  });
}

describe('the practice world', () => {
  it('shows the seed case within seconds: the CLI of this host, paired to read, asks six scopes and waits', async () => {
    await firstStep((step) => step.who === 'the CLI of this host' && !step.admitted);
    const host = readStateIdentity(folder);
    const { call, close } = await dial();
    const answer = await call('device.pair.list');
    close();
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.payload).toMatchObject({
      pending: expect.arrayContaining([
        expect.objectContaining({ deviceId: host.deviceId, publicKey: host.publicKey, clientId: 'cli', isRepair: true }),
      ]),
      paired: expect.arrayContaining([expect.objectContaining({ deviceId: host.deviceId, scopes: ['operator.read'] })]),
    });
  }, 20_000);

  it('keeps the token out of the arguments and the environment of the device process', async () => {
    await firstStep(() => true);
    const pid = world?.pid();
    if (!existsSync(`/proc/${pid}/environ`)) return;
    for (const name of ['cmdline', 'environ']) expect(readFileSync(`/proc/${pid}/${name}`, 'utf8')).not.toContain(gateway.token);
  }, 20_000);

  it('ends its device process with itself', async () => {
    await firstStep(() => true);
    const pid = world?.pid() ?? 0;
    await world?.dispose();
    expect(() => process.kill(pid, 0)).toThrow();
  }, 20_000);

  it('has devices that leave when the pipe to their parent breaks', async () => {
    const main = fileURLToPath(new URL('./devices-main.ts', import.meta.url));
    const child = spawn(process.execPath, [main], { stdio: ['pipe', 'ignore', 'ignore'] });
    const left = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.stdin.end();
    expect(await left).toBe(0);
  }, 20_000);

  it('begins each run with a new scene and leaves the console paired', () => {
    const row = (over: Partial<PairedRow>): PairedRow => ({
      deviceId: 'd',
      publicKey: 'k',
      role: 'operator',
      roles: ['operator'],
      scopes: [],
      approvedScopes: [],
      tokens: {},
      createdAtMs: 0,
      approvedAtMs: 0,
      ...over,
    });
    const ours = row({ deviceId: 'a', clientId: 'gateway-client', clientMode: 'ui', displayName: 'Gatehouse' });
    const state = { ...emptyPairing(), paired: { a: ours, b: row({ deviceId: 'b', clientId: 'cli', clientMode: 'cli' }) } };
    expect(newScene(state)).toEqual({ pending: {}, paired: { a: ours } });
  });
});

describe('the practice gateway', () => {
  it('knows its identity, its devices and their tokens again after a restart', async () => {
    const identity = createIdentity();
    const first = await dial({ identity });
    first.close();
    const { deviceToken } = Object(first.hello?.auth);
    const host = readStateIdentity(folder).deviceId;
    await gateway.dispose();
    gateway = createPracticeGateway({ folder, clock: systemClock() });
    await gateway.start();
    const again = await dial({ identity, deviceToken: String(deviceToken) });
    again.close();
    expect(again.hello).toBeDefined();
    expect(readStateIdentity(folder).deviceId).toBe(host);
  });

  it('begins its log anew with each run: no line of it is of another port', async () => {
    const { port } = new URL(gateway.url);
    const refused = await dial({ token: 'another token' });
    await refused.closed;
    expect(readFileSync(gateway.logFile, 'utf8')).toContain(port);
    await gateway.dispose();
    gateway = createPracticeGateway({ folder, clock: systemClock() });
    await gateway.start();
    expect(readFileSync(gateway.logFile, 'utf8')).not.toContain(port);
  });

  it('keeps every file of its state to its owner', async () => {
    const { close } = await dial();
    close();
    for (const name of ['identity/device.json', 'devices/paired.json', 'logs/gateway.log'])
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  it('writes neither the shared secret nor a device token into its log', async () => {
    const { hello, close, closed } = await dial();
    close();
    await closed;
    const { deviceToken } = Object(hello?.auth);
    const text = readFileSync(gateway.logFile, 'utf8');
    expect(text).toContain('device pairing auto-approved');
    expect(text).not.toContain(gateway.token);
    expect(text).not.toContain(String(deviceToken));
  });

  it('tells its clients before it goes and then frees its port', async () => {
    const { events, closed } = await dial();
    await gateway.dispose();
    expect((await closed).code).toBe(1012);
    expect(events.map(({ event }) => event)).toContain('shutdown');
    expect((await dial()).hello).toBeUndefined();
  });
});
