// What a rule must never approve on OpenClaw 2026.9.6 that asks (autoApproveLocal off). In the same run the honest twin of each
// case is approved, so a rule that never fires cannot pass.
import { expect } from '@playwright/test';
import type { TestDevice } from '../gateways/client.ts';
import type { Relay } from '../gateways/relay.ts';
import { type Case, cleanUpgrade } from './refusals.ts';
import { READ_WRITE, refusedForPairing } from './scene.ts';

const upgrade = (device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) =>
  refusedForPairing(device, { scopes: READ_WRITE, ...over });

/** One dressed attempt and then a clean one: the clean one must not wash the first. */
const thenClean = (dressed: (device: TestDevice) => Promise<unknown>) => async (device: TestDevice) => {
  await dressed(device);
  await cleanUpgrade(device);
};

/** Forwarded headers from an untrusted hop end before any request exists. */
const turnedAway = (header: string, value: string) => async (device: TestDevice) => {
  const attempt = await device.attempt({ scopes: READ_WRITE, headers: { [header]: value } });
  expect(attempt.ok ? 200 : attempt.httpStatus, `HTTP status with ${header}`).toBe(403);
};

/** Every case for one gateway: `port` is the gateway's own; a relay of another user is left out where it cannot be had. */
export function casesFor(port: number, relay: Relay | undefined): Case[] {
  return [
    ...(relay
      ? [
          {
            name: 'CF-Connecting-IP with Via, from a relay of another user',
            attack: (d: TestDevice) => upgrade(d, { via: relay.url }),
            dropsStatement: true,
            why: /another user/i,
          },
        ]
      : []),
    { name: 'X-Forwarded-For', attack: turnedAway('X-Forwarded-For', '203.0.113.9'), why: undefined },
    { name: 'X-Real-IP', attack: turnedAway('X-Real-IP', '203.0.113.9'), why: undefined },
    { name: 'Forwarded', attack: turnedAway('Forwarded', 'for=203.0.113.9'), why: undefined },
    {
      name: 'a Host that is not local',
      attack: (d) => upgrade(d, { headers: { Host: 'evil.example:18789' } }),
      why: /asked for host|non-local Host/i,
    },
    {
      name: 'an Origin that the gateway allows',
      attack: (d) => upgrade(d, { headers: { Origin: `http://127.0.0.1:${port}` } }),
      why: /came from a browser/i,
    },
    {
      name: 'a record hidden by the user agent of a test helper, then a clean try',
      attack: thenClean((d) => upgrade(d, { headers: { Host: 'evil.example:18789', 'User-Agent': 'swiftpm-testing-helper' } })),
      why: /no close record/i,
    },
    {
      name: 'a socket destroyed after connect, then a clean try',
      attack: thenClean((d) => d.attempt({ scopes: READ_WRITE, vanish: true })),
      why: /does not name this device|no close record/i,
    },
    {
      name: 'a record that the gateway masks, then a clean try',
      attack: thenClean((d) => upgrade(d, { headers: { 'User-Agent': `x token=${'a'.repeat(40)}` } })),
      why: /masked|not clean/i,
    },
    { name: 'a new key', unknownKey: true, attack: cleanUpgrade, why: /new device/i },
    {
      name: 'role node',
      attack: (d) => refusedForPairing(d, { role: 'node', scopes: [], clientId: 'node-host', clientMode: 'node' }),
      why: /role/i,
    },
    {
      name: 'a wish that rides on an unanswered wider one',
      attack: thenClean((d) => upgrade(d, { scopes: ['operator.read', 'operator.admin'] })),
      why: /admin/i,
    },
    {
      name: 'an upgrade over a connection that is already open',
      attack: async (d) => {
        const connection = await d.connect({ scopes: ['operator.read'] });
        await connection.request('device.scopes.requestUpgrade', { scopes: READ_WRITE });
        await connection.close();
      },
      why: /already open|shows no attempt/i,
    },
  ];
}
