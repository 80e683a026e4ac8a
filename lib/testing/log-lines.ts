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
