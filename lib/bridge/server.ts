// /bridge: changes go to the signed-in browsers as they happen. One way, apart from what they subscribe to.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { BridgeChange, BridgeHello, BridgeReread, BridgeRow } from '../api/shapes.ts';
import type { Auth } from '../auth/auth.ts';
import { type Caller, callerId } from '../auth/callers.ts';
import { newName, type RandomBytes } from '../auth/secrets.ts';
import { refuseUpgrade } from '../http/respond.ts';
import { requireSignedIn } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { createRing } from './ring.ts';
import { BRIDGE_TOPICS, type BridgeTopic } from './topics.ts';

export const BRIDGE_SUBPROTOCOL = 'gatehouse.v1';

const subscribeShape = z.strictObject({
  type: z.literal('subscribe'),
  topics: z.array(z.enum(BRIDGE_TOPICS)).max(BRIDGE_TOPICS.length),
  epoch: z.string().max(100).optional(),
  after: z.number().int().nonnegative().optional(),
});

const MIB = 1024 * 1024;
const PING_EVERY_MS = 20_000;
const MAX_INBOUND_BYTES = 4096;
const MAX_CLIENTS = 600;
const MAX_SUBSCRIBES_PER_PING = 60;
const CLOSE_GRACE_MS = 1000;

const CLOSE = { leaving: 1001, unexpected: 1008, tooSlow: 1013, signedOut: 4001 } as const;

type Client = { socket: WebSocket; callerId: string | undefined; topics: ReadonlySet<BridgeTopic>; alive: boolean; subscribes: number };

export type BridgeOptions = {
  auth: Pick<Auth, 'checkBridge' | 'onSessionEnd'>;
  random: RandomBytes;
  /** Told to the browser in the hello. */
  version: string;
  /** How many changes can be replayed. */
  bufferSize?: number;
  /** How many bridges are open at once. */
  maxClients?: number;
  /** A browser that lets more than this pile up is cut off. */
  maxBufferedBytes?: number;
  pingEveryMs?: number;
};

export type Bridge = {
  /** Takes over an upgrade of /bridge: a WebSocket for who may, an HTTP refusal for who may not. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Hands a change to every browser that follows its topic. Cheap and synchronous. Answers its cursor. */
  publish: (change: BridgeChange) => number;
  /** The epoch and cursor now, for an answer that must fit the stream. */
  position: () => { epoch: string; cursor: number };
  clients: () => number;
  dispose: () => void;
};

