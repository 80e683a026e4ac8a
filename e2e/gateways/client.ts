// A scripted device: every part of what it claims, sends and hides is in the hands of the test.
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import WebSocket from 'ws';
import { challengePayload, type ErrorBody, type Frame, type Hello, helloPayload, parseFrame } from '../../lib/gateway/frames.ts';
import { createIdentity, type DeviceIdentity, signConnect } from '../../lib/gateway/identity.ts';

export type Auth = { token?: string; password?: string; deviceToken?: string; bootstrapToken?: string };

/** What one attempt claims. All but `scopes` has a plain default: an honest operator device of its own. */
export type Claims = {
  clientId?: string;
  clientMode?: string;
  platform?: string;
  deviceFamily?: string;
  displayName?: string;
  version?: string;
  role?: string;
  scopes?: readonly string[];
  /** What a node offers. */
  caps?: readonly string[];
  commands?: readonly string[];
  auth?: Auth;
  /** The protocols it offers, 3 to 4 unless said. */
  protocols?: readonly [min: number, max: number];
};

/** What a broken client puts in place of the honest parts of its device block; `signedAtMs` and `nonce` are signed as they are sent. */
export type Forged = { id?: string; publicKey?: string; signature?: string; signedAtMs?: number; nonce?: string };

/** How one attempt behaves on the wire. */
export type Manner = {
  /** Request headers of the WebSocket, `Host`, `Origin` and `User-Agent` included. */
  headers?: Readonly<Record<string, string>>;
  /** Where to dial instead of the gateway itself: a relay. */
  via?: string;
  /** Waits this long between the open socket and `connect`, in ms. */
  pauseMs?: number;
  /** Destroys the socket as soon as `connect` is written, without waiting for an answer. */
  vanish?: boolean;
  /** Reads nothing for so long after `connect` was written, in ms: the gateway's close is not answered, and its record comes late. */
  deafMs?: number;
  /** Sent raw before `connect`. */
  before?: readonly string[];
  /** Sent raw in place of `connect`; with an empty list it says nothing and waits until the gateway closes. */
  instead?: readonly string[];
  /** Leaves politely as soon as the challenge is there, with this reason, and never sends `connect`. */
  leaveWith?: string;
  /** Parts of the device block that differ from the honest ones; `none` sends no device block at all. */
  device?: Forged | 'none';
  /** A second `connect` with these claims, on the same socket, right behind the first. */
  thenConnect?: Claims;
  /** The frame id of `connect`. */
  frameId?: string;
};

export type Closed = { code: number; reason: string };
export type Attempt =
  | { ok: true; hello: Hello; close?: Closed }
  | { ok: false; error?: ErrorBody; reason?: string; requestId?: string; close?: Closed; httpStatus?: number };

export type Connection = {
  hello: Hello;
  /** Calls any method. Rejects with the gateway's own message. */
  request: (method: string, params?: Record<string, unknown>, limitMs?: number) => Promise<unknown>;
  onEvent: (listener: (event: string, payload: unknown) => void) => void;
  closed: Promise<Closed>;
  close: () => Promise<void>;
};

export type TestDevice = {
  identity: DeviceIdentity;
  deviceId: string;
  publicKey: string;
  /** Dials, connects, and leaves again: what happened. Never rejects because the gateway said no. */
  attempt: (over?: Claims & Manner) => Promise<Attempt>;
  /** Dials, connects and stays. Rejects when the gateway says no. */
  connect: (over?: Claims & Manner) => Promise<Connection>;
};

const ANSWER_LIMIT_MS = 40_000;

type Wire = {
  /** Several texts leave in one write: on a busy machine the gateway could else answer the first before the next is there. */
  send: (...texts: string[]) => void;
  destroy: () => void;
  challenge: { nonce: string; ts: number };
  next: (id: string, limitMs?: number) => Promise<Extract<Frame, { type: 'res' }> | undefined>;
  onEvent: (listener: (event: string, payload: unknown) => void) => void;
  closed: Promise<Closed>;
  leave: (reason?: string) => void;
  pause: () => void;
  resume: () => void;
};

