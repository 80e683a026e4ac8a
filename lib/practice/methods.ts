// What a connected client may ask of the practice gateway, with the scopes, answers and log lines of 2026.4.14.
import { z } from 'zod';
import type { DeviceIdentity } from '../gateway/identity.ts';
import type { Client, Clients } from './clients.ts';
import { readOrExplain } from './connect-params.ts';
import type { GatewayLog } from './gateway-log.ts';
import { firstMissing, withImplied } from './grants.ts';
import type { NodePairing } from './nodes.ts';
import { approve, type Fresh, type PairedRow, prune, reject, remove } from './pairing.ts';
import type { ErrorFrame } from './refusals.ts';
import type { PairingFiles } from './state-files.ts';
import { revokeToken, rotateToken } from './tokens.ts';

export type MethodDeps = {
  store: PairingFiles;
  nodes: NodePairing;
  log: GatewayLog;
  clients: Clients;
  identity: DeviceIdentity;
  config: () => Record<string, unknown>;
  fresh: () => Fresh;
};
/** An answer; `after` runs once it has been sent. */
export type Answer = { ok: true; payload: unknown; after?: () => void } | { ok: false; error: ErrorFrame };
export type Methods = { names: readonly string[]; call: (client: Client, method: string, params: unknown) => Answer };

const PAIRING = 'operator.pairing';
const READ = 'operator.read';
const none = z.strictObject({});
const text = z.string().min(1);

const invalid = (message: string): Answer => ({ ok: false, error: { code: 'INVALID_REQUEST', message } });

/** A paired row as it is listed: tokens without their secret, sorted by role. */
function listedRow(device: PairedRow): Record<string, unknown> {
  const { tokens, approvedScopes: _approved, ...row } = device;
  const shown = Object.values(tokens)
    .map(({ token: _secret, ...rest }) => rest)
    .sort((a, b) => (a.role < b.role ? -1 : 1));
  return { ...row, tokens: shown };
}

