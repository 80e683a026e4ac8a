// What every live test needs: a real gateway, the judge's own hand on it, and the real console watching it.
import { type Admin, adminHelper, pair } from '../gateways/admin.ts';
import type { RequestSeen } from '../gateways/api.ts';
import { createDevice, saidNo, type TestDevice } from '../gateways/client.ts';
import { type ConsoleOptions, startConsole, type TestConsole } from '../gateways/console.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../gateways/start.ts';
import { until } from '../gateways/until.ts';

export const NEWEST = '2026.9.6';
export const OLDEST = '2026.4.14';
export const READ = ['operator.read'];
export const READ_WRITE = ['operator.read', 'operator.write'];
export const CLI_SCOPES = [
  'operator.admin',
  'operator.read',
  'operator.write',
  'operator.approvals',
  'operator.pairing',
  'operator.talk.secrets',
];
export const NAMED = ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.talk.secrets'];

/** The gateway versions that this run is to prove; the newest alone unless the runner names others. */
export function versionsUnderTest(): string[] {
  return (process.env.GATEHOUSE_TEST_GATEWAYS ?? NEWEST).split(',').filter(Boolean);
}

const granting = (version: string, on: boolean) =>
  version === OLDEST ? {} : { gateway: { nodes: { pairing: { autoApproveLocal: on } } } };

export type Stage = {
  gateway: TestGateway;
  admin: Admin;
  /** A device of its own that shows the shared token, as most clients do. */
  device: (name: string) => TestDevice;
  /** From now on loopback upgrades wait. 2026.4.14 always lets them wait; 2026.9.6 gets that setting while it runs. */
  ask: () => Promise<void>;
  /** Hands over what must end before the gateway does: a console, a relay. */
  owns: (thing: { dispose: () => Promise<void> }) => void;
  dispose: () => Promise<void>;
};

/**
 * A gateway with the judge connected and no console yet. 2026.9.6 still pairs silently, so that the devices of a test leave no
 * refused attempt behind: a refusal of the last minutes would, rightly, hold what they ask next.
 */
export async function openStage(options: GatewayOptions): Promise<Stage> {
  const { version } = options;
  const gateway = await startGateway({ ...options, config: { ...granting(version, true), ...options.config } });
  const admin = await adminHelper(gateway);
  const owned: { dispose: () => Promise<void> }[] = [];
  let asks = version === OLDEST;
  return {
    gateway,
    admin,
    device: (name) => createDevice({ url: gateway.url, base: { displayName: name, auth: { token: gateway.token } } }),
    async ask() {
      if (asks) return;
      asks = true;
      await gateway.reconfigure(granting(version, false));
    },
    owns: (thing) => void owned.push(thing),
    async dispose() {
      for (const thing of owned.splice(0).reverse()) await thing.dispose();
      await admin.close();
      await gateway.dispose();
    },
  };
}

/** Plays on a stage of its own; whatever happens, everything that was started for it ends. */
export async function onStage(options: GatewayOptions, play: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage(options);
  try {
    await play(stage);
  } finally {
    await stage.dispose();
  }
}

export type Watch = {
  console: TestConsole;
  /** The console's id of the gateway. */
  id: string;
};

/**
 * Lets the gateway ask, starts a console on it, and answers when that is live; where it must wait for its own approval, the judge
 * approves it. `granting` leaves a 2026.9.6 as it comes, granting every loopback upgrade by itself.
 */