/** Opens a socket and waits for the challenge. Answers a number when the address answered that HTTP status instead. */
function dial(url: string, headers: Readonly<Record<string, string>>): Promise<Wire | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false, handshakeTimeout: 15_000 });
    const waiting = new Map<string, (frame: Extract<Frame, { type: 'res' }> | undefined) => void>();
    const early = new Map<string, Extract<Frame, { type: 'res' }>>();
    const listeners: ((event: string, payload: unknown) => void)[] = [];
    let gone = false;
    const closed = new Promise<Closed>((done) => {
      socket.on('close', (code, reason) => {
        gone = true;
        for (const settle of waiting.values()) settle(undefined);
        waiting.clear();
        done({ code, reason: reason.toString('utf8') });
      });
    });
    const wire = (challenge: { nonce: string; ts: number }): Wire => ({
      challenge,
      closed,
      send(...texts) {
        const tcp: unknown = Reflect.get(socket, '_socket');
        if (texts.length > 1 && tcp instanceof Socket) {
          tcp.cork();
          process.nextTick(() => tcp.uncork());
        }
        for (const text of texts) socket.send(text);
      },
      destroy: () => socket.terminate(),
      leave: (reason) => socket.close(1000, reason),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      onEvent: (listener) => void listeners.push(listener),
      next: (id, limitMs = ANSWER_LIMIT_MS) =>
        new Promise((settle) => {
          const had = early.get(id);
          if (had || gone) return settle(had);
          const timer = setTimeout(() => {
            waiting.delete(id);
            settle(undefined);
          }, limitMs);
          waiting.set(id, (frame) => {
            clearTimeout(timer);
            settle(frame);
          });
        }),
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    // The close that follows carries what a test wants to know; before the challenge nothing else tells of the failure.
    socket.on('error', reject);
    void closed.then((c) => reject(new Error(`closed before the challenge: ${c.code} ${c.reason}`)));
    socket.on('message', (data) => {
      const frame = parseFrame(data.toString());
      if (frame?.type === 'res') {
        const settle = waiting.get(frame.id);
        if (settle) {
          waiting.delete(frame.id);
          settle(frame);
        } else early.set(frame.id, frame);
      } else if (frame?.event === 'connect.challenge') {
        const { nonce, ts } = challengePayload.parse(frame.payload);
        resolve(wire({ nonce, ts: ts ?? Date.now() }));
      } else if (frame) for (const listener of listeners) listener(frame.event, frame.payload);
    });
  });
}

/** A `connect` request as text, signed for one challenge. */
function connectText(
  identity: DeviceIdentity,
  claims: Claims & Pick<Manner, 'device'>,
  challenge: { nonce: string; ts: number },
  id: string,
): string {
  const clientId = claims.clientId ?? 'gateway-client';
  const clientMode = claims.clientMode ?? 'ui';
  const role = claims.role ?? 'operator';
  const scopes = [...(claims.scopes ?? ['operator.read'])];
  const platform = claims.platform ?? 'linux';
  const auth = claims.auth ?? {};
  const { deviceFamily, displayName } = claims;
  const [minProtocol, maxProtocol] = claims.protocols ?? [3, 4];
  const forged = claims.device === 'none' ? {} : (claims.device ?? {});
  const signedAt = forged.signedAtMs ?? challenge.ts;
  const nonce = forged.nonce ?? challenge.nonce;
  const signature = signConnect(identity, {
    clientId,
    clientMode,
    role,
    scopes,
    signedAtMs: signedAt,
    token: auth.token ?? auth.deviceToken ?? auth.bootstrapToken ?? '',
    nonce,
    platform,
    deviceFamily,
  });
  const client = {
    id: clientId,
    mode: clientMode,
    version: claims.version ?? '1.0.0',
    platform,
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
    ...(displayName === undefined ? {} : { displayName }),
  };
  const { id: deviceId, publicKey, signature: forgedSignature } = forged;
  const device = {
    id: deviceId ?? identity.deviceId,
    publicKey: publicKey ?? identity.publicKey,
    signature: forgedSignature ?? signature,
    signedAt,
    nonce,
  };
  return JSON.stringify({
    type: 'req',
    id,
    method: 'connect',
    params: {
      minProtocol,
      maxProtocol,
      client,
      role,
      scopes,
      caps: claims.caps ?? [],
      ...(claims.commands ? { commands: claims.commands } : {}),
      auth,
      ...(claims.device === 'none' ? {} : { device }),
    },
  });
}

