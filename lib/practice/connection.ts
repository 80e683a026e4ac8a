// One socket of the practice gateway, from challenge to close record. The decisions are in credentials.ts and admission.ts.
import type { IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { admit } from './admission.ts';
import type { Client, Clients } from './clients.ts';
import { readConnectParams, readRequestFrame } from './connect-params.ts';
import { checkCredentials, isWebchat } from './credentials.ts';
import type { GatewayLog, LogLevel, LogSubsystem } from './gateway-log.ts';
import type { Methods } from './methods.ts';
import type { NodePairing } from './nodes.ts';
import type { Fresh, TokenRow } from './pairing.ts';
import { closeFacts, closeText, openingWarnings, readPeer } from './peer.ts';
import { closeReason, type Refusal } from './refusals.ts';
import type { PairingFiles } from './state-files.ts';

export const PREAUTH_BYTES = 65_536;
const SLOW_CALL_MS = 50;
// 2026.4.14 reads its store again between the event and the refusal, so the socket stands for a moment while others hear of it:
// some 7 ms there. Longer here, so that practice shows what proof looks like on a busy machine too.
const REREAD_MS = 40;

export type ConnectionDeps = {
  now: () => number;
  fresh: () => Fresh;
  store: PairingFiles;
  nodes: NodePairing;
  log: GatewayLog;
  clients: Clients;
  methods: Methods;
  sharedToken: string;
  hello: (client: Client, token: TokenRow | undefined) => Record<string, unknown>;
  handshakeTimeoutMs: number;
};

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString('utf8');
}

const short = (id: string) => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? `${id.slice(0, 8)}…${id.slice(-4)}` : id.slice(0, 24));