/** The method table over a running gateway's parts. */
export function createMethods({ store, nodes, log, clients, identity, config, fresh }: MethodDeps): Methods {
  const info = (line: string) => log.write({ level: 'INFO', subsystem: 'gateway', text: line });
  const warn = (line: string) => log.write({ level: 'WARN', subsystem: 'gateway', text: line });
  const foreign = (client: Client, deviceId: string) => {
    const own = client.params.device?.id;
    return own !== undefined && own !== deviceId && !client.scopes.includes('operator.admin');
  };
  function resolved(requestId: string, deviceId: string, decision: 'approved' | 'rejected') {
    clients.broadcast('device.pair.resolved', { requestId, deviceId, decision, ts: fresh().now });
  }
  function nodeResolved(requestId: string, nodeId: string, decision: 'approved' | 'rejected') {
    clients.broadcast('node.pair.resolved', { requestId, nodeId, decision, ts: fresh().now });
  }

  const table = {
    'device.pair.list': entry(PAIRING, none, () => {
      const state = prune(store.get(), fresh().now);
      store.set(state);
      const pending = Object.values(state.pending).sort((a, b) => b.ts - a.ts);
      const paired = Object.values(state.paired).sort((a, b) => b.approvedAtMs - a.approvedAtMs);
      return { ok: true, payload: { pending, paired: paired.map(listedRow) } };
    }),
    'device.pair.approve': entry(PAIRING, z.strictObject({ requestId: text }), (client, { requestId }) => {
      const { state, approval } = approve(store.get(), requestId, client.scopes, fresh());
      store.set(state);
      if (approval.kind === 'unknown') return invalid('unknown requestId');
      if (approval.kind === 'forbidden') return invalid(approval.message);
      const { device } = approval;
      info(`device pairing approved device=${device.deviceId} role=${device.role}`);
      resolved(requestId, device.deviceId, 'approved');
      return { ok: true, payload: { requestId, device: listedRow(device) } };
    }),
    'device.pair.reject': entry(PAIRING, z.strictObject({ requestId: text }), (_client, { requestId }) => {
      const { state, deviceId } = reject(store.get(), requestId, fresh().now);
      store.set(state);
      if (deviceId === undefined) return invalid('unknown requestId');
      resolved(requestId, deviceId, 'rejected');
      return { ok: true, payload: { requestId, deviceId } };
    }),
    'device.pair.remove': entry(PAIRING, z.strictObject({ deviceId: text }), (client, { deviceId }) => {
      if (foreign(client, deviceId)) {
        warn(`device pairing removal denied device=${deviceId} reason=device-ownership-mismatch`);
        return invalid('device pairing removal denied');
      }
      const { state, removed } = remove(store.get(), deviceId);
      store.set(state);
      if (!removed) return invalid('unknown deviceId');
      info(`device pairing removed device=${deviceId}`);
      return { ok: true, payload: { deviceId }, after: () => clients.disconnect(deviceId) };
    }),
    'device.token.rotate': entry(
      PAIRING,
      z.strictObject({ deviceId: text, role: text, scopes: z.array(text).optional() }),
      (client, { deviceId, role, scopes }) => {
        const denied = (reason: string): Answer => {
          warn(`device token rotation denied device=${deviceId} role=${role} reason=${reason}`);
          return invalid('device token rotation denied');
        };
        if (foreign(client, deviceId)) return denied('device-ownership-mismatch');
        const held = store.get().paired[deviceId];
        const wanted = withImplied(scopes ?? held?.tokens[role]?.scopes ?? held?.scopes);
        const missing = held ? firstMissing(role, wanted, client.scopes) : undefined;
        if (missing !== undefined) return denied(`caller-missing-scope scope=${missing}`);
        const rotation = rotateToken(store.get(), { deviceId, role, scopes }, fresh());
        if ('denied' in rotation) return denied(rotation.denied);
        store.set(rotation.state);
        const { token } = rotation;
        info(`device token rotated device=${deviceId} role=${role} scopes=${token.scopes.join(',')}`);
        const payload = { deviceId, role, token: token.token, scopes: token.scopes, rotatedAtMs: token.rotatedAtMs };
        return { ok: true, payload, after: () => clients.disconnect(deviceId, role) };
      },
    ),
    'device.token.revoke': entry(PAIRING, z.strictObject({ deviceId: text, role: text }), (client, { deviceId, role }) => {
      if (foreign(client, deviceId)) {
        warn(`device token revocation denied device=${deviceId} role=${role} reason=device-ownership-mismatch`);
        return invalid('device token revocation denied');
      }
      const { state, token } = revokeToken(store.get(), deviceId, role, fresh().now);
      store.set(state);
      if (!token) return invalid('unknown deviceId/role');
      info(`device token revoked device=${deviceId} role=${role}`);
      const payload = { deviceId, role, revokedAtMs: token.revokedAtMs };
      return { ok: true, payload, after: () => clients.disconnect(deviceId, role) };
    }),
    'node.pair.list': entry(PAIRING, none, () => ({ ok: true, payload: { pending: nodes.pending(), paired: nodes.paired() } })),
    'node.pair.approve': entry(PAIRING, z.strictObject({ requestId: text }), (client, { requestId }) => {
      const approval = nodes.approve(requestId, client.scopes);
      if (approval.kind === 'unknown') return invalid('unknown requestId');
      if (approval.kind === 'forbidden') return invalid(approval.message);
      const { node } = approval;
      nodeResolved(requestId, node.nodeId, 'approved');
      return { ok: true, payload: { requestId, node } };
    }),
    'node.pair.reject': entry(PAIRING, z.strictObject({ requestId: text }), (_client, { requestId }) => {
      const nodeId = nodes.reject(requestId);
      if (nodeId === undefined) return invalid('unknown requestId');
      nodeResolved(requestId, nodeId, 'rejected');
      return { ok: true, payload: { requestId, nodeId } };
    }),
    'gateway.identity.get': entry(READ, none, () => ({
      ok: true,
      payload: { deviceId: identity.deviceId, publicKey: identity.publicKey },
    })),
    'logs.tail': entry(
      READ,
      z.strictObject({
        cursor: z.number().int().min(0).optional(),
        limit: z.number().int().min(1).max(5000).optional(),
        maxBytes: z.number().int().min(1).max(1_000_000).optional(),
      }),
      (_client, params) => ({ ok: true, payload: log.tail(params) }),
    ),
    'config.get': entry(READ, none, () => ({ ok: true, payload: config() })),
    'system-presence': entry(READ, z.unknown(), () => ({ ok: true, payload: clients.presence() })),
    health: entry(undefined, z.unknown(), () => ({ ok: true, payload: { ok: true, ts: fresh().now, durationMs: 0, channels: {} } })),
  } satisfies Record<string, Entry>;

  const byName: Record<string, Entry | undefined> = table;
  function allowed({ role, scopes }: Client, method: string): string | undefined {
    if (method === 'health') return undefined;
    if (role !== 'operator') return `unauthorized role: ${role}`;
    if (scopes.includes('operator.admin')) return undefined;
    const needed = (Object.hasOwn(byName, method) ? byName[method]?.scope : undefined) ?? 'operator.admin';
    const has = scopes.includes(needed) || (needed === READ && scopes.includes('operator.write'));
    return has ? undefined : `missing scope: ${needed}`;
  }

  return {
    names: Object.keys(table),
    call: (client, method, params) => {
      const refusal = allowed(client, method);
      if (refusal !== undefined) return invalid(refusal);
      const found = Object.hasOwn(byName, method) ? byName[method] : undefined;
      return found ? found.run(client, method, params ?? {}) : invalid(`unknown method: ${method}`);
    },
  };
}

type Entry = { scope: string | undefined; run: (client: Client, method: string, params: unknown) => Answer };

function entry<T>(scope: string | undefined, schema: z.ZodType<T>, run: (client: Client, params: T) => Answer): Entry {
  return {
    scope,
    run: (client, method, params) => {
      const read = readOrExplain(schema, params);
      return read.ok ? run(client, read.value) : invalid(`invalid ${method} params: ${read.text}`);
    },
  };
}
