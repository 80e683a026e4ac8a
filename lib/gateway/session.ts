// One supervised connection to one gateway: dial, sign in, watch, come back. Everything above it sees states and calls, never sockets.
import { Problem } from '../problem.ts';
import type { GatewayMethod } from './allowlist.ts';
import type { ShownCertificate } from './certificate.ts';
import { type ClockDelta, clockDeltaOfTick } from './clock-delta.ts';
import type { Hello } from './frames.ts';
import type { DeviceIdentity } from './identity.ts';
import { GatewayRefusal, type Link, type LinkAuth, openLink } from './link.ts';
import { CONSOLE_SCOPES } from './scopes.ts';

export type SessionState =
  | { kind: 'connecting' }
  | { kind: 'live'; hello: Hello; grantedScopes: string[] }
  /** The console's own pairing request waits. */
  | { kind: 'waiting'; requestId: string | undefined; reason: string | undefined }
  | { kind: 'refused'; problem: Problem; retryAtMs: number }
  | { kind: 'down'; problem: Problem; retryAtMs: number }
  | { kind: 'stopped' };

export type SessionOptions = {
  url: string;
  identity: DeviceIdentity;
  /** The shared secret; the device token is kept by `tokens`. */
  auth: { token?: string; password?: string };
  tokens: { load: () => string | undefined; save: (token: string | undefined) => void };
  version: string;
  platform: string;
  trust?: readonly string[];
  beforeSecret?: (ownPort: number | undefined) => void | Promise<void>;
  /** Judges the certificate of a gateway that speaks TLS; throws to stay away. */
  certificate?: (shown: ShownCertificate) => void | Promise<void>;
  onState: (state: SessionState) => void;
  onEvent: (event: string, payload: unknown) => void;
  now: () => number;
  random: () => number;
};

export type GatewaySession = {
  state: () => SessionState;
  /** Calls an allowed method; Problem('gateway-down') while not live. */
  request: (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;
  /** Tries to connect now instead of at the next turn, e.g. when the state folder changed. */
  nudge: () => void;
  /** Drops a connection over which came what no gateway sends, and says why. */
  distrust: (problem: Problem) => void;
  localPort: () => number | undefined;
  /** The gateway's clock against ours, as last measured; kept while the gateway is away. */
  clock: () => ClockDelta | undefined;
  dispose: () => Promise<void>;
};

const FIRST_RETRY_MS = 400;
const MAX_RETRY_MS = 15_000;
/** A gateway may ask for another wait, within these bounds: it is not the one to set the console's pace. */
const ASKED_RETRY_MS = { least: FIRST_RETRY_MS, most: 60_000 };
/** Real gateways tick every 30 s. */
const TICK_MS = { least: 1000, most: 120_000 };
/** A connection that lasted less counts as another failure. */
const LASTING_MS = 10_000;
const REFUSED_RETRY_MS = 20_000;
const WAITING_RETRY_MS = 800;
const WAITING_SLOW_RETRY_MS = 5_000;
const WAITING_FAST_FOR_MS = 10 * 60_000;

const STALE_DEVICE_TOKEN = new Set(['AUTH_DEVICE_TOKEN_MISMATCH', 'AUTH_TOKEN_MISMATCH', 'AUTH_SCOPE_MISMATCH', 'AUTH_TOKEN_MISSING']);

const within = (value: number, { least, most }: { least: number; most: number }) => Math.min(most, Math.max(least, value));

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof GatewayRefusal) {
    if (error.detailCode === 'PROTOCOL_MISMATCH' || /protocol mismatch/i.test(error.message))
      return new Problem('gateway-too-new', 'The gateway speaks neither protocol 3 nor 4.');
    if (error.code === 'UNAVAILABLE') return new Problem('gateway-starting', error.message);
    return new Problem('gateway-refused', `${error.message}${error.detailCode ? ` (${error.detailCode})` : ''}`);
  }
  return new Problem('gateway-garbage', 'The gateway answered something unexpected.');
}

