// Two disguises on one device, then a clean try: what one of them hides from the console, the other must not wash.
import { expect, test } from '@playwright/test';
import type { TestDevice } from '../gateways/client.ts';
import { cleanUpgrade, moment, tryUpgrade, warningsPast } from './refusals.ts';
import {
  giveStatement,
  knownDevice,
  LOOPBACK_RULE,
  READ,
  READ_WRITE,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

/** One dressed attempt. It may be refused in any way; it must never be let in with more than read. */
export type Disguise = { name: string; put: (device: TestDevice) => Promise<unknown> };

/** Below what the console calls a flood, 40 devices a minute, and half of it below the 20 approvals that rules may make in one. */
const DEVICES_PER_MINUTE = 36;
const MINUTE_MS = 60_000;
const SPARES = 8;

export const upgrade = (over: Parameters<TestDevice['attempt']>[0]) => (device: TestDevice) =>
  device.attempt({ scopes: READ_WRITE, ...over });

/** Every two of them, in both orders taken in turn. */
export function pairsOf(disguises: readonly Disguise[]): [Disguise, Disguise][] {
  const pairs: [Disguise, Disguise][] = [];
  disguises.forEach((a, i) => {
    disguises.slice(i + 1).forEach((b, j) => {
      pairs.push((i + j) % 2 === 0 ? [a, b] : [b, a]);
    });
  });
  return pairs;
}

type Played = { name: string; pair: [Disguise, Disguise]; attacker: TestDevice; twin: TestDevice };

async function cast(
  stage: Stage,
  pairs: readonly [Disguise, Disguise][],
): Promise<{ played: Played[]; spares: TestDevice[]; scene: Watch }> {
  const played: Played[] = [];
  for (const pair of pairs) {
    const name = `${pair[0].name}, then ${pair[1].name}`;
    played.push({ name, pair, attacker: await knownDevice(stage, name.slice(0, 60)), twin: await knownDevice(stage, 'honest twin') });
  }
  const spares = await spareDevices(stage, SPARES);
  const scene = await watch(stage);
  for (const device of [...spares, ...played.flatMap((p) => [p.attacker, p.twin])]) await vouch(scene, device);
  await giveStatement(scene);
  await scene.console.api.addRule(LOOPBACK_RULE);
  return { played, spares, scene };
}

/** Not one attacker holds more than it did, by the gateway's own row. */
async function nothingGained(stage: Stage, played: readonly Played[]): Promise<void> {
  const { paired } = await stage.admin.list();
  for (const { name, attacker } of played)
    expect.soft(paired.find((d) => d.deviceId === attacker.deviceId)?.scopes, `${name}: the gateway's own row`).toEqual(READ);
}

/** The console holds each, for what it is and not for a flood. */
async function allHeld(scene: Watch, played: readonly Played[]): Promise<void> {
  for (const { name, attacker } of played) {
    const { verdict } = await settledRequest(scene, attacker);
    const codes = verdict.reasons.map((r) => r.code);
    expect.soft(verdict.kind, `${name}: verdict`).toBe('hold');
    expect.soft(codes.length, `${name}: reasons`).toBeGreaterThan(0);
    expect.soft(codes, `${name}: reasons`).not.toContain('automation-off');
  }
}

/** Plays every pair under one rule, in groups that are no flood, each with an honest twin that the same rule lets in. */
export async function playPairs(stage: Stage, disguises: readonly Disguise[]): Promise<void> {
  const { played, spares, scene } = await cast(stage, pairsOf(disguises));
  const groups: Played[][] = [];
  const size = Math.floor((DEVICES_PER_MINUTE - SPARES) / 2);
  for (let i = 0; i < played.length; i += size) groups.push(played.slice(i, i + size));
  const twins = new Set(spares.map((d) => d.deviceId));
  for (const group of groups) {
    for (const { name, pair, attacker } of group)
      await test.step(name, async () => {
        for (const { put } of pair) await put(attacker);
        await cleanUpgrade(attacker);
        await warningsPast();
      });
    for (const { name, twin } of group) {
      twins.add(twin.deviceId);
      await test.step(`honest twin of ${name}`, () => ruleApproves(stage, scene, { first: twin, spares }, READ_WRITE, tryUpgrade));
    }
    const ended = performance.now();
    await nothingGained(stage, group);
    await allHeld(scene, group);
    if (group !== groups.at(-1)) await moment(ended + MINUTE_MS);
  }
  await nothingGained(stage, played);
  const byRule = (await scene.console.api.decided()).filter((d) => d.actor.kind === 'rule' && d.state === 'approved');
  expect(byRule.length).toBeGreaterThan(0);
  expect(
    byRule.every((d) => twins.has(d.deviceId)),
    'the rule approved honest devices only',
  ).toBe(true);
}
