// A gateway that lies: it signs the console in, or not, and says whatever a test wants, as often and as large as it wants. What a test does
// not name is answered as an empty, honest gateway would.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';

const connectParams = z.looseObject({ device: z.looseObject({ id: z.string(), publicKey: z.string() }) });
const requestFrame = z.looseObject({ id: z.string(), method: z.string(), params: z.unknown().optional() });

/** One call of the console, with the ways to answer it. */
export type Call = {
  id: string;
  method: string;
  params: unknown;
  reply: (payload: unknown) => void;
  refuse: (error: unknown) => void;
  raw: Duplex;
  /** Any text or bytes, to this console. */
  say: (data: string | Buffer) => void;
};

export type Behaviour = {
  /** Instead of the answer to an upgrade. */
  upgrade?: (socket: Duplex) => void;
  /** Instead of the challenge. */
  greet?: (socket: WebSocket, raw: Duplex) => void;
  answers?: Readonly<Record<string, (call: Call) => void>>;
};

export type HostileGateway = {
  url: string;
  /** What it does from now on; connections that stand take over new answers. */
  behave: (next: Behaviour) => void;
  say: (data: string | Buffer) => void;
  event: (name: string, payload: unknown) => void;
  /** Each console's own device, as it signed in last. */
  consoleDevice: () => { deviceId: string; publicKey: string };
  /** Every method that it was asked for. */
  calls: () => readonly string[];
  /** How many connections there have been, and how many stand signed in. */
  connections: () => number;
  signedIn: () => number;
  drop: () => void;
  dispose: () => Promise<void>;
};

const SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'];
const OWN_KEY = randomBytes(32).toString('base64url');
const hexOf = (publicKey: string) => createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');

/** A key that nobody holds, with the device id that belongs to it. */
export function madeUpKey(): { deviceId: string; publicKey: string } {
  const publicKey = randomBytes(32).toString('base64url');
  return { deviceId: hexOf(publicKey), publicKey };
}

/** A node that asks for commands. */
export const nodeRow = (over: Readonly<Record<string, unknown>> = {}) => ({
  requestId: randomUUID(),
  nodeId: madeUpKey().deviceId,
  displayName: 'Some node',
  platform: 'linux',
  caps: ['system'],
  commands: ['system.run'],
  requiredApproveScopes: ['operator.pairing', 'operator.admin'],
  ts: Date.now(),
  ...over,
});

/** A request that waits. `over` lies about what it likes. */
export const pendingRow = (over: Readonly<Record<string, unknown>> = {}) => ({
  requestId: randomUUID(),
  ...madeUpKey(),
  displayName: 'Some device',
  platform: 'linux',
  clientId: 'cli',
  clientMode: 'cli',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  remoteIp: '127.0.0.1',
  silent: false,
  isRepair: false,
  ts: Date.now(),
  ...over,
});

/** A device that it says was approved. */
export const pairedRow = (over: Readonly<Record<string, unknown>> = {}) => ({
  ...madeUpKey(),
  displayName: 'Some device',
  platform: 'linux',
  clientId: 'cli',
  clientMode: 'cli',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  createdAtMs: Date.now() - 1000,
  approvedAtMs: Date.now() - 1000,
  tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: Date.now() - 1000 }],
  ...over,
});

/** The hello of an honest gateway. */
export const helloWith = (over: Readonly<Record<string, unknown>> = {}) => ({
  type: 'hello-ok',
  protocol: 4,
  server: { version: '2026.9.6', connId: randomUUID() },
  features: { methods: Object.keys(HONEST), events: [] },
  snapshot: { presence: [], health: { ok: true, ts: Date.now() }, uptimeMs: 1000, authMode: 'token' },
  auth: { deviceToken: randomBytes(32).toString('base64url'), role: 'operator', scopes: SCOPES },
  policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
  ...over,
});

const CONFIG = { gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: '__OPENCLAW_REDACTED__' } } };
const HONEST: Readonly<Record<string, (call: Call) => void>> = {
  'device.pair.list': ({ reply }) => reply({ pending: [], paired: [] }),
  'node.pair.list': ({ reply }) => reply({ pending: [], paired: [] }),
  'gateway.identity.get': ({ reply }) => reply({ deviceId: hexOf(OWN_KEY), publicKey: OWN_KEY }),
  'config.get': ({ reply }) =>
    reply({
      path: '/nowhere/openclaw.json',
      exists: true,
      raw: null,
      parsed: CONFIG,
      resolved: CONFIG,
      config: CONFIG,
      valid: true,
      issues: [],
    }),
  'system-presence': ({ reply }) => reply([]),
  'logs.tail': ({ reply }) => reply({ file: '/nowhere/gateway.log', cursor: 0, size: 0, lines: [], truncated: false, reset: false }),
};

/** Starts it on a free loopback port. */
export async function startHostileGateway(first: Behaviour = {}): Promise<HostileGateway> {
  let behaviour = first;
  let connections = 0;
  const calls: string[] = [];
  let device = { deviceId: '', publicKey: '' };
  const ready = new Set<WebSocket>();
  const raws = new Set<Duplex>();
  const http = createServer((_request, response) => response.writeHead(404).end());
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 16 * 1024 * 1024 });

  function serve(socket: WebSocket, raw: Duplex): void {
    const say = (data: string | Buffer) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    };
    socket.on('error', () => socket.terminate());
    socket.on('close', () => ready.delete(socket));
    socket.on('message', (data) => {
      const { id, method, params } = requestFrame.parse(JSON.parse(data.toString()));
      calls.push(method);
      if (method === 'connect') {
        const asked = connectParams.parse(params).device;
        device = { deviceId: asked.id, publicKey: asked.publicKey };
      }
      const reply = (payload: unknown) => {
        if (method === 'connect') ready.add(socket);
        say(JSON.stringify({ type: 'res', id, ok: true, payload }));
      };
      const refuse = (error: unknown) => say(JSON.stringify({ type: 'res', id, ok: false, error }));
      const honest = method === 'connect' ? ({ reply: answer }: Call) => answer(helloWith()) : HONEST[method];
      const answer =
        behaviour.answers?.[method] ?? honest ?? (() => refuse({ code: 'INVALID_REQUEST', message: `unknown method: ${method}` }));
      answer({ id, method, params, reply, refuse, raw, say });
    });
    if (behaviour.greet) behaviour.greet(socket, raw);
    else say(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: randomUUID(), ts: Date.now() } }));
  }

  http.on('upgrade', (request, raw, head) => {
    connections += 1;
    raws.add(raw);
    raw.on('error', () => raw.destroy());
    raw.on('close', () => raws.delete(raw));
    if (behaviour.upgrade) behaviour.upgrade(raw);
    else server.handleUpgrade(request, raw, head, (socket) => serve(socket, raw));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(http.address());
  const say = (data: string | Buffer) => {
    for (const socket of ready) if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };

  return {
    url: `ws://127.0.0.1:${port}`,
    behave: (next) => {
      behaviour = next;
    },
    say,
    event: (name, payload) => say(JSON.stringify({ type: 'event', event: name, payload })),
    consoleDevice: () => device,
    calls: () => calls,
    connections: () => connections,
    signedIn: () => ready.size,
    drop: () => {
      for (const raw of raws) raw.destroy();
    },
    dispose: () =>
      new Promise((resolve) => {
        for (const raw of raws) raw.destroy();
        server.close();
        http.close(() => resolve());
      }),
  };
}