const wordIn = (error: ErrorBody | undefined, key: string) => {
  const value = error?.details?.[key];
  return typeof value === 'string' ? value : undefined;
};

/** A refusal in words for a failed test. */
export function saidNo(attempt: Attempt): string {
  if (attempt.ok) return 'it was let in';
  return [attempt.httpStatus, attempt.error?.message, attempt.reason, attempt.close?.code, attempt.close?.reason]
    .filter(Boolean)
    .join(' | ');
}

/** A device with a key of its own (or the one given) that dials `url` and claims `base` unless an attempt says otherwise. */
export function createDevice(options: { url: string; identity?: DeviceIdentity; base?: Claims }): TestDevice {
  const identity = options.identity ?? createIdentity();

  async function attempt(over: Claims & Manner = {}): Promise<Attempt> {
    const claims = { ...options.base, ...over };
    const wire = await dial(over.via ?? options.url, over.headers ?? {});
    if (typeof wire === 'number') return { ok: false, httpStatus: wire };
    for (const text of over.before ?? []) wire.send(text);
    if (over.leaveWith !== undefined) wire.leave(over.leaveWith);
    if (over.leaveWith !== undefined || over.instead) {
      for (const text of over.instead ?? []) wire.send(text);
      return { ok: false, close: await wire.closed };
    }
    if (over.pauseMs) await new Promise((resume) => setTimeout(resume, over.pauseMs));
    const id = over.frameId ?? randomUUID();
    const answer = wire.next(id);
    const first = connectText(identity, claims, wire.challenge, id);
    if (over.thenConnect) wire.send(first, connectText(identity, { ...options.base, ...over.thenConnect }, wire.challenge, randomUUID()));
    else wire.send(first);
    if (over.deafMs !== undefined) {
      wire.pause();
      await new Promise((resume) => setTimeout(resume, over.deafMs));
      wire.resume();
    }
    if (over.vanish) {
      wire.destroy();
      return { ok: false, close: await wire.closed };
    }
    const frame = await answer;
    if (frame?.ok) {
      const hello = helloPayload.parse(frame.payload);
      wire.leave();
      return { ok: true, hello, close: await wire.closed };
    }
    const close = await wire.closed;
    const reason = wordIn(frame?.error, 'reason');
    const requestId = wordIn(frame?.error, 'requestId');
    return {
      ok: false,
      close,
      ...(frame?.error === undefined ? {} : { error: frame.error }),
      ...(reason === undefined ? {} : { reason }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }

  async function connect(over: Claims & Manner = {}): Promise<Connection> {
    const wire = await dial(over.via ?? options.url, over.headers ?? {});
    if (typeof wire === 'number') throw new Error(`the address answered HTTP ${wire}`);
    const id = over.frameId ?? randomUUID();
    const answer = wire.next(id);
    wire.send(connectText(identity, { ...options.base, ...over }, wire.challenge, id));
    const frame = await answer;
    if (!frame?.ok) {
      const said = frame?.error?.message ?? `no answer, closed with ${(await wire.closed).code}`;
      throw new Error(`connect was refused: ${said} ${wordIn(frame?.error, 'reason') ?? ''}`.trim());
    }
    return {
      hello: helloPayload.parse(frame.payload),
      closed: wire.closed,
      onEvent: wire.onEvent,
      async request(method, params = {}, limitMs) {
        const callId = randomUUID();
        const result = wire.next(callId, limitMs);
        wire.send(JSON.stringify({ type: 'req', id: callId, method, params }));
        const got = await result;
        if (!got) throw new Error(`${method} got no answer`);
        if (!got.ok) throw new Error(`${method} was refused: ${got.error?.message ?? got.error?.code ?? 'no reason given'}`);
        return got.payload;
      },
      async close() {
        wire.leave();
        await wire.closed;
      },
    };
  }

  return { identity, deviceId: identity.deviceId, publicKey: identity.publicKey, attempt, connect };
}
