// The scene of the handshake log: a gateway that asks, the devices of the cases paired before there is a console, a second gateway
// with a password and a login limit that spares nobody, and the way to find the row of one attempt.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, adminHelper } from '../gateways/admin.ts';
import type { ConsoleApi, HandshakeDetailSeen, HandshakeSeen } from '../gateways/api.ts';
import { createDevice, saidNo, type TestDevice } from '../gateways/client.ts';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { startGateway, type TestGateway } from '../gateways/start.ts';
import { until } from '../gateways/until.ts';
import type { Cast, SpareName } from './handshakes-cases.ts';
import { openStage, READ, type Stage, type Watch, watch } from './scene.ts';

const SPARES: readonly SpareName[] = ['role', 'platform', 'revoked', 'removed', 'rotated', 'narrow', 'loops', 'approved', 'named'];
/** A display name with markup, an override that turns the reading direction, and a bell. */
export const NASTY_NAME = '<img src=x onerror=alert(1)> \u202Egpj.exe\u0007';
export const PASSWORD = 'correct horse battery staple';
/** So few and so short that a test can see a lock begin and end. */
export const LIMIT = { maxAttempts: 4, windowMs: 60_000, lockoutMs: 6_000, exemptLoopback: false };

type Attempt = Awaited<ReturnType<TestDevice['attempt']>>;

async function pairedNow(device: TestDevice): Promise<string> {
  const attempt: Attempt = await device.attempt({ scopes: READ });
  const token = attempt.ok ? attempt.hello.auth?.deviceToken : undefined;
  if (token === undefined) throw new Error(`a device of the test was not paired silently: ${saidNo(attempt)}`);
  return token;
}

/** Pairs every device of the cases as the gateway does by itself, before it asks and before there is a console. */
async function castOf(stage: Stage): Promise<Cast> {
  const devices = new Map<string, TestDevice>();
  const tokens = new Map<string, string>();
  const join = async (name: string) => {
    const device = stage.device(name === 'named' ? NASTY_NAME : `case ${name}`);
    tokens.set(device.deviceId, await pairedNow(device));
    devices.set(name, device);
    return device;
  };
  const paired = await join('paired');
  for (const name of SPARES) await join(name);
  return {
    stage,
    paired,
    spare: (name) => {
      const device = devices.get(name);
      if (!device) throw new Error(`no device was paired as ${name}`);
      return device;
    },
    tokenOf: ({ deviceId }) => tokens.get(deviceId) ?? '',
    dial: (device, over) => device.attempt(over),
  };
}

/** A second gateway of the same version: a password, a login limit without exception for loopback, and everything else as it comes. */
export type Guarded = {
  gateway: TestGateway;
  admin: Admin;
  console: TestConsole;
  id: string;
  device: (name: string) => TestDevice;
};

export type Scene = {
  stage: Stage;
  cast: Cast;
  main: Watch;
  guarded: Guarded;
  dispose: () => Promise<void>;
};

/** Waits until a console is live on its gateway; where it must wait for its own approval, the judge approves it. */
function becomesLive(admin: Admin, started: TestConsole): Promise<string> {
  const look = async () => {
    const [gateway] = await started.api.gateways();
    const own = gateway?.state === 'waiting' ? await admin.pending(gateway.consoleDeviceId) : undefined;
    if (own) await admin.approve(own.requestId);
    return gateway?.state === 'live' ? gateway.id : undefined;
  };
  return until('the console live on the guarded gateway', look, 30_000);
}

async function openGuarded(starting: Promise<TestGateway>, owns: Stage['owns']): Promise<Guarded> {
  const gateway = await starting;
  const admin = await adminHelper(gateway, { password: PASSWORD });
  owns({ dispose: admin.close });
  const started = await startConsole({ gateway });
  owns(started);
  return {
    gateway,
    admin,
    console: started,
    id: await becomesLive(admin, started),
    device: (name) => createDevice({ url: gateway.url, base: { displayName: name, scopes: READ, auth: { password: PASSWORD } } }),
  };
}

/** Opens the whole scene. Both gateways share the folder in which 2026.4.14 keeps its one log file of the day. */
export async function openScene(version: string): Promise<Scene> {
  const tmp = mkdtempSync(join(tmpdir(), 'gatehouse-shared-tmp-'));
  const ends: (() => Promise<void>)[] = [async () => rmSync(tmp, { recursive: true, force: true })];
  const dispose = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const auth = { mode: 'password', password: PASSWORD, rateLimit: LIMIT };
    const starting = startGateway({ version, tmp, config: { gateway: { auth } } });
    ends.push(() => starting.then((gateway) => gateway.dispose()).catch(() => undefined));
    const stage = await openStage({ version, tmp });
    ends.push(stage.dispose);
    const cast = await castOf(stage);
    const main = await watch(stage);
    const guarded = await openGuarded(starting, stage.owns);
    return { stage, cast, main, guarded, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Finds rows by what only their own records carry. Each row is read in full once, since a row that was written does not change. */
export function createFinder(api: ConsoleApi) {
  const read = new Map<string, HandshakeDetailSeen>();

  async function details(): Promise<HandshakeDetailSeen[]> {
    const rows = await api.allHandshakes();
    for (const row of rows) if (!read.has(row.id)) read.set(row.id, await api.handshake(row.gateway, row.id));
    return rows.flatMap((row) => read.get(row.id) ?? []);
  }

  return {
    /** The row whose records carry `mark` in the caller's user agent. Throws with what there is when it does not come. */
    async marked(mark: string, limitMs = 15_000): Promise<HandshakeDetailSeen> {
      let seen: HandshakeDetailSeen[] = [];
      const look = async () => {
        seen = await details();
        return seen.find(({ raw }) => raw.some((line) => line.includes(mark)));
      };
      return until(`a row of the attempt ${mark}`, look, limitMs).catch((error: unknown) => {
        const there = seen.map(({ row }) => `${row.cause} ${row.title}`).join('\n');
        throw new Error(`${error instanceof Error ? error.message : String(error)}; ${seen.length} rows:\n${there}`);
      });
    },
    details,
  };
}

export type Finder = ReturnType<typeof createFinder>;

/** The newest attempt of the run that a row belongs to: a folded log shows a run under it. */
export async function newestOfRun(api: ConsoleApi, { run }: HandshakeSeen): Promise<HandshakeSeen> {
  const [newest] = (await api.handshakes({ run: String(run.id), limit: '1' })).items;
  if (!newest) throw new Error(`the run ${run.id} has no attempt`);
  return newest;
}

/** The newest row of one cause, and of one device where one is named. */
export function newestOf(api: ConsoleApi, query: { cause: string; device?: string }, limitMs = 15_000): Promise<HandshakeSeen> {
  return until(`a row ${JSON.stringify(query)}`, async () => (await api.handshakes({ ...query, limit: '1' })).items[0], limitMs);
}