function field(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** Serves one socket until it closes. Nothing it does throws into the server. */
export function serveConnection(socket: WebSocket, request: IncomingMessage, deps: ConnectionDeps): void {
  const { now, log, clients, store } = deps;
  const { id } = deps.fresh();
  const peer = readPeer(request, id(), now());
  const nonce = id();
  let client: Client | undefined;
  let closed = false;
  let deciding = false;
  let handshake: 'pending' | 'failed' | 'connected' = 'pending';
  let cause: string | undefined;
  let meta: Record<string, unknown> = {};
  let last: Record<string, string | undefined> = {};

  const write = (level: LogLevel, subsystem: LogSubsystem, text: string) => log.write({ level, subsystem, text });
  const send = (frame: unknown) => socket.send(JSON.stringify(frame));

  function close(code: number, reason?: string) {
    if (closed) return;
    closed = true;
    clearTimeout(timer);
    socket.close(code, reason);
  }

  function fail(why: string, facts: Record<string, unknown>) {
    handshake = 'failed';
    cause ??= why;
    meta = { ...meta, ...facts };
  }

  function refuse(frameId: string, refusal: Refusal) {
    fail(refusal.cause, refusal.meta);
    for (const line of refusal.lines) log.write(line);
    send({ type: 'res', id: frameId, ok: false, error: refusal.error });
    close(refusal.close.code, refusal.close.reason);
  }

  function invalidHandshake(value: unknown, frameId: string | undefined, handshakeError: string) {
    fail('invalid-handshake', {
      frameType: field(value, 'type'),
      frameMethod: field(value, 'method'),
      frameId: field(value, 'id'),
      handshakeError,
    });
    if (frameId !== undefined) {
      send({ type: 'res', id: frameId, ok: false, error: { code: 'INVALID_REQUEST', message: handshakeError } });
    } else {
      const shown = (text: string | undefined) => text ?? 'n/a';
      const said = `fwd=${shown(peer.forwardedFor)} origin=${shown(peer.origin)} host=${shown(peer.host)} ua=${shown(peer.userAgent)}`;
      write(
        'WARN',
        'gateway/ws',
        `invalid handshake conn=${peer.connId} peer=${peer.endpoint ?? 'n/a'} remote=${peer.remoteAddr ?? '?'} ${said}`,
      );
    }
    close(1008, closeReason(handshakeError));
  }

  function connect(value: unknown) {
    const frame = readRequestFrame(value);
    if (!frame) return invalidHandshake(value, undefined, 'invalid request frame');
    if (frame.method !== 'connect') return invalidHandshake(value, frame.id, 'invalid handshake: first request must be connect');
    const params = readConnectParams(frame.params);
    if (!params.ok) return invalidHandshake(value, frame.id, `invalid connect params: ${params.text}`);

    const fresh = deps.fresh();
    const shake = { peer, params: params.value, nonce, sharedToken: deps.sharedToken, now: fresh.now };
    const checked = checkCredentials(shake, store.get());
    if (!checked.ok) return refuse(frame.id, checked.refusal);
    const admission = admit(shake, checked.value, fresh);
    store.set(admission.state);
    for (const line of admission.lines) log.write(line);
    for (const { event, payload } of admission.events) clients.broadcast(event, payload);
    if (!admission.ok) {
      const { refusal } = admission;
      deciding = true;
      setTimeout(() => {
        if (!closed) refuse(frame.id, refusal);
      }, REREAD_MS);
      return;
    }

    const { role, scopes } = checked.value;
    const { device, client: said } = params.value;
    clearTimeout(timer);
    handshake = 'connected';
    client = { connId: peer.connId, socket, params: params.value, role, scopes };
    if (role === 'node' && device) {
      const node = deps.nodes.seen(params.value, device.id);
      if (node.created) clients.broadcast('node.pair.requested', node.request);
    }
    if (isWebchat(params.value)) {
      const who = `${said.displayName ?? said.id} ${said.mode} v${said.version}`;
      write('INFO', 'gateway/ws', `webchat connected conn=${peer.connId} remote=${peer.remoteAddr ?? '?'} client=${who}`);
    }
    clients.add(client);
    send({ type: 'res', id: frame.id, ok: true, payload: deps.hello(client, admission.token) });
  }

  function call(from: Client, value: unknown) {
    const frame = readRequestFrame(value);
    if (!frame) {
      const message = 'invalid request frame';
      send({ type: 'res', id: field(value, 'id') ?? 'invalid', ok: false, error: { code: 'INVALID_REQUEST', message } });
      return;
    }
    const started = now();
    const answer = deps.methods.call(from, frame.method, frame.params);
    if (answer.ok) send({ type: 'res', id: frame.id, ok: true, payload: answer.payload });
    else send({ type: 'res', id: frame.id, ok: false, error: answer.error });
    const took = now() - started;
    if (!answer.ok || took >= SLOW_CALL_MS) {
      const why = answer.ok ? '' : ` errorCode=${answer.error.code} errorMessage=${answer.error.message}`;
      write(
        'INFO',
        'gateway/ws',
        `⇄ res ${answer.ok ? '✓' : '✗'} ${frame.method} ${took}ms${why} conn=${short(peer.connId)} id=${short(frame.id)}`,
      );
    }
    if (answer.ok && answer.after) queueMicrotask(answer.after);
  }

  const timer = setTimeout(() => {
    fail('handshake-timeout', { handshakeMs: now() - peer.openedAt, endpoint: peer.endpoint });
    write('WARN', 'gateway/ws', `handshake timeout conn=${peer.connId} peer=${peer.endpoint ?? 'n/a'} remote=${peer.remoteAddr ?? '?'}`);
    close(1000);
  }, deps.handshakeTimeoutMs);

  for (const warning of openingWarnings(peer)) write('WARN', 'gateway/ws', warning);
  socket.on('message', (data) => {
    if (closed || deciding) return;
    let value: unknown;
    try {
      value = JSON.parse(textOf(data));
    } catch (error) {
      const said = error instanceof Error ? `${error.name}: ${error.message}` : 'unreadable';
      write('ERROR', 'gateway', `parse/handle error: ${said}`);
      write('WARN', 'gateway/ws', `✗ parse-error error=${said} conn=${short(peer.connId)}`);
      if (!client) close(1000);
      return;
    }
    const [lastFrameType, lastFrameMethod, lastFrameId] = [field(value, 'type'), field(value, 'method'), field(value, 'id')];
    if (lastFrameType || lastFrameMethod || lastFrameId) last = { lastFrameType, lastFrameMethod, lastFrameId };
    if (client) call(client, value);
    else connect(value);
  });
  socket.on('error', (error) => {
    write('WARN', 'gateway/ws', `error conn=${peer.connId} remote=${peer.remoteAddr ?? '?'}: ${error.message}`);
    close(1000);
  });
  socket.on('close', (code, reason) => {
    clearTimeout(timer);
    closed = true;
    if (client) {
      if (isWebchat(client.params)) {
        write('INFO', 'gateway/ws', `webchat disconnected code=${code} reason=${reason.toString() || 'n/a'} conn=${peer.connId}`);
      }
      clients.drop(client);
      return;
    }
    // Seen on 2026.4.14: a loopback caller with this user agent leaves no close record (evidence.md, ways to hide an attempt).
    if (peer.userAgent?.toLowerCase().includes('swiftpm-testing-helper')) return;
    const object = { cause, handshake, durationMs: now() - peer.openedAt, ...last, ...closeFacts(peer), ...meta };
    log.write({ level: 'WARN', subsystem: 'gateway/ws', text: closeText(peer, code, reason.toString()), object });
  });
  send({ type: 'event', event: 'connect.challenge', payload: { nonce, ts: now() } });
}
