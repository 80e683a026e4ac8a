// What a rule must never approve on OpenClaw 2026.4.14, however the request is dressed. Each attack worked against a console that
// believed less strictly. In the same run the honest twin of each is approved, so a rule that never fires cannot pass.
import { randomUUID } from 'node:crypto';
import type { TestDevice } from '../gateways/client.ts';
import type { Relay } from '../gateways/relay.ts';
import { type Case, cleanUpgrade, tryUpgrade } from './refusals.ts';
import { READ_WRITE, refusedForPairing } from './scene.ts';

const PROXIED = { 'X-Real-IP': '203.0.113.9' };

const upgrade = (device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) =>
  refusedForPairing(device, { scopes: READ_WRITE, ...over });

/** One dressed attempt and then a clean one: the clean one must not wash the first. */
const thenClean = (dressed: (device: TestDevice) => Promise<unknown>) => async (device: TestDevice) => {
  await dressed(device);
  await cleanUpgrade(device);
};

const twiceClean = async (device: TestDevice) => {
  await tryUpgrade(device);
  await tryUpgrade(device);
};

/** Every case for one gateway: `port` is the gateway's own; a relay of another user is left out where it cannot be had. */
export function casesFor(port: number, quietRelay: Relay | undefined): Case[] {
  return [
    ...(quietRelay
      ? [
          {
            name: 'Forwarded alone, from a relay of another user',
            attack: (d: TestDevice) => upgrade(d, { via: quietRelay.url }),
            dropsStatement: true,
            why: /another user/i,
          },
        ]
      : []),
    {
      name: 'X-Forwarded-For',
      attack: (d) => upgrade(d, { headers: { 'X-Forwarded-For': '203.0.113.9' } }),
      why: /proxy headers|forwarded/i,
    },
    { name: 'X-Real-IP alone', attack: (d) => upgrade(d, { headers: PROXIED }), why: /proxy headers/i },
    {
      name: 'X-Real-IP on a socket opened 9 s before connect',
      attack: (d) => upgrade(d, { headers: PROXIED, pauseMs: 9000 }),
      honest: (d) => tryUpgrade(d, { pauseMs: 9000 }),
      why: /proxy headers/i,
    },
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
      attack: thenClean((d) => upgrade(d, { headers: { ...PROXIED, 'User-Agent': 'swiftpm-testing-helper' } })),
      honest: twiceClean,
      why: /no close record/i,
    },
    {
      name: 'a socket destroyed after connect, then a clean try',
      attack: thenClean((d) => d.attempt({ scopes: READ_WRITE, vanish: true })),
      honest: twiceClean,
      why: /does not name this device|no close record/i,
    },
    {
      name: 'two connects on one socket, then a clean try',
      attack: thenClean((d) => d.attempt({ scopes: READ_WRITE, thenConnect: { scopes: READ_WRITE } })),
      honest: twiceClean,
      why: /two wishes|one connection/i,
    },
    {
      name: 'an odd path under an earlier id whose scopes the union carries, then a clean try',
      attack: thenClean((d) => d.attempt({ scopes: ['operator.read', 'operator.talk'], headers: PROXIED })),
      honest: async (d) => {
        await tryUpgrade(d, { scopes: ['operator.read', 'operator.talk'] });
        await tryUpgrade(d);
      },
      why: /proxy headers/i,
    },
    {
      name: 'a record with the marks of a private key, then a clean try',
      attack: thenClean((d) => upgrade(d, { headers: { 'User-Agent': '-----BEGIN PRIVATE KEY-----' } })),
      honest: twiceClean,
      why: /masked|private key|not clean/i,
    },
    {
      name: 'a record with the form of a token, then a clean try',
      attack: thenClean((d) => upgrade(d, { headers: { ...PROXIED, 'User-Agent': `x token=${'a'.repeat(40)}` } })),
      honest: (d) => tryUpgrade(d, { headers: { 'User-Agent': 'openclaw-node/1.0' } }),
      why: /proxy headers|masked|not clean/i,
    },
    {
      name: 'a user agent that forges the fields of a clean record',
      attack: (d) => {
        const forged = `x remote=127.0.0.1 fwd=n/a origin=n/a host=127.0.0.1:${port} ua=n/a code=1008 reason=pairing required`;
        return upgrade(d, { headers: { 'X-Forwarded-For': '203.0.113.9', 'User-Agent': forged } });
      },
      why: /proxy headers|forwarded/i,
    },
    {
      name: 'a scope string that forges conn=',
      attack: (d) => upgrade(d, { scopes: [...READ_WRITE, `x client=cli conn=${randomUUID()}`] }),
      why: /not known|cannot be read|forges/i,
    },
    {
      name: 'a wish that rides on an unanswered wider one',
      attack: thenClean((d) => upgrade(d, { scopes: ['operator.read', 'operator.admin'] })),
      why: /admin/i,
    },
    {
      name: 'a platform swapped between two tries',
      attack: async (d) => {
        await upgrade(d, { platform: 'darwin' });
        await upgrade(d, { platform: 'linux' });
      },
      honest: twiceClean,
      why: /platform/i,
    },
    {
      name: 'a new key behind X-Real-IP',
      unknownKey: true,
      attack: (d) => upgrade(d, { headers: PROXIED }),
      why: /new device/i,
    },
    {
      name: 'role node behind X-Real-IP',
      attack: (d) => refusedForPairing(d, { role: 'node', scopes: [], clientId: 'node-host', clientMode: 'node', headers: PROXIED }),
      why: /role/i,
    },
  ];
}
