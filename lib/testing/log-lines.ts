// Log lines as the two proven gateways write them, for tests of everything that reads the log. The text is rendered from the
// object as the gateway does, so that a test has to say so when they shall differ.

export type GatewayShape = '2026.4.14' | '2026.9.6';
export const SHAPES: readonly GatewayShape[] = ['2026.4.14', '2026.9.6'];

/** A request or connection id that is told apart by its number. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** One line of the file. `at` in ms of the gateway's clock. */
export function logLine(
  at: number,
  subsystem: string,
  text: string,
  object?: Record<string, unknown>,
  shape: GatewayShape = '2026.4.14',
): string {
  const iso = new Date(at).toISOString();
  const said = object ? { 1: object, 2: text } : { 1: text };
  const newer = shape === '2026.9.6' ? { message: text } : {};
  return JSON.stringify({
    0: JSON.stringify({ subsystem }),
    ...said,
    _meta: { logLevelName: 'WARN' },
    time: iso.replace('Z', '+00:00'),
    ...newer,
  });
}

export type AuditOptions = {
  at: number;
  conn: string;
  device: string;
  reason?: string;
  roleTo?: string;
  scopesFrom?: string;
  scopesTo?: string;
  shape?: GatewayShape;
};

/** "device access upgrade requested", anything of which may be replaced. */
export function auditLine(o: AuditOptions): string {
  const head = `security audit: device access upgrade requested reason=${o.reason ?? 'scope-upgrade'} device=${o.device} ip=unknown-ip auth=token`;
  const text = `${head} roleFrom=operator roleTo=${o.roleTo ?? 'operator'} scopesFrom=${o.scopesFrom ?? 'operator.read'} scopesTo=${o.scopesTo ?? 'operator.admin'} client=cli conn=${o.conn}`;
  return logLine(o.at, 'gateway', text, undefined, o.shape);
}

/** "device metadata upgrade requested". */
export const metadataLine = (at: number, device: string, conn: string): string =>
  logLine(
    at,
    'gateway',
    `security audit: device metadata upgrade requested reason=metadata-upgrade device=${device} ip=unknown-ip auth=token payload=v3 claimedPlatform=darwin pinnedPlatform=linux claimedDeviceFamily=Mac pinnedDeviceFamily=<none> client=cli conn=${conn}`,
  );

/** An upgrade asked over a connection that is already open (2026.9.x). */
export const liveLine = (at: number, device: string): string =>
  logLine(
    at,
    'gateway',
    `security audit: live device scope upgrade requested device=${device} scopesFrom=operator.read scopesTo=operator.admin`,
  );

export type CloseOptions = {
  at: number;
  conn: string;
  /** Replaces fields of the object; undefined takes one out. */
  object?: Record<string, unknown>;
  /** Changes the text after it was rendered. */
  text?: (rendered: string) => string;
  port?: number;
  remotePort?: number;
  durationMs?: number;
  shape?: GatewayShape;
};

/** "closed before connect", clean unless told otherwise. */
export function closeLine(o: CloseOptions): string {
  const port = o.port ?? 18789;
  const remotePort = o.remotePort ?? 40_000;
  const base: Record<string, unknown> = {
    handshake: 'failed',
    durationMs: o.durationMs ?? 14,
    lastFrameType: 'req',
    lastFrameMethod: 'connect',
    lastFrameId: '1',
    host: `127.0.0.1:${port}`,
    remoteAddr: '127.0.0.1',
    remotePort,
    localAddr: '127.0.0.1',
    localPort: port,
    endpoint: `127.0.0.1:${remotePort}->127.0.0.1:${port}`,
    ...o.object,
  };
  const shown = (key: string) => (base[key] === undefined ? 'n/a' : String(base[key]));
  const rendered = `closed before connect conn=${o.conn} peer=${shown('endpoint')} remote=${base.remoteAddr === undefined ? '?' : String(base.remoteAddr)} fwd=${shown('forwardedFor')} origin=${shown('origin')} host=${shown('host')} ua=${shown('userAgent')} code=1008 reason=pairing required`;
  return logLine(o.at, 'gateway/ws', o.text ? o.text(rendered) : rendered, base, o.shape);
}

