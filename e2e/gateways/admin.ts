// The test's own hand on a gateway, over the local helper path: it sets the scene and is the judge, never through Gatehouse.
import { z } from 'zod';
import { createIdentity } from '../../lib/gateway/identity.ts';
import { type PairedDevice, type PairingList, type PendingRequest, readPairingList } from '../../lib/gateway/records.ts';
import { type Auth, type Connection, createDevice, saidNo, type TestDevice } from './client.ts';
import type { TestGateway } from './start.ts';
import { until } from './until.ts';

export type Admin = {
  request: Connection['request'];
  onEvent: Connection['onEvent'];
  list: () => Promise<PairingList>;
  paired: (deviceId: string) => Promise<PairedDevice | undefined>;
  pending: (deviceId: string) => Promise<PendingRequest | undefined>;
  approve: (requestId: string) => Promise<void>;
  reject: (requestId: string) => Promise<void>;
  remove: (deviceId: string) => Promise<void>;
  /** The id of the gateway's own key. */
  hostDeviceId: () => Promise<string>;
  close: () => Promise<void>;
};

const identityAnswer = z.object({ deviceId: z.string(), publicKey: z.string() });

/**
 * Connects as the local helper: a fresh key as `gateway-client`/`backend` with the shared secret, which both versions admit on
 * direct loopback with every scope and without a row.
 */
export async function adminHelper(gateway: Pick<TestGateway, 'url' | 'token'>, auth: Auth = { token: gateway.token }): Promise<Admin> {
  const scopes = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'];
  const device = createDevice({
    url: gateway.url,
    identity: createIdentity(),
    base: { clientId: 'gateway-client', clientMode: 'backend', scopes, auth },
  });
  // A gateway that has just started may turn a caller away for a moment; the judge is not what a test is about.
  const signIn = () => {
    let said = '';
    const tryOnce = () =>
      device.connect().catch((error: unknown) => {
        said = String(error);
        return undefined;
      });
    return until('the judge let in', tryOnce, 20_000).catch((error: unknown) => {
      open = undefined;
      throw new Error(`${error instanceof Error ? error.message : String(error)}: ${said}`);
    });
  };
  const listeners: Parameters<Connection['onEvent']>[0][] = [];
  let open: Promise<Connection> | undefined;
  // A test may restart its gateway; the judge then comes back by itself at its next question.
  const connection = (): Promise<Connection> => {
    open ??= signIn().then((fresh) => {
      fresh.onEvent((event, payload) => {
        for (const listener of listeners) listener(event, payload);
      });
      void fresh.closed.then(() => {
        open = undefined;
      });
      return fresh;
    });
    return open;
  };
  await connection();
  const request: Connection['request'] = async (...call) => (await connection()).request(...call);
  const list = async () => readPairingList(await request('device.pair.list'));
  return {
    request,
    onEvent: (listener) => void listeners.push(listener),
    list,
    paired: async (deviceId) => (await list()).paired.find((d) => d.deviceId === deviceId),
    pending: async (deviceId) => (await list()).pending.find((d) => d.deviceId === deviceId),
    approve: async (requestId) => void (await request('device.pair.approve', { requestId })),
    reject: async (requestId) => void (await request('device.pair.reject', { requestId })),
    remove: async (deviceId) => void (await request('device.pair.remove', { deviceId })),
    hostDeviceId: async () => identityAnswer.parse(await request('gateway.identity.get')).deviceId,
    close: async () => (await open)?.close(),
  };
}

/**
 * Pairs a device with exactly the scopes of its base claims, as the operator of this gateway would have: silently where the
 * gateway does it by itself, approved by the helper where it waits. Throws when it ends up unpaired.
 */
export async function pair(device: TestDevice, admin: Admin, scopes: readonly string[]): Promise<PairedDevice> {
  const first = await device.attempt({ scopes });
  if (!first.ok) {
    if (!first.requestId) throw new Error(`pairing for the test failed: ${saidNo(first)}`);
    await admin.approve(first.requestId);
  }
  const row = await admin.paired(device.deviceId);
  if (!row) throw new Error('the gateway shows no row for the device that the test paired');
  return row;
}
