// What a rule must never approve on OpenClaw 2026.9.6 that asks (autoApproveLocal off). In the same run the honest twin of each
// case is approved, so a rule that never fires cannot pass.
import { expect, test } from '@playwright/test';
import type { TestDevice } from '../gateways/client.ts';
import { NOBODY, otherUserImpossible, type Relay, startRelay } from '../gateways/relay.ts';
import { type Case, cleanUpgrade, playAll } from './refusals.ts';
import { NEWEST, openStage, READ_WRITE, refusedForPairing, versionsUnderTest } from './scene.ts';

const upgrade = (device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) =>
  refusedForPairing(device, { scopes: READ_WRITE, ...over });

/** Forwarded headers from an untrusted hop end before any request exists. */
const turnedAway = (header: string, value: string) => async (device: TestDevice) => {
  const attempt = await device.attempt({ scopes: READ_WRITE, headers: { [header]: value } });
  expect(attempt.ok ? 200 : attempt.httpStatus, `HTTP status with ${header}`).toBe(403);
};

function casesFor(port: number, relay: Relay | undefined): Case[] {
  return [
    { name: 'X-Forwarded-For', attack: turnedAway('X-Forwarded-For', '203.0.113.9'), why: undefined },
    { name: 'X-Real-IP', attack: turnedAway('X-Real-IP', '203.0.113.9'), why: undefined },
    { name: 'Forwarded', attack: turnedAway('Forwarded', 'for=203.0.113.9'), why: undefined },
    ...(relay
      ? [
          {
            name: 'CF-Connecting-IP with Via, from a relay of another user',
            attack: (d: TestDevice) => upgrade(d, { via: relay.url }),
            why: /another user/i,
          },
        ]
      : []),
    { name: 'a Host that is not local', attack: (d) => upgrade(d, { headers: { Host: 'evil.example:18789' } }), why: /host/i },
    {
      name: 'an Origin that the gateway allows',
      attack: (d) => upgrade(d, { headers: { Origin: `http://127.0.0.1:${port}` } }),
      why: /origin|browser/i,
    },
    { name: 'a new key', unknownKey: true, attack: cleanUpgrade, why: /new device/i },
    {
      name: 'role node',
      attack: (d) => refusedForPairing(d, { role: 'node', scopes: [], clientId: 'node-host', clientMode: 'node' }),
      why: /role/i,
    },
    {
      name: 'a wish that rides on an unanswered wider one',
      attack: async (d) => {
        await upgrade(d, { scopes: ['operator.read', 'operator.admin'] });
        await cleanUpgrade(d);
      },
      why: /admin/i,
    },
    {
      name: 'an upgrade over a connection that is already open',
      attack: async (d) => {
        const connection = await d.connect({ scopes: ['operator.read'] });
        await connection.request('device.scopes.requestUpgrade', { scopes: READ_WRITE });
        await connection.close();
      },
      why: /already open|no attempt|live/i,
    },
  ];
}

test.describe('refusals on 2026.9.6', () => {
  test.skip(!versionsUnderTest().includes(NEWEST), `${NEWEST} is not among the gateways of this run`);

  test('a rule for loopback approves each honest device and none of its disguises', async () => {
    test.setTimeout(240_000);
    const stage = await openStage({ version: NEWEST });
    const noOtherUser = otherUserImpossible();
    if (noOtherUser) test.info().annotations.push({ type: 'skipped case', description: noOtherUser });
    const headers = { 'CF-Connecting-IP': '203.0.113.9', Via: '1.1 edge.example' };
    const relay = noOtherUser ? undefined : await startRelay({ targetPort: stage.gateway.port, user: NOBODY, headers });
    try {
      await playAll(stage, casesFor(stage.gateway.port, relay));
    } finally {
      await relay?.stop();
      await stage.dispose();
    }
  });
});
