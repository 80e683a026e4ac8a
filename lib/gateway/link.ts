// One WebSocket to a gateway, from challenge to close. Retrying is the session's business, not this file's.
import { randomUUID } from 'node:crypto';
import WebSocket, { type RawData } from 'ws';
import { Problem } from '../problem.ts';
import { type CallerKind, checkCall, type GatewayMethod } from './allowlist.ts';
import { certificateOn, judgeCertificate, type ShownCertificate } from './certificate.ts';
import { type ClockDelta, clockDelta } from './clock-delta.ts';
import { isOversized, MAX_EARLY_LENGTH, MAX_FRAME_BYTES } from './frame-size.ts';
import { challengePayload, type ErrorBody, type Hello, helloPayload, parseFrame } from './frames.ts';
import { type DeviceIdentity, signConnect } from './identity.ts';
import { callerString } from './records.ts';
import { judgedTlsOptions } from './tls.ts';
import { createUnasked } from './unasked.ts';

/** `details.reason` of a gateway that is not there for anybody right now (2026.9.6); UNAVAILABLE alone is any failure of a call. */
const PASSING: ReadonlySet<string | undefined> = new Set(['startup-sidecars', 'gateway-restarting', 'gateway-suspending']);

/** The gateway said no at connect or to a call. Texts are the gateway's own and carry no secret of ours. */
export class GatewayRefusal extends Error {
  readonly code: string;
  /** The machine-readable cause, such as PAIRING_REQUIRED or AUTH_TOKEN_MISMATCH. */
  readonly detailCode: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** It says that it starts, restarts or is suspended, and answers again by itself (2026.9.6). */
  readonly isPassing: boolean;
  constructor(error: ErrorBody) {
    super(callerString(error.message ?? error.code ?? 'refused'));
    this.name = 'GatewayRefusal';
    const text = (key: string) => (typeof error.details?.[key] === 'string' ? callerString(error.details[key]) : undefined);
    this.code = callerString(error.code ?? 'UNKNOWN');
    this.detailCode = text('code');
    this.reason = text('reason');
    this.requestId = text('requestId');
    this.retryAfterMs = error.retryAfterMs;
    this.isPassing = this.code === 'UNAVAILABLE' && error.retryable === true && PASSING.has(this.reason);
  }
}

export type LinkAuth = { token?: string; password?: string; deviceToken?: string };

export type LinkOptions = {
  url: string;
  kind: CallerKind;
  identity: DeviceIdentity;
  auth: LinkAuth;
  scopes: readonly string[];
  platform: string;
  version: string;
  /** Certificates to trust for this connection alone (PEM), when the gateway of this host speaks TLS with its own. */
  trust?: readonly string[];
  /** Judges the certificate of a gateway that speaks TLS, before anything is sent; throws to abort. Without it an authority must vouch. */
  certificate?: (shown: ShownCertificate) => void | Promise<void>;
  /** Runs after TCP is up and before any frame with a secret; throws to abort. */
  beforeSecret?: (ownPort: number | undefined) => void | Promise<void>;
  onEvent?: (event: string, payload: unknown, seq: number | undefined) => void;
  connectTimeoutMs?: number;
  requestTimeoutMs?: number;
};

