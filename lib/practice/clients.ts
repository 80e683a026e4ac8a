// Who is connected to the practice gateway: events by scope, presence, disconnection of a device.
import type { WebSocket } from 'ws';
import type { ConnectParams } from './connect-params.ts';
import type { Role } from './credentials.ts';

export type Client = { connId: string; socket: WebSocket; params: ConnectParams; role: Role; scopes: readonly string[] };
export type PresenceEntry = { ts: number; text: string; reason: string; mode: string } & Record<string, unknown>;

const PAIRING_EVENTS = new Set(['device.pair.requested', 'device.pair.resolved', 'node.pair.requested', 'node.pair.resolved']);
const PRESENCE_LIMIT = 100;

export type Clients = {
  add: (client: Client) => void;
  drop: (client: Client) => void;
  count: () => number;
  /** Sends an event, numbered over all events, to everyone whose scopes allow it. */
  broadcast: (event: string, payload: unknown) => void;
  presence: () => PresenceEntry[];
  /** Closes every connection of a device, or of one of its roles, with 4001. */
  disconnect: (deviceId: string, role?: string) => void;
};

function maySee(client: Client, event: string): boolean {
  if (!PAIRING_EVENTS.has(event)) return true;
  return client.role === 'operator' && (client.scopes.includes('operator.admin') || client.scopes.includes('operator.pairing'));
}

/** An empty room. `now` answers ms; `version` is shown as the gateway's own presence. */
export function createClients({ now, version }: { now: () => number; version: string }): Clients {
  const clients = new Set<Client>();
  const seen = new Map<string, PresenceEntry>();
  let seq = 0;

  // The mode `cli` leaves no presence: a CLI that connects on 2026.4.14 is not seen (gateway-facts, Success leaves little).
  const keyOf = ({ params, connId }: Client) => (params.client.mode === 'cli' ? undefined : (params.device?.id ?? connId));

  function note(client: Client, reason: 'connect' | 'disconnect') {
    const key = keyOf(client);
    if (key === undefined) return;
    const { client: said, device } = client.params;
    const host = said.displayName ?? said.id;
    seen.delete(key);
    seen.set(key, {
      host,
      version: said.version,
      platform: said.platform,
      deviceFamily: said.deviceFamily,
      mode: said.mode,
      deviceId: device?.id,
      roles: [client.role],
      scopes: [...client.scopes],
      instanceId: key,
      reason,
      ts: now(),
      text: `Node: ${host} · mode ${said.mode}`,
    });
    const oldest = seen.size > PRESENCE_LIMIT ? seen.keys().next().value : undefined;
    if (oldest !== undefined) seen.delete(oldest);
  }

  function presence(): PresenceEntry[] {
    const self = { host: 'practice', version, platform: process.platform, mode: 'gateway', reason: 'self', ts: now() };
    return [{ ...self, text: `Gateway: practice · app ${version} · mode gateway · reason self` }, ...seen.values()];
  }

  function broadcast(event: string, payload: unknown) {
    if (clients.size === 0) return;
    seq += 1;
    const frame = JSON.stringify({ type: 'event', event, payload, seq });
    for (const client of clients) if (maySee(client, event)) client.socket.send(frame);
  }

  return {
    add: (client) => {
      clients.add(client);
      note(client, 'connect');
    },
    drop: (client) => {
      if (!clients.delete(client)) return;
      note(client, 'disconnect');
      if (keyOf(client) !== undefined) broadcast('presence', { presence: presence() });
    },
    count: () => clients.size,
    broadcast,
    presence,
    disconnect: (deviceId, role) => {
      for (const { params, socket, role: held } of clients) {
        if (params.device?.id === deviceId && (role === undefined || role === held)) socket.close(4001, 'device removed');
      }
    },
  };
}