export async function watch(stage: Stage, options: Omit<ConsoleOptions, 'gateway'> & { granting?: boolean } = {}): Promise<Watch> {
  if (!options.granting) await stage.ask();
  const started = await startConsole({ ...options, gateway: stage.gateway });
  stage.owns(started);
  const id = await live(stage, started).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; the console said: ${started.output().slice(-1500)}`);
  });
  return { console: started, id };
}

/** Waits until the console is live on its one gateway and knows whether it can read the gateway's log; answers the gateway's id. */
export function live(stage: Stage, started: TestConsole): Promise<string> {
  return until(
    'the console live on its gateway',
    async () => {
      const [gateway] = await started.api.gateways();
      if (!gateway) return undefined;
      if (gateway.state === 'waiting') {
        const own = await stage.admin.pending(gateway.consoleDeviceId);
        if (own) await stage.admin.approve(own.requestId);
      }
      // Connected first, then looking about: what is asked in between is held, rightly, for want of evidence.
      const looksAbout = !gateway.proof.some(
        (fact) => (fact.name === 'source' && fact.held) || (fact.name === 'canary' && fact.held !== undefined),
      );
      return gateway.state === 'live' && !looksAbout ? gateway.id : undefined;
    },
    30_000,
  );
}

/** Pairs a device with read, the way this gateway does it. Before `watch` that leaves no refusal in the log. */
export async function knownDevice(stage: Stage, name: string): Promise<TestDevice> {
  const device = stage.device(name);
  await pair(device, stage.admin, READ);
  return device;
}

/** The operator's word for a device that this console has not approved itself. Waits until the console knows the device. */
export async function vouch({ console: started, id }: Watch, device: TestDevice): Promise<void> {
  await until('the device in the console', async () =>
    (await started.api.devices()).some((d) => d.deviceId === device.deviceId) ? true : undefined,
  );
  await started.api.vouch(id, device.deviceId);
}

/** The operator's statement that nothing stands in front of the gateway, given as soon as the console knows the configuration it is about. */
export async function giveStatement({ console: started, id }: Watch): Promise<void> {
  await until('the configuration read by the console', async () => {
    const gateway = (await started.api.gateways()).find((g) => g.id === id);
    return gateway?.proof.find((f) => f.name === 'configuration')?.held ? true : undefined;
  });
  await started.api.setStatement(id, true);
}

/** The request of a device as the console shows it, once its evidence is complete. */
export function settledRequest({ console: started }: Watch, device: { deviceId: string }, limitMs = 20_000): Promise<RequestSeen> {
  return until(
    'the request with settled evidence in the console',
    async () => (await started.api.pending()).find((r) => r.deviceId === device.deviceId && r.origin.settled),
    limitMs,
  );
}

/** Every reason that the console gives for holding a request, and every fact behind it, as one text for a test to look into. */
export function reasonsOf(seen: RequestSeen): string {
  const facts = seen.origin.facts.filter((f) => f.held !== true).map((f) => `${f.name}: ${f.text}`);
  return [...seen.verdict.reasons.map((r) => `${r.code}: ${r.text}`), ...facts, seen.origin.alarm ?? ''].join('\n');
}

/**
 * Waits until the gateway's own row of a device holds all of `scopes`. The gateway is the judge, not the console. Where a console is
 * given and it never happens, the failure carries the console's own reasons.
 */
export async function holds(stage: Stage, deviceId: string, scopes: readonly string[], scene?: Watch, limitMs = 15_000): Promise<void> {
  try {
    await until(
      `the paired row with ${scopes.join(', ')}`,
      async () => {
        const row = await stage.admin.paired(deviceId);
        return row && scopes.every((s) => row.scopes.includes(s)) ? true : undefined;
      },
      limitMs,
    );
  } catch (error) {
    const seen = (await scene?.console.api.pending())?.find((r) => r.deviceId === deviceId);
    const why = scene ? (seen ? `the console holds it: ${reasonsOf(seen)}` : 'the console shows no such request') : '';
    throw new Error(`${error instanceof Error ? error.message : String(error)} ${why}`.trim());
  }
}

const SEEN_TOO_LATE = /fact-peer: The caller’s socket was gone before it could be seen|asker-unseen/;

/**
 * Lets an honest device act until a rule approves it, and answers the device that was approved. The console has about 10 ms to see a
 * caller's socket, and where a busy machine makes it miss that, it rightly holds the request for as long as the attempt counts. Only
 * for that reason a spare is taken from `spares` and gets its turn; any other reason to hold an honest device fails the test at once.
 */
export async function ruleApproves(
  stage: Stage,
  scene: Watch,
  devices: { first: TestDevice; spares: TestDevice[] },
  scopes: readonly string[],
  act: (device: TestDevice) => Promise<unknown>,
  limitMs = 8000,
): Promise<TestDevice> {
  const misses: string[] = [];
  for (let device: TestDevice | undefined = devices.first; device; device = devices.spares.shift()) {
    await act(device);
    try {
      await holds(stage, device.deviceId, scopes, scene, limitMs);
      return device;
    } catch (error) {
      misses.push(String(error));
      if (!SEEN_TOO_LATE.test(String(error))) break;
    }
  }
  throw new Error(`no rule approved the honest device: ${misses.join('\n')}`);
}

/**
 * Plays a scene that turns on one look at one key, which no spare can stand in for, again from its start when that look came too
 * late; three times at most. Every other failure is final.
 */
export async function untilSeen(play: () => Promise<void>): Promise<void> {
  for (let left = 3; ; left -= 1) {
    try {
      return await play();
    } catch (error) {
      if (left === 1 || !SEEN_TOO_LATE.test(String(error))) throw error;
    }
  }
}

/** Pairs `count` devices with read before `watch`, for `ruleApproves`. */
export async function spareDevices(stage: Stage, count: number): Promise<TestDevice[]> {
  const spares: TestDevice[] = [];
  for (let i = 0; i < count; i += 1) spares.push(await knownDevice(stage, `honest spare ${i + 1}`));
  return spares;
}

/** An attempt that must be refused for want of pairing; throws when it was let in or refused for anything else. */
export async function refusedForPairing(device: TestDevice, over: Parameters<TestDevice['attempt']>[0]): Promise<void> {
  const attempt = await device.attempt(over);
  if (attempt.ok || attempt.close?.code !== 1008) throw new Error(`the gateway should have asked for pairing, but: ${saidNo(attempt)}`);
}

/** A rule for loopback devices up to write, as the refusal tests use it. */
export const LOOPBACK_RULE = {
  name: 'Paired devices over loopback',
  enabled: true,
  scopes: READ_WRITE,
  origin: 'loopback',
  maxPerHour: 60,
};

/** The rule that heals the seed case. A person makes it: where all run as one user the API token cannot acknowledge that. */
export const HOST_RULE = {
  name: 'The CLI on this host',
  enabled: true,
  scopes: CLI_SCOPES,
  confirm: NAMED,
  origin: 'host-key',
  acknowledge: ['same-user'],
  maxPerHour: 60,
};