export type Link = {
  hello: Hello;
  /** Calls an allowed method. Rejects with GatewayRefusal, or Problem('gateway-down') when the socket goes or time runs out. */
  request: (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;
  /** Resolves when the socket is gone; `problem` says why where this side ended it. */
  closed: Promise<{ code: number; reason: string; problem?: Problem }>;
  /** When the last frame arrived, in ms of `performance.now()`. */
  lastFrameAt: () => number;
  /** The console's own end of the connection, so that the peer eye can leave it out. */
  localPort: () => number | undefined;
  /** The gateway's clock against ours, measured at the challenge; undefined where that carried no time. */
  clock: ClockDelta | undefined;
  close: () => void;
  /** Drops the socket without a goodbye, for a peer that is dead. */
  terminate: () => void;
  /** Drops it because of what came over it. */
  drop: (problem: Problem) => void;
};

const PROTOCOLS: readonly number[] = [3, 4];
const CLIENT = { console: 'ui', helper: 'backend' } as const;

const tooLarge = () => new Problem('gateway-garbage', 'The gateway sends more at once than any list of it holds.');

const textOf = (data: RawData) =>
  (Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString('utf8');

/**
 * Connects and signs in. Resolves after hello-ok; rejects with GatewayRefusal when the gateway says no,
 * with Problem('gateway-down' | 'gateway-garbage' | 'gateway-refused') otherwise.
 */
export function openLink(options: LinkOptions): Promise<Link> {
  const { url, kind, identity, auth, scopes, platform, version } = options;
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const requestTimeoutMs = options.requestTimeoutMs ?? 15_000;
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, {
        perMessageDeflate: false,
        maxPayload: MAX_FRAME_BYTES,
        handshakeTimeout: connectTimeoutMs,
        followRedirects: false,
        ...judgedTlsOptions(options.trust),
      });
    } catch {
      reject(new Problem('gateway-garbage', 'The gateway address is not a WebSocket address.'));
      return;
    }
    const bearable = createUnasked(() => performance.now());
    const waiting = new Map<string, { resolve: (payload: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }>();
    let lastFrame = performance.now();
    let settled = false;
    let signedIn = false;
    let nonceSeen = false;
    let localPort: number | undefined;
    let certificate: ShownCertificate | undefined;
    let clock: ClockDelta | undefined;
    const dialedAt = Date.now();
    const timer = setTimeout(
      () => fail(new Problem('gateway-down', `The gateway did not answer within ${connectTimeoutMs / 1000} s.`)),
      connectTimeoutMs,
    );
    let cause: Problem | undefined;
    let closedResolve: (value: Awaited<Link['closed']>) => void;
    const closed = new Promise<Awaited<Link['closed']>>((r) => {
      closedResolve = r;
    });

    function fail(error: Error) {
      if (!settled) {
        settled = true;
        clearTimeout(timer);
        reject(error);
      }
      socket.terminate();
    }

    function drop(problem: Problem) {
      cause ??= problem;
      fail(problem);
    }

    function call(method: string, params: unknown): Promise<unknown> {
      return new Promise((ok, bad) => {
        if (socket.readyState !== WebSocket.OPEN) {
          bad(new Problem('gateway-down', 'The connection to the gateway is gone.'));
          return;
        }
        const id = randomUUID();
        const limit = setTimeout(() => {
          waiting.delete(id);
          bad(new Problem('gateway-down', `The gateway did not answer ${method} within ${requestTimeoutMs / 1000} s.`));
        }, requestTimeoutMs);
        waiting.set(id, { resolve: ok, reject: bad, timer: limit });
        socket.send(JSON.stringify({ type: 'req', id, method, params }));
      });
    }

    async function checkCertificate() {
      if (new URL(url).protocol !== 'wss:') return;
      if (!certificate) throw new Problem('gateway-garbage', 'The gateway showed no certificate.');
      if (options.certificate) return options.certificate(certificate);
      judgeCertificate(certificate, { setting: undefined, ownConfiguration: options.trust !== undefined, known: undefined });
    }

    async function signIn(nonce: string, ts: number) {
      await checkCertificate();
      await options.beforeSecret?.(localPort);
      const token = auth.token ?? auth.deviceToken ?? '';
      const clientMode = CLIENT[kind];
      const signature = signConnect(identity, {
        clientId: 'gateway-client',
        clientMode,
        role: 'operator',
        scopes,
        signedAtMs: ts,
        token,
        nonce,
        platform,
      });
      const payload = await call('connect', {
        minProtocol: 3,
        maxProtocol: 4,
        client: { id: 'gateway-client', version, platform, mode: clientMode, displayName: 'Gatehouse' },
        role: 'operator',
        scopes: [...scopes],
        caps: [],
        auth,
        device: { id: identity.deviceId, publicKey: identity.publicKey, signature, signedAt: ts, nonce },
      });
      const hello = helloPayload.safeParse(payload);
      if (!hello.success) throw new Problem('gateway-garbage', 'The answer to connect is not a hello of the gateway protocol.');
      if (!PROTOCOLS.includes(hello.data.protocol))
        throw new Problem('gateway-too-new', `The gateway speaks protocol ${hello.data.protocol}, and neither 3 nor 4.`);
      signedIn = true;
      settled = true;
      clearTimeout(timer);
      resolve({
        hello: hello.data,
        request: async (method, params = {}) => {
          checkCall(kind, method, params);
          return call(method, params);
        },
        closed,
        lastFrameAt: () => lastFrame,
        localPort: () => localPort,
        clock,
        close: () => socket.close(1000),
        terminate: () => socket.terminate(),
        drop,
      });
    }

    socket.on('upgrade', (response) => {
      localPort = response.socket.localPort;
      certificate = certificateOn(response.socket);
    });
    socket.on('message', (data, isBinary) => {
      lastFrame = performance.now();
      const text = isBinary ? '' : textOf(data);
      if (isOversized(text)) return drop(tooLarge());
      const frame = isBinary || (!signedIn && text.length > MAX_EARLY_LENGTH) ? undefined : parseFrame(text);
      const asked = frame?.type === 'res' && waiting.has(frame.id);
      if (!asked && !bearable(text.length))
        return drop(new Problem('gateway-garbage', 'The gateway sends more than anybody asked for and could follow.'));
      if (!frame) {
        if (!signedIn) fail(new Problem('gateway-garbage', 'The first frames are not of the gateway protocol.'));
        return;
      }
      if (frame.type === 'res') {
        const entry = waiting.get(frame.id);
        if (!entry) return;
        waiting.delete(frame.id);
        clearTimeout(entry.timer);
        if (frame.ok) entry.resolve(frame.payload);
        else entry.reject(new GatewayRefusal(frame.error ?? {}));
        return;
      }
      if (frame.event === 'connect.challenge' && !nonceSeen) {
        const challenge = challengePayload.safeParse(frame.payload);
        if (!challenge.success) return fail(new Problem('gateway-garbage', 'The challenge of the gateway cannot be read.'));
        nonceSeen = true;
        if (challenge.data.ts !== undefined) clock = clockDelta(challenge.data.ts, dialedAt, Date.now());
        signIn(challenge.data.nonce, challenge.data.ts ?? Date.now()).catch(fail);
        return;
      }
      if (signedIn) options.onEvent?.(frame.event, frame.payload, frame.seq);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      fail(
        new Problem(
          response.statusCode === 403 ? 'gateway-refused' : 'gateway-garbage',
          `The address answered HTTP ${response.statusCode ?? 'nothing'} instead of a WebSocket.`,
        ),
      );
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // So the WebSocket library calls what breaks its protocol, and messages, or a number of pieces, beyond its bounds.
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') drop(tooLarge());
      else if (error.code?.startsWith('WS_ERR_'))
        drop(new Problem('gateway-garbage', `The gateway breaks the WebSocket protocol (${error.code}).`));
      else fail(new Problem('gateway-down', `The gateway cannot be reached${error.code ? ` (${error.code})` : ''}.`));
    });
    socket.on('close', (code, reason) => {
      const why = callerString(reason.toString('utf8'));
      for (const entry of waiting.values()) {
        clearTimeout(entry.timer);
        entry.reject(new Problem('gateway-down', `The gateway closed the connection (${code}${why ? ` ${why}` : ''}).`));
      }
      waiting.clear();
      fail(new Problem('gateway-down', `The gateway closed the connection (${code}${why ? ` ${why}` : ''}).`));
      closedResolve({ code, reason: why, ...(cause ? { problem: cause } : {}) });
    });
  });
}