/** Starts dialing at once and never gives up until disposed. */
export function createSession(options: SessionOptions): GatewaySession {
  let state: SessionState = { kind: 'connecting' };
  let link: Link | undefined;
  let timer: NodeJS.Timeout | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let failures = 0;
  let waitingSince: number | undefined;
  let skipDeviceToken = false;
  let dialing = false;
  let clock: ClockDelta | undefined;
  let disposed = false;

  function set(next: SessionState) {
    state = next;
    options.onState(next);
  }

  function retryIn(ms: number) {
    clearTimeout(timer);
    if (!disposed) timer = setTimeout(() => void dial(), ms);
  }

  /** Full jitter over the upper half, so that two consoles do not dial in step. */
  const jitter = (ms: number) => ms / 2 + (options.random() * ms) / 2;

  function authNow(): { auth: LinkAuth; byDevice: boolean } {
    const deviceToken = skipDeviceToken ? undefined : options.tokens.load();
    if (deviceToken) return { auth: { deviceToken }, byDevice: true };
    return { auth: options.auth, byDevice: false };
  }

  const backOff = (times: number) => Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times, 6));

  async function dial() {
    if (dialing || disposed || link) return;
    dialing = true;
    const { auth, byDevice } = authNow();
    try {
      const opened = await openLink({
        url: options.url,
        kind: 'console',
        identity: options.identity,
        auth,
        scopes: CONSOLE_SCOPES,
        platform: options.platform,
        version: options.version,
        ...(options.trust ? { trust: options.trust } : {}),
        ...(options.beforeSecret ? { beforeSecret: options.beforeSecret } : {}),
        ...(options.certificate ? { certificate: options.certificate } : {}),
        onEvent(event, payload) {
          if (event === 'tick' && link?.clock) clock = clockDeltaOfTick(payload, link.clock, options.now()) ?? clock;
          options.onEvent(event, payload);
        },
      });
      if (disposed) return opened.close();
      live(opened);
    } catch (error) {
      if (!disposed) failed(error, byDevice);
    } finally {
      dialing = false;
    }
  }

  function live(opened: Link) {
    link = opened;
    clock = opened.clock ?? clock;
    waitingSince = undefined;
    skipDeviceToken = false;
    const { hello } = opened;
    const since = performance.now();
    if (hello.auth?.deviceToken) options.tokens.save(hello.auth.deviceToken);
    const tickMs = within(hello.policy.tickIntervalMs, TICK_MS);
    const silence = tickMs * 2;
    watchdog = setInterval(
      () => {
        if (performance.now() - opened.lastFrameAt() > silence) opened.terminate();
      },
      Math.min(5000, tickMs),
    );
    void opened.closed.then(({ code, reason, problem: cause }) => {
      if (link !== opened) return;
      link = undefined;
      clearInterval(watchdog);
      if (disposed) return;
      // The first loss is taken for a restart; who lets in and throws out again and again is left alone for longer each time.
      failures = performance.now() - since < LASTING_MS ? failures + 1 : 0;
      const wait = jitter(backOff(Math.max(0, failures - 1)));
      const problem =
        cause ??
        new Problem('gateway-down', `The gateway closed the connection (${code}${reason ? ` ${reason}` : ''}).`, {
          closeCode: code,
        });
      set({
        kind: 'down',
        problem,
        retryAtMs: options.now() + wait,
      });
      retryIn(wait);
    });
    set({ kind: 'live', hello, grantedScopes: hello.auth?.scopes ?? [] });
  }

  function failed(error: unknown, byDevice: boolean) {
    if (error instanceof GatewayRefusal && error.detailCode === 'PAIRING_REQUIRED') {
      waitingSince ??= options.now();
      const slow = options.now() - waitingSince > WAITING_FAST_FOR_MS;
      set({ kind: 'waiting', requestId: error.requestId, reason: error.reason });
      return retryIn(slow ? WAITING_SLOW_RETRY_MS : WAITING_RETRY_MS);
    }
    waitingSince = undefined;
    if (
      byDevice &&
      error instanceof GatewayRefusal &&
      error.detailCode &&
      STALE_DEVICE_TOKEN.has(error.detailCode) &&
      (options.auth.token || options.auth.password)
    ) {
      // The device token was rotated or revoked; the shared secret decides what follows.
      skipDeviceToken = true;
      options.tokens.save(undefined);
      return retryIn(0);
    }
    const problem = problemOf(error);
    failures += 1;
    const isRefusal =
      problem.code === 'gateway-refused' ||
      problem.code === 'gateway-too-new' ||
      problem.code === 'gateway-too-old' ||
      problem.code === 'gateway-owner-mismatch' ||
      problem.code === 'gateway-certificate-changed';
    const retryAfter = error instanceof GatewayRefusal ? error.retryAfterMs : undefined;
    const wait = isRefusal
      ? jitter(REFUSED_RETRY_MS)
      : retryAfter === undefined
        ? jitter(backOff(failures))
        : within(retryAfter, ASKED_RETRY_MS);
    set({ kind: isRefusal ? 'refused' : 'down', problem, retryAtMs: options.now() + wait });
    retryIn(wait);
  }

  void dial();

  return {
    state: () => state,
    async request(method, params) {
      if (!link) throw new Problem('gateway-down', 'There is no connection to the gateway right now.');
      return link.request(method, params);
    },
    nudge() {
      if (!link && !dialing) retryIn(0);
    },
    distrust: (problem) => link?.drop(problem),
    localPort: () => link?.localPort(),
    clock: () => clock,
    async dispose() {
      disposed = true;
      clearTimeout(timer);
      clearInterval(watchdog);
      const last = link;
      link = undefined;
      last?.close();
      state = { kind: 'stopped' };
      await Promise.race([last?.closed, new Promise((r) => setTimeout(r, 500))]);
    },
  };
}
