// What tests of rules and permit windows share: a device whose request is held although all of its path is proven, so that what holds it
// is what the test is about.

import { pair } from '../gateways/admin.ts';
import type { DecisionSeen, RequestSeen } from '../gateways/api.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import { holds, OLDEST, READ_WRITE, reasonsOf, refusedForPairing, type Stage, settledRequest, type Watch } from './scene.ts';

type Claims = NonNullable<Parameters<TestDevice['attempt']>[0]>;

/** An attempt by a path that proves nothing, and still leaves a request on this version. */
export const oddPath = (version: string): Claims =>
  version === OLDEST ? { headers: { 'X-Real-IP': '203.0.113.9' } } : { headers: { Host: 'evil.example:18789' } };

/** Devices of one make, paired with `held`: the console has about 10 ms to see a caller, so each part of a test has more than one. */
export async function devicesOf(
  stage: Stage,
  names: readonly string[],
  { held = ['operator.read'], ...claims }: Claims & { held?: readonly string[] } = {},
): Promise<TestDevice[]> {
  const made: TestDevice[] = [];
  for (const displayName of names) {
    const base = { displayName, auth: { token: stage.gateway.token }, ...claims };
    const device = createDevice({ url: stage.gateway.url, base });
    await pair(device, stage.admin, held);
    made.push(device);
  }
  return made;
}

const peerOf = ({ origin }: RequestSeen) => origin.facts.find((fact) => fact.name === 'peer');

/** Whether the console saw the caller's socket in time. Where it did not, it holds the request for that alone. */
export const wasSeen = (seen: RequestSeen): boolean => peerOf(seen)?.held === true;

const unseen = (misses: readonly string[]) => new Error(`no caller of this part was seen in time: ${misses.join(' ')}`);

/** Lets devices ask, one after the other, until the path of one was seen, and answers that device with its request, which must be held. */
export async function heldThough(
  scene: Watch,
  devices: TestDevice[],
  act: (device: TestDevice) => Promise<unknown> = (device) => refusedForPairing(device, { scopes: READ_WRITE }),
): Promise<{ device: TestDevice; seen: RequestSeen }> {
  const misses: string[] = [];
  for (let device = devices.shift(); device; device = devices.shift()) {
    await act(device);
    const seen = await settledRequest(scene, device);
    if (!wasSeen(seen)) {
      misses.push(peerOf(seen)?.text ?? '');
      continue;
    }
    if (seen.origin.origin !== 'loopback') throw new Error(`an honest path was not proven: ${reasonsOf(seen)}`);
    if (seen.verdict.kind !== 'hold') throw new Error(`it was not held: ${reasonsOf(seen)}`);
    return { device, seen };
  }
  throw unseen(misses);
}

/** The approval of a device, once the console has the gateway's answer: the gateway's own row is there a moment before. */
export const approvalOf = ({ console: started }: Watch, { deviceId }: { deviceId: string }): Promise<DecisionSeen> =>
  until('the approval answered', async () => (await started.api.decided()).find((d) => d.deviceId === deviceId && d.state === 'approved'));

/** Lets devices ask, one after the other, until one whose path was seen is approved, and answers it. Held though it was seen is a failure. */
export async function approvedOne(
  stage: Stage,
  scene: Watch,
  devices: TestDevice[],
  scopes: readonly string[] = READ_WRITE,
  act: (device: TestDevice) => Promise<unknown> = (device) => refusedForPairing(device, { scopes }),
): Promise<TestDevice> {
  const misses: string[] = [];
  for (let device = devices.shift(); device; device = devices.shift()) {
    const { deviceId } = device;
    await act(device);
    const missed = await until('the request approved, or held with settled evidence', async () => {
      const row = await stage.admin.paired(deviceId);
      if (row && scopes.every((s) => row.scopes.includes(s))) return '';
      const seen = (await scene.console.api.pending()).find((r) => r.deviceId === deviceId && r.origin.settled);
      return seen?.verdict.kind === 'hold' ? (wasSeen(seen) ? '' : (peerOf(seen)?.text ?? 'no word of it')) : undefined;
    });
    if (missed !== '') {
      misses.push(missed);
      continue;
    }
    await holds(stage, deviceId, scopes, scene, 5000);
    await approvalOf(scene, device);
    return device;
  }
  throw unseen(misses);
}
