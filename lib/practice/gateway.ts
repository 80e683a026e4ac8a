// The practice gateway: a WebSocket server on loopback, inside this process, that behaves like OpenClaw 2026.4.14.
// It serves people without a gateway and tests; it is never a fallback for a real one.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import { type Client, createClients } from './clients.ts';
import { PREAUTH_BYTES, serveConnection } from './connection.ts';
import { PROTOCOL } from './credentials.ts';
import { createGatewayLog } from './gateway-log.ts';
import { createMethods } from './methods.ts';
import { createNodePairing } from './nodes.ts';
import type { Fresh, PairingState, TokenRow } from './pairing.ts';
import { createPairingFiles, ensureStateIdentity } from './state-files.ts';

const TICK_MS = 30_000;
const HANDSHAKE_MS = 10_000;
const EVENTS = [
  'connect.challenge',
  'presence',
  'tick',
  'shutdown',
  'health',
  'node.pair.requested',
  'node.pair.resolved',
  'device.pair.requested',
  'device.pair.resolved',
];

export type PracticeGatewayOptions = {
  /** The state folder; made 0700 when missing, kept between runs but for the log. */
  folder: string;
  clock: Clock;
  /** Conn and request ids, nonces; UUIDs unless told otherwise. */
  id?: () => string;
  version?: string;
  tickMs?: number;
  handshakeTimeoutMs?: number;
};
export type PracticeGateway = {
  /** Known once started. */
  readonly url: string;
  /** The shared secret of this run. */
  readonly token: string;
  readonly stateDir: string;
  readonly logFile: string;
  /** Listens on a free loopback port. Rejects when it cannot. */
  start: () => Promise<void>;
  /** Changes the store as the host's own command line would, behind the gateway's back: no event is sent. */
  edit: (change: (state: PairingState) => PairingState) => void;
  /** Says goodbye to all clients, closes the port and the log. */
  dispose: () => Promise<void>;
};

/** A practice gateway on a folder of its own. Throws when the folder cannot be used. */
export function createPracticeGateway(options: PracticeGatewayOptions): PracticeGateway {
  const { folder, clock, id = randomUUID, version = '2026.4.14-practice' } = options;
  const now = () => clock.nowMs();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const logFile = join(folder, 'logs', 'gateway.log');
  // Each run has a port of its own: the lines of the last one would be another gateway's.
  rmSync(logFile, { force: true });

  const secret = () => randomBytes(32).toString('base64url');
  const fresh = (): Fresh => ({ now: now(), id, token: secret });
  const token = secret();
  const identity = ensureStateIdentity(folder, now());
  const store = createPairingFiles(folder);
  const log = createGatewayLog({ file: logFile, now });
  const clients = createClients({ now, version });
  const nodes = createNodePairing({ now, id, token: secret });
  const startedAt = now();
  let port = 0;

  function config() {
    // No port: it differs at every start, and a console takes a changed configuration for a changed gateway.
    const gateway = { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: '__OPENCLAW_REDACTED__' } };
    const parsed = { gateway, logging: { file: logFile, level: 'info' } };
    return {
      path: join(folder, 'openclaw.json'),
      exists: true,
      raw: null,
      parsed,
      resolved: parsed,
      valid: true,
      config: parsed,
      issues: [],
      warnings: [],
    };
  }
  const methods = createMethods({ store, nodes, log, clients, identity, config, fresh });

  function hello({ connId }: Client, held: TokenRow | undefined): Record<string, unknown> {
    const auth = held && {
      deviceToken: held.token,
      role: held.role,
      scopes: held.scopes,
      issuedAtMs: held.rotatedAtMs ?? held.createdAtMs,
    };
    return {
      type: 'hello-ok',
      protocol: PROTOCOL,
      server: { version, connId },
      features: { methods: methods.names, events: EVENTS },
      snapshot: {
        presence: clients.presence(),
        health: { ok: true, ts: now() },
        stateVersion: { presence: 1, health: 1 },
        uptimeMs: now() - startedAt,
        stateDir: folder,
        authMode: 'token',
      },
      auth,
      policy: { maxPayload: PREAUTH_BYTES, maxBufferedBytes: 52_428_800, tickIntervalMs: options.tickMs ?? TICK_MS },
    };
  }

  const server = createServer((_request, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found'));
  const sockets = new WebSocketServer({ server, maxPayload: PREAUTH_BYTES, perMessageDeflate: false });
  // ws repeats the server's errors here; start() is where they are answered.
  sockets.on('error', () => undefined);
  const handshakeTimeoutMs = options.handshakeTimeoutMs ?? HANDSHAKE_MS;
  sockets.on('connection', (socket, request) =>
    serveConnection(socket, request, { now, fresh, store, nodes, log, clients, methods, sharedToken: token, hello, handshakeTimeoutMs }),
  );
  let tick: NodeJS.Timeout | undefined;

  return {
    get url() {
      return `ws://127.0.0.1:${port}`;
    },
    token,
    stateDir: folder,
    logFile,
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          server.off('error', reject);
          const address = server.address();
          port = typeof address === 'object' && address ? address.port : 0;
          tick = setInterval(() => clients.broadcast('tick', { ts: now() }), options.tickMs ?? TICK_MS);
          resolve();
        });
      }),
    edit: (change) => store.set(change(store.get())),
    dispose: async () => {
      clearInterval(tick);
      clients.broadcast('shutdown', { reason: 'gateway stopping' });
      for (const socket of sockets.clients) socket.close(1012, 'service restart');
      const limit = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 500);
      await new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
      clearTimeout(limit);
      sockets.close();
      log.dispose();
    },
  };
}
