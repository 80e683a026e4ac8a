// The shape of a refusal test: one attack, its honest twin, and the words that the console must hold it with.
import { expect, test } from '@playwright/test';
import type { TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import {
  giveStatement,
  knownDevice,
  LOOPBACK_RULE,
  READ,
  READ_WRITE,
  reasonsOf,
  refusedForPairing,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

export type Case = {
  name: string;
  /** True when the attacker starts as an unknown key. */
  unknownKey?: boolean;
  attack: (device: TestDevice) => Promise<void>;
  /** What an honest client of the same make does. A clean upgrade unless said. */
  honest?: (device: TestDevice) => Promise<void>;
  /** True when the attack shows the console a caller of another user, upon which it drops the operator's statement. */
  dropsStatement?: boolean;
  /** Must stand in the reasons or facts of the held request; undefined where the gateway must not even have a request. */
  why: RegExp | undefined;
};

const SPARES = 8;
const WARNING_REACH_MS = 200;

type Played = { it: Case; attacker: TestDevice; twin: TestDevice };

/** The plain upgrade: straight to the gateway, from read to write. Throws when the gateway does not ask for pairing. */
export const cleanUpgrade = (device: TestDevice) => refusedForPairing(device, { scopes: READ_WRITE });

/** The same by an honest client, which is glad to be let in at any try. */
export const tryUpgrade = async (device: TestDevice, over: Parameters<TestDevice['attempt']>[0] = {}) =>
  void (await device.attempt({ scopes: READ_WRITE, ...over }));

/** Waits for a moment of the monotonic clock, in ms: the promises here are about time itself. */
export function moment(atMs: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, Math.max(0, atMs - performance.now())));
}

/**
 * An attempt's window opens 100 ms before the attempt, since nobody knows the moment to the millisecond, and a fast machine begins the
 * next one sooner. Afterwards what the last attack made the gateway warn of lies in the window of no attempt that follows.
 */
export const warningsPast = (): Promise<void> => moment(performance.now() + WARNING_REACH_MS);

/**
 * Pairs attacker and twin of every case with read before there is a console, starts the console, and lets the operator vouch for
 * them: what they hold was given by someone else, as after an install of Gatehouse beside a gateway in use.
 */
async function cast(stage: Stage, cases: readonly Case[]): Promise<{ played: Played[]; spares: TestDevice[]; scene: Watch }> {
  const played: Played[] = [];
  for (const it of cases) {
    const attacker = it.unknownKey ? stage.device(`stranger: ${it.name}`) : await knownDevice(stage, `attack: ${it.name}`);
    played.push({ it, attacker, twin: await knownDevice(stage, `honest: ${it.name}`) });
  }
  const spares = await spareDevices(stage, SPARES);
  const scene = await watch(stage);
  for (const device of spares) await vouch(scene, device);
  for (const { it, attacker, twin } of played) for (const device of it.unknownKey ? [twin] : [attacker, twin]) await vouch(scene, device);
  return { played, spares, scene };
}

/** Fails unless the gateway's own row of every attacker still holds what it held, and its request waits unless none may exist. */
async function nothingGained(stage: Stage, played: readonly Played[]): Promise<void> {
  const { paired, pending } = await stage.admin.list();
  for (const { it, attacker } of played) {
    const row = paired.find((d) => d.deviceId === attacker.deviceId);
    expect.soft(row?.scopes ?? [], `${it.name}: scopes of the gateway's own row`).toEqual(it.unknownKey ? [] : READ);
    expect.soft(row?.roles ?? [], `${it.name}: roles of the gateway's own row`).toEqual(it.unknownKey ? [] : ['operator']);
    const waits = pending.some((p) => p.deviceId === attacker.deviceId);
    expect.soft(waits, `${it.name}: whether its request waits on the gateway`).toBe(it.why !== undefined);
  }
}

/** Fails unless the console holds every attacker's request and says why in the words of the case. */
async function saysWhy(scene: Watch, played: readonly Played[]): Promise<void> {
  const shown = await scene.console.api.pending();
  for (const { it, attacker } of played) {
    if (it.why === undefined) {
      expect
        .soft(
          shown.some((r) => r.deviceId === attacker.deviceId),
          `${it.name}: the console shows no request`,
        )
        .toBe(false);
      continue;
    }
    const seen = await settledRequest(scene, attacker);
    expect.soft(seen.verdict.kind, `${it.name}: verdict`).toBe('hold');
    expect.soft(reasonsOf(seen), `${it.name}: reasons`).toMatch(it.why);
  }
}

/** Fails unless the rule approves the honest twin of every case, nobody else, and the twin then gets in. */
async function honestTwinsGetIn(stage: Stage, scene: Watch, played: readonly Played[], spares: TestDevice[]): Promise<void> {
  const honest = new Set(spares.map((d) => d.deviceId));
  for (const { it, twin } of played) {
    honest.add(twin.deviceId);
    await test.step(`honest twin of ${it.name}`, async () => {
      const approved = await ruleApproves(stage, scene, { first: twin, spares }, READ_WRITE, it.honest ?? tryUpgrade).catch(
        (error: unknown) => {
          expect.soft(String(error), `${it.name}: the honest twin is approved`).toBe('');
        },
      );
      if (!approved) return;
      const after = await approved.attempt({ scopes: READ_WRITE });
      expect.soft(after.ok, `${it.name}: the honest twin gets in afterwards`).toBe(true);
    });
  }
  const byRule = (await scene.console.api.decided()).filter((d) => d.actor.kind === 'rule' && d.state === 'approved');
  expect(byRule.length).toBeGreaterThan(0);
  expect(
    byRule.every((d) => honest.has(d.deviceId)),
    'the rule approved honest devices only',
  ).toBe(true);
}

/** Waits until the console has dropped the statement by itself, and lets the operator give it again, so that it excuses no later case. */
async function statementDroppedThenGiven(scene: Watch): Promise<void> {
  const { console: started, id } = scene;
  await until('the statement dropped', async () => {
    const gateway = (await started.api.gateways()).find((g) => g.id === id);
    return gateway?.statement.noProxyInFront === false ? true : undefined;
  });
  await giveStatement(scene);
}

/**
 * Plays every case under one rule of origin loopback with the statement given: the attacks, the look at the gateway's own rows after
 * 3 s, the honest twins, and the look again after 35 s.
 */
export async function playAll(stage: Stage, cases: readonly Case[]): Promise<void> {
  const { played, spares, scene } = await cast(stage, cases);
  await giveStatement(scene);
  await scene.console.api.addRule(LOOPBACK_RULE);
  // One after the other: a warning in the window of a stranger's attempt would hold that one for the wrong reason.
  for (const { it, attacker } of played) {
    await test.step(`attack: ${it.name}`, async () => {
      await it.attack(attacker);
      await warningsPast();
      if (it.dropsStatement) await statementDroppedThenGiven(scene);
    });
  }
  const attackedAt = performance.now();
  await moment(attackedAt + 3000);
  await nothingGained(stage, played);
  await saysWhy(scene, played);
  await honestTwinsGetIn(stage, scene, played, spares);
  await moment(attackedAt + 35_000);
  await nothingGained(stage, played);
  await saysWhy(scene, played);
}