function parseSubscribe(data: RawData, isBinary: boolean) {
  if (isBinary) return undefined;
  try {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    return subscribeShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Creates the bridge. It holds a new epoch: cursors of an earlier process mean nothing here. */
export function createBridge(options: BridgeOptions): Bridge {
  const {
    auth,
    random,
    version,
    bufferSize = 5000,
    maxBufferedBytes = MIB,
    maxClients = MAX_CLIENTS,
    pingEveryMs = PING_EVERY_MS,
  } = options;
  const epoch = newName(random);
  const ring = createRing({ maxRows: bufferSize, maxBytes: 8 * MIB });
  const clients = new Set<Client>();
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_INBOUND_BYTES,
    handleProtocols: (offered) => (offered.has(BRIDGE_SUBPROTOCOL) ? BRIDGE_SUBPROTOCOL : false),
  });

  const send = (client: Client, frame: BridgeHello | BridgeReread) => client.socket.send(JSON.stringify(frame));

  // Whoever does not read gets no time to do so: the close frame would wait behind all that piled up.
  function drop(client: Client, code: number, reason: string): void {
    clients.delete(client);
    client.socket.close(code, reason);
    setTimeout(() => client.socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  function sendRow(client: Client, frame: Buffer): void {
    client.socket.send(frame, { binary: false });
    if (client.socket.bufferedAmount > maxBufferedBytes) drop(client, CLOSE.tooSlow, 'too slow');
  }

  function replay(client: Client, from: string | undefined, after: number): void {
    const rows = from === epoch ? ring.after(after)?.filter((row) => client.topics.has(row.topic)) : undefined;
    const bytes = rows?.reduce((sum, row) => sum + row.frame.length, 0) ?? 0;
    // More than a browser may let pile up is quicker read again than replayed.
    if (rows === undefined || bytes > maxBufferedBytes / 2) {
      send(client, { type: 'reread', cursor: ring.cursor() });
      return;
    }
    for (const row of rows) if (clients.has(client)) sendRow(client, row.frame);
  }

  /** Who holds the most bridges gives one up for somebody who holds fewer: one token must not keep everybody else out. */
  function makeRoom(newcomer: string | undefined): boolean {
    const held = Map.groupBy(clients, (client) => client.callerId);
    const most = [...held.values()].reduce((a, b) => (b.length > a.length ? b : a));
    const [oldest] = most;
    if (!oldest || most.length <= (held.get(newcomer)?.length ?? 0) + 1) return false;
    drop(oldest, CLOSE.tooSlow, 'somebody else needs the room');
    return true;
  }

  function admit(socket: WebSocket, caller: Caller): void {
    const client: Client = { socket, callerId: callerId(caller), topics: new Set(), alive: true, subscribes: 0 };
    clients.add(client);
    socket.on('close', () => clients.delete(client));
    // A broken frame ends in 'close' as well; there is nobody to tell.
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('message', (data, isBinary) => {
      if (!clients.has(client)) return;
      const asked = parseSubscribe(data, isBinary);
      client.subscribes += 1;
      if (!asked || client.subscribes > MAX_SUBSCRIBES_PER_PING) {
        drop(client, CLOSE.unexpected, asked ? 'too many subscriptions' : 'not a subscription');
        return;
      }
      client.topics = new Set(asked.topics);
      if (asked.after !== undefined) replay(client, asked.epoch, asked.after);
    });
    send(client, { type: 'hello', version, bridge: 1, epoch, cursor: ring.cursor() });
  }

  const stopListening = auth.onSessionEnd((ended) => {
    for (const client of clients) if (client.callerId === ended) drop(client, CLOSE.signedOut, 'signed out');
  });

  const pinger = setInterval(() => {
    for (const client of clients) {
      client.subscribes = 0;
      if (!client.alive) {
        clients.delete(client);
        client.socket.terminate();
        continue;
      }
      client.alive = false;
      client.socket.ping();
    }
  }, pingEveryMs);
  pinger.unref();

  return {
    upgrade(request, socket, head) {
      let caller: Caller;
      try {
        caller = requireSignedIn(auth.checkBridge(request));
        const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
        if (!offered.includes(BRIDGE_SUBPROTOCOL))
          throw new Problem('input-invalid', `The bridge speaks the subprotocol ${BRIDGE_SUBPROTOCOL}.`);
        if (clients.size >= maxClients && !makeRoom(callerId(caller)))
          throw new Problem('input-invalid', 'Too many bridges are open.', { retryAfterS: 60 });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refuseUpgrade(socket, error);
        return;
      }
      wss.handleUpgrade(request, socket, head, (ws) => admit(ws, caller));
    },

    publish(change) {
      const row: BridgeRow = { type: 'row', cursor: ring.cursor() + 1, change };
      const frame = Buffer.from(JSON.stringify(row), 'utf8');
      ring.add({ cursor: row.cursor, topic: change.topic, frame });
      for (const client of clients) if (client.topics.has(change.topic)) sendRow(client, frame);
      return row.cursor;
    },

    position: () => ({ epoch, cursor: ring.cursor() }),
    clients: () => clients.size,

    dispose() {
      clearInterval(pinger);
      stopListening();
      for (const client of clients) drop(client, CLOSE.leaving, 'stopping');
      wss.close();
    },
  };
}
