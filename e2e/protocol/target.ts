// A gateway under the protocol suite: the practice gateway or a real one, with what differs between them as named traits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../lib/clock.ts';
import { createIdentity, type DeviceIdentity } from '../../lib/gateway/identity.ts';
import { type LogRecord, parseLogLine } from '../../lib/handshakes/records.ts';
import { type DialOptions, type DialResult, dialGateway } from '../../lib/practice/client.ts';
import { createPracticeGateway } from '../../lib/practice/gateway.ts';
import { type Admin, adminHelper } from '../gateways/admin.ts';
import { startGateway } from '../gateways/start.ts';
import { until } from '../gateways/until.ts';

export const PRACTICE = 'practice';
const OLDEST = '2026.4.14';
// 2026.9.6 lets everyone on loopback in by itself unless told not to; 2026.4.14 does not know the setting.
const ASKING = { gateway: { nodes: { pairing: { autoApproveLocal: false } } } };

/** What differs from gateway to gateway; all else must be the same everywhere. */
export type Traits = {
  /** A new key, or a new role, on clean loopback with the shared token is let in unasked. */
  silentPairing: boolean;
  /** Asking less than what waits replaces the request, too. */
  narrowerAskChurns: boolean;
  /** Forwarding headers from an untrusted hop end in HTTP 403 before the handshake. */
  refusesForwarded: boolean;
  /** The refusal names the device and what it asked. */
  explainsRefusal: boolean;
  protocol: number;
};

const AS_2026_4: Traits = { silentPairing: true, narrowerAskChurns: true, refusesForwarded: false, explainsRefusal: false, protocol: 3 };
const AS_2026_9: Traits = { silentPairing: false, narrowerAskChurns: false, refusesForwarded: true, explainsRefusal: true, protocol: 4 };

export type Ask = Partial<Omit<DialOptions, 'url' | 'identity'>>;
export type Device = { identity: DeviceIdentity; deviceId: string; ask: (over?: Ask) => Promise<DialResult> };
/** The log from a moment on. */
export type Reading = {
  all: () => Promise<LogRecord[]>;
  lines: () => Promise<string[]>;
  /** The first record that `pick` accepts, waited for. */
  find: <T extends LogRecord>(what: string, pick: (record: LogRecord) => record is T) => Promise<T>;
};
export type Target = {
  name: string;
  url: string;
  token: string;
  traits: Traits;
  admin: Admin;
  /** Events that the operator received so far. */
  events: { event: string; payload: unknown }[];
  device: () => Device;
  /** Reads the log from now on. */
  reading: () => Promise<Reading>;
  dispose: () => Promise<void>;
};

const tail = z.object({ cursor: z.number(), lines: z.array(z.string()), truncated: z.boolean(), reset: z.boolean() });

async function bringUp(name: string): Promise<{ url: string; token: string; dispose: () => Promise<void> }> {
  if (name !== PRACTICE) return startGateway({ version: name, config: name === OLDEST ? {} : ASKING });
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-practice-'));
  const gateway = createPracticeGateway({ folder, clock: systemClock(), handshakeTimeoutMs: 1000 });
  await gateway.start();
  return {
    url: gateway.url,
    token: gateway.token,
    dispose: async () => {
      await gateway.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a gateway by name (`practice` or a version) with an operator on it. Throws when it does not come up. */
export async function openTarget(name: string): Promise<Target> {
  const gateway = await bringUp(name);
  const admin = await adminHelper(gateway);
  const events: Target['events'] = [];
  admin.onEvent((event, payload) => events.push({ event, payload }));
  const read = async (cursor: number) => tail.parse(await admin.request('logs.tail', { cursor, limit: 5000, maxBytes: 1_000_000 }));

  function device(): Device {
    const identity = createIdentity();
    const base = {
      client: { id: 'cli', mode: 'cli', version: '1.0.0', platform: 'linux' },
      scopes: ['operator.read'],
      token: gateway.token,
    };
    return { identity, deviceId: identity.deviceId, ask: (over = {}) => dialGateway({ ...base, ...over, url: gateway.url, identity }) };
  }

  async function reading(): Promise<Reading> {
    const { cursor } = tail.parse(await admin.request('logs.tail', { limit: 1, maxBytes: 1000 }));
    const lines = async () => {
      const slice = await read(cursor);
      if (slice.reset || slice.truncated) throw new Error('the log was cut while a test read it');
      return slice.lines;
    };
    const all = async () => (await lines()).map(parseLogLine);
    return {
      all,
      lines,
      find: <T extends LogRecord>(what: string, pick: (record: LogRecord) => record is T) =>
        until(what, async () => (await all()).find(pick)),
    };
  }

  return {
    name,
    url: gateway.url,
    token: gateway.token,
    traits: name === PRACTICE || name === OLDEST ? AS_2026_4 : AS_2026_9,
    admin,
    events,
    device,
    reading,
    dispose: async () => {
      await admin.close();
      await gateway.dispose();
    },
  };
}
