// A small gateway client: one handshake from dial to answer, with every claim and header in the caller's hand.
// The practice world's devices and the protocol suite speak through it. It stays free of zod to keep the device process small.
import WebSocket from 'ws';
import { type DeviceIdentity, signConnect } from '../gateway/identity.ts';

export type DialOptions = {
  url: string;
  identity: DeviceIdentity;
  client: { id: string; mode: string; version: string; platform: string; displayName?: string; deviceFamily?: string };
  scopes: readonly string[];
  role?: string;
  /** The shared token, sent and signed; nothing is sent without one. */
  token?: string;
  deviceToken?: string;
  commands?: readonly string[];
  protocol?: { min: number; max: number };
  headers?: Record<string, string>;
  /** How far this device's clock is off, ms. */
  skewMs?: number;
  /** Changes the connect parameters after they were signed. */
  tamper?: (params: Record<string, unknown>) => Record<string, unknown>;
  /** Sent instead of a connect frame once the challenge is there; empty: nothing is sent at all. */
  rawFirstFrame?: string;
  timeoutMs?: number;
};
export type WireError = { code: string; message: string; details: Record<string, unknown> };
export type Answered = { ok: true; payload: unknown } | { ok: false; error: WireError };
export type Closed = { code: number; reason: string };
export type DialResult = {
  /** The payload of hello-ok; undefined when the gateway said no or nothing. */
  hello: Record<string, unknown> | undefined;
  error: WireError | undefined;
  /** Set when the address answered plain HTTP. */
  httpStatus: number | undefined;
  /** The port of this end, as the gateway's log names it. */
  localPort: number | undefined;
  /** Resolves when the socket is gone. */
  closed: Promise<Closed>;
  call: (method: string, params?: Record<string, unknown>) => Promise<Answered>;
  events: { event: string; payload: unknown }[];
  close: () => void;
};

/** The code of a call that got no answer because the socket went. */
const GONE = 'CLOSED';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOr = (value: unknown, other: string) => (typeof value === 'string' ? value : other);

function parse(data: WebSocket.RawData): Json | undefined {
  try {
    const value: unknown = JSON.parse(data.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function errorOf(value: unknown): WireError {
  const body = isObject(value) ? value : {};
  return { code: textOr(body.code, ''), message: textOr(body.message, ''), details: isObject(body.details) ? body.details : {} };
}

function connectParams(options: DialOptions, challenge: Json): Json {
  const { identity, client, scopes, role = 'operator', token, deviceToken, protocol } = options;
  const nonce = textOr(challenge.nonce, '');
  const signedAtMs = (typeof challenge.ts === 'number' ? challenge.ts : 0) + (options.skewMs ?? 0);
  const signature = signConnect(identity, {
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes,
    signedAtMs,
    token: token ?? deviceToken ?? '',
    nonce,
    platform: client.platform,
    deviceFamily: client.deviceFamily,
  });
  return {
    minProtocol: protocol?.min ?? 3,
    maxProtocol: protocol?.max ?? 4,
    client,
    role,
    scopes,
    caps: [],
    ...(options.commands ? { commands: options.commands } : {}),
    auth: { ...(token === undefined ? {} : { token }), ...(deviceToken === undefined ? {} : { deviceToken }) },
    device: { id: identity.deviceId, publicKey: identity.publicKey, signature, signedAt: signedAtMs, nonce },
  };
}

/** Dials and shakes hands. Resolves with hello, or once the socket is gone; never rejects. The default limit is 20 s. */
export function dialGateway(options: DialOptions): Promise<DialResult> {
  const socket = new WebSocket(options.url, { headers: options.headers ?? {}, perMessageDeflate: false });
  const waiting = new Map<string, (answer: Answered) => void>();
  const limit = setTimeout(() => socket.terminate(), options.timeoutMs ?? 20_000);
  const result: Pick<DialResult, 'hello' | 'error' | 'httpStatus' | 'localPort' | 'events'> = {
    hello: undefined,
    error: undefined,
    httpStatus: undefined,
    localPort: undefined,
    events: [],
  };
  let next = 0;
  let settle: (() => void) | undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function call(method: string, params: Json = {}): Promise<Answered> {
    return new Promise((resolve) => {
      if (socket.readyState !== WebSocket.OPEN) {
        resolve({ ok: false, error: { code: GONE, message: 'the socket is gone', details: {} } });
        return;
      }
      next += 1;
      waiting.set(String(next), resolve);
      socket.send(JSON.stringify({ type: 'req', id: String(next), method, params }));
    });
  }

  function signIn(challenge: unknown) {
    if (options.rawFirstFrame !== undefined) {
      if (options.rawFirstFrame !== '') socket.send(options.rawFirstFrame);
      return;
    }
    const params = connectParams(options, isObject(challenge) ? challenge : {});
    void call('connect', options.tamper ? options.tamper(params) : params).then((answer) => {
      if (answer.ok) {
        clearTimeout(limit);
        result.hello = isObject(answer.payload) ? answer.payload : {};
        settle?.();
      } else if (answer.error.code !== GONE) result.error = answer.error;
    });
  }

  socket.on('upgrade', (response) => {
    result.localPort = response.socket.localPort;
  });
  socket.on('message', (data) => {
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === 'event' && frame.event === 'connect.challenge') signIn(frame.payload);
    else if (frame.type === 'event') result.events.push({ event: textOr(frame.event, ''), payload: frame.payload });
    else if (frame.type === 'res' && typeof frame.id === 'string') {
      const answer: Answered = frame.ok === true ? { ok: true, payload: frame.payload } : { ok: false, error: errorOf(frame.error) };
      const found = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (found) found(answer);
      else if (!answer.ok) result.error = answer.error;
    }
  });
  socket.on('unexpected-response', (request, response) => {
    result.httpStatus = response.statusCode;
    response.resume();
    request.destroy();
    socket.terminate();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<Closed>((resolve) => {
    socket.on('close', (code, reason) => {
      clearTimeout(limit);
      const gone: Answered = { ok: false, error: { code: GONE, message: 'the socket is gone', details: {} } };
      for (const answer of waiting.values()) answer(gone);
      waiting.clear();
      resolve({ code, reason: reason.toString() });
      settle?.();
    });
  });
  return settled.then(() => ({ ...result, closed, call, close: () => socket.close(1000) }));
}