/** What a refused upgrade adds to its close record. */
export const refusedUpgrade = (device: string, requestId: string, reason = 'scope-upgrade'): Record<string, unknown> => ({
  cause: 'pairing-required',
  deviceId: device,
  requestId,
  reason,
});

export const proxyWarning = (at: number): string =>
  logLine(at, 'gateway/ws', 'Proxy headers detected from untrusted address. Connection will not be treated as local.');

export const hostWarning = (at: number): string =>
  logLine(at, 'gateway/ws', 'Loopback connection with non-local Host header. Treating it as remote.');

/** The line that a gateway writes last when its log file is full; it stands apart from the logger and has no fields by number. */
export const sizeCapLine = (at: number): string =>
  JSON.stringify({
    time: new Date(at).toISOString().replace('Z', '+00:00'),
    level: 'warn',
    subsystem: 'logging',
    message: 'log file size cap reached; suppressing writes file=/tmp/openclaw.log maxFileBytes=1000',
  });

export type UnauthorizedOptions = {
  at: number;
  conn: string;
  port?: number;
  reason?: string;
  auth?: string;
  client?: string;
  version?: string;
  platform?: string;
  userAgent?: string;
  /** 2026.9.6: how many it left out before this one. */
  suppressed?: number;
  shape?: GatewayShape;
};

/** "unauthorized", as both versions write it before the close record; the newer one goes on with its advice. */
export function unauthorizedLine(o: UnauthorizedOptions): string {
  const port = o.port ?? 18789;
  const who = `client=${o.client ?? 'cli'} cli v${o.version ?? '2026.4.14'} role=operator scopes=1 auth=${o.auth ?? 'token'} device=yes platform=${o.platform ?? 'linux'} instance=n/a`;
  const end = o.shape === '2026.9.6' ? ' guidance=unauthorized: gateway token mismatch (pair the device)' : '';
  const count = o.suppressed === undefined ? '' : ` suppressed=${o.suppressed}`;
  const text = `unauthorized conn=${o.conn} peer=127.0.0.1:40000->127.0.0.1:${port} remote=127.0.0.1 ${who} host=127.0.0.1:${port} origin=n/a ua=${o.userAgent ?? 'n/a'} reason=${o.reason ?? 'token_mismatch'}${end}${count}`;
  return logLine(o.at, 'gateway/ws', text, undefined, o.shape);
}

/** "handshake timeout". */
export const timeoutLine = (at: number, conn: string, port = 18789): string =>
  logLine(at, 'gateway/ws', `handshake timeout conn=${conn} peer=127.0.0.1:40000->127.0.0.1:${port} remote=127.0.0.1`);

/** A frame that `ws` itself refused, as one above its size. */
export const socketErrorLine = (at: number, conn: string, message = 'Max payload size exceeded'): string =>
  logLine(at, 'gateway/ws', `error conn=${conn} remote=127.0.0.1: ${message}`);

/** A frame that was no JSON: the gateway writes the two ends of the connection's id. */
export const parseErrorLine = (at: number, conn: string, message = `Unexpected token 'h', "hello?" is not valid JSON`): string =>
  logLine(at, 'gateway/ws', `✗ parse-error error=SyntaxError: ${message} conn=${conn.slice(0, 8)}…${conn.slice(-4)}`);

/** The warning of 2026.9.6 in front of every 403 of its life. */
export const unattributableLine = (at: number): string =>
  logLine(
    at,
    'gateway',
    'gateway: observed unattributable proxy-shaped traffic from 127.0.0.1; Gateway-authenticated routes reject it.',
    undefined,
    '2026.9.6',
  );

/** What a gateway says of itself, in the words of both versions. */
export const lifeLine = (at: number, what: 'starting' | 'ready' | 'stopping' | 'restarting', shape: GatewayShape = '2026.4.14'): string => {
  const text = {
    starting: 'starting...',
    ready: shape === '2026.9.6' ? 'gateway ready' : 'ready (5 plugins: acpx, browser, device-pair, phone-control, talk-voice; 5.3s)',
    stopping: 'received SIGTERM; shutting down',
    restarting: 'received SIGUSR1; restarting',
  };
  return logLine(at, 'gateway', text[what], undefined, shape);
};
