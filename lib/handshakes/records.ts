// One line of the gateway's file log -> one typed record. Nothing here trusts text that a caller could have written:
// audit lines are read by one anchored expression, close records count only where object and text agree.
// Formats as measured on 2026.4.14 and 2026.9.6 (gateway-facts, The handshake log).
import { z } from 'zod';
import { isScope, SCOPES } from '../gateway/scopes.ts';

/** The fields of a close record's object that the product reads; the caller's words are host, origin, userAgent, forwardedFor and what connect claimed. */
type CloseFields = Omit<z.infer<typeof closeObject>, 'endpoint' | 'lastFrameId'>;

export type CloseRecord = CloseFields & {
  kind: 'close';
  /** Gateway's clock, ms since the epoch. */
  at: number;
  conn: string;
  code: number | undefined;
  /** The text, rendered again from the object, equals the text written. */
  agrees: boolean;
  masked: boolean;
  raw: string;
};

export type AuditReason = 'scope-upgrade' | 'role-upgrade';

export type AuditRecord = {
  kind: 'audit';
  at: number;
  reason: AuditReason;
  deviceId: string;
  auth: string;
  roleFrom: string[];
  roleTo: string;
  scopesFrom: string[];
  scopesTo: string[];
  client: string;
  conn: string;
  masked: boolean;
  raw: string;
};

/** An audit line of another sort. `deviceId` is undefined where the line cannot be read: then it may be anyone's. */
export type OtherAuditRecord = {
  kind: 'audit-other';
  at: number;
  sort: 'metadata' | 'live' | 'unreadable';
  deviceId: string | undefined;
  conn: string | undefined;
  scopesTo?: string[];
  raw: string;
};

export type WarningRecord = { kind: 'warning'; at: number; warning: 'proxy-headers' | 'non-local-host'; raw: string };
export type GrantRecord = { kind: 'grant'; at: number; how: 'silent' | 'operator'; deviceId: string; role: string; raw: string };
export type TokenRecord = {
  kind: 'token';
  at: number;
  what: 'rotated' | 'revoked' | 'removed';
  deviceId: string;
  role: string | undefined;
  raw: string;
};
export type CapRecord = { kind: 'size-cap'; at: number; raw: string };
/** A line that parsed and is none of ours; `masked` lines inside a window still break the proof. */
export type OtherRecord = { kind: 'other'; at: number; masked: boolean };
/** The gateway's own call noise, present with verbose logging. */
export type NoiseRecord = { kind: 'noise'; at: number };
/** A line that is no JSON record of the log: never silence, always a counted row. */
export type UnreadRecord = { kind: 'unread'; why: 'not-json' | 'no-time' | 'too-long'; raw: string };

export type LogRecord =
  | CloseRecord
  | AuditRecord
  | OtherAuditRecord
  | WarningRecord
  | GrantRecord
  | TokenRecord
  | CapRecord
  | OtherRecord
  | NoiseRecord
  | UnreadRecord;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const SCOPE = SCOPES.map((s) => s.replaceAll('.', '\\.')).join('|');
const SCOPE_LIST = `<none>|(?:${SCOPE})(?:,(?:${SCOPE}))*`;
const ROLE_LIST = '<none>|(?:operator|node)(?:,(?:operator|node))*';

const ACCESS = new RegExp(
  `^security audit: device access upgrade requested reason=(scope-upgrade|role-upgrade) device=([0-9a-f]{64}) ip=([0-9A-Fa-f.:]+|unknown-ip) auth=([a-z-]+) roleFrom=(${ROLE_LIST}) roleTo=(operator|node) scopesFrom=(${SCOPE_LIST}) scopesTo=(${SCOPE_LIST}) client=([a-z0-9-]+) conn=(${UUID})$`,
);
const AUDIT_DEVICE =
  /^security audit: (?:device access upgrade|device metadata upgrade|live device scope upgrade) requested (?:reason=[a-z-]+ )?device=([0-9a-f]{64}) /;
const METADATA = new RegExp(`^security audit: device metadata upgrade requested .* conn=(${UUID})$`, 's');
const LIVE_SCOPES = new RegExp(` scopesTo=((?:${SCOPE})(?:,(?:${SCOPE}))*)$`);
const CLOSE = new RegExp(`^closed before connect conn=(${UUID}) `);
const GRANT = /^device pairing (auto-approved|approved) device=([0-9a-f]{64}) role=([a-z]+)$/;
const TOKEN = /^device (token rotated|token revoked|pairing removed) device=([0-9a-f]{64})(?: role=([a-z]+))?/;
const PROXY_WARNING = 'Proxy headers detected from untrusted address';
const HOST_WARNING = 'Loopback connection with non-local Host header';
const SIZE_CAP = 'log file size cap reached';

const MAX_LINE = 1024 * 1024;
/** How the gateway's own call noise begins. What follows may be a caller's and of any length. */
const NOISE_HEAD = /^\{"0":"\{\\"subsystem\\":\\"gateway\/ws\\"\}","1":"[⇄→←]/;
const MASK = /\*\*\*|PRIVATE KEY/;

const line = z.object({
  '0': z.unknown().optional(),
  '1': z.unknown().optional(),
  '2': z.unknown().optional(),
  time: z.string(),
  message: z.string().optional().catch(undefined),
});
const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const closeObject = z.object({
  cause: text,
  reason: text,
  handshake: text,
  durationMs: number,
  host: text,
  origin: text,
  userAgent: text,
  forwardedFor: text,
  remoteAddr: text,
  remotePort: number,
  localAddr: text,
  localPort: number,
  endpoint: text,
  deviceId: text,
  requestId: text,
  lastFrameId: text,
  frameId: text,
  authReason: text,
  authProvided: text,
  client: text,
  mode: text,
  version: text,
  platform: text,
});

const split = (value: string) => (value === '<none>' ? [] : value.split(','));
const hasEllipsis = (value: unknown) => typeof value === 'string' && value.includes('…');

function subsystemOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{"subsystem"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return z.object({ subsystem: z.string() }).safeParse(parsed).data?.subsystem;
  } catch {
    return undefined;
  }
}

/** Cuts a raw line for display and takes out what could be a credential. */
export function displayRaw(raw: string): string {
  const cut = raw.length > 2000 ? `${raw.slice(0, 2000)}…` : raw;
  return cut.replace(/((?:token|password|secret|authorization)["']?\s*[=:]\s*["']?(?:bearer\s+)?)[^\s"',&}]{6,}/gi, '$1<hidden>');
}

function readClose(at: number, conn: string, object: unknown, message: string, raw: string, masked: boolean): CloseRecord | undefined {
  const parsed = closeObject.safeParse(object);
  if (!parsed.success) return undefined;
  const o = parsed.data;
  const rendered = `closed before connect conn=${conn} peer=${o.endpoint ?? 'n/a'} remote=${o.remoteAddr ?? '?'} fwd=${o.forwardedFor ?? 'n/a'} origin=${o.origin ?? 'n/a'} host=${o.host ?? 'n/a'} ua=${o.userAgent ?? 'n/a'} code=`;
  const rest = message.startsWith(rendered) ? message.slice(rendered.length) : undefined;
  const code = rest === undefined ? null : /^(\d{4}|n\/a) reason=/.exec(rest);
  const endpoint = `${o.remoteAddr}:${o.remotePort}->${o.localAddr}:${o.localPort}`;
  const endpoint6 = `[${o.remoteAddr}]:${o.remotePort}->[${o.localAddr}]:${o.localPort}`;
  const { endpoint: said, lastFrameId, frameId, ...fields } = o;
  return {
    kind: 'close',
    at,
    conn,
    ...fields,
    ...((frameId ?? lastFrameId) === undefined ? {} : { frameId: frameId ?? lastFrameId }),
    code: code?.[1] && code[1] !== 'n/a' ? Number(code[1]) : undefined,
    agrees: code !== null && (said === endpoint || said === endpoint6),
    masked: masked || Object.values(o).some(hasEllipsis),
    raw: displayRaw(raw),
  };
}

function readAudit(at: number, message: string, raw: string, masked: boolean): AuditRecord | OtherAuditRecord {
  const access = ACCESS.exec(message);
  if (access) {
    const [, reason = '', deviceId = '', , auth = '', roleFrom = '', roleTo = '', scopesFrom = '', scopesTo = '', client = '', conn = ''] =
      access;
    return {
      kind: 'audit',
      at,
      reason: reason === 'role-upgrade' ? 'role-upgrade' : 'scope-upgrade',
      deviceId,
      auth,
      roleFrom: split(roleFrom),
      roleTo,
      scopesFrom: split(scopesFrom),
      scopesTo: split(scopesTo),
      client,
      conn,
      masked,
      raw: displayRaw(raw),
    };
  }
  const deviceId = AUDIT_DEVICE.exec(message)?.[1];
  const metadata = METADATA.exec(message);
  const live = message.startsWith('security audit: live device scope upgrade');
  const scopesTo = live ? LIVE_SCOPES.exec(message)?.[1]?.split(',').filter(isScope) : undefined;
  return {
    kind: 'audit-other',
    at,
    sort: metadata && deviceId ? 'metadata' : live && deviceId ? 'live' : 'unreadable',
    deviceId,
    conn: metadata?.[1],
    ...(scopesTo ? { scopesTo } : {}),
    raw: displayRaw(raw),
  };
}

/** Parses one line. Total: every input gives a record, garbage gives `unread`. Times are ms since the epoch. */
export function parseLogLine(raw: string): LogRecord {
  if (raw.length > MAX_LINE)
    return NOISE_HEAD.test(raw) ? { kind: 'noise', at: 0 } : { kind: 'unread', why: 'too-long', raw: displayRaw(raw) };
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    if (NOISE_HEAD.test(raw)) return { kind: 'noise', at: 0 };
    return { kind: 'unread', why: 'not-json', raw: displayRaw(raw) };
  }
  const parsed = line.safeParse(value);
  const at = parsed.success ? Date.parse(parsed.data.time) : Number.NaN;
  if (!parsed.success || Number.isNaN(at)) return { kind: 'unread', why: 'no-time', raw: displayRaw(raw) };
  const { '0': zero, '1': one, '2': two, message: flat } = parsed.data;
  const masked = MASK.test(raw);
  const subsystem = subsystemOf(zero);
  // The gateway writes this one line flat, without a subsystem; elsewhere the words may be a caller's.
  if (zero === undefined && one === undefined && flat?.startsWith(SIZE_CAP)) return { kind: 'size-cap', at, raw: displayRaw(raw) };
  if (subsystem === 'gateway/ws') {
    if (typeof one === 'object' && one !== null && typeof two === 'string') {
      const conn = CLOSE.exec(two)?.[1];
      const close = conn ? readClose(at, conn, one, two, raw, masked) : undefined;
      if (close) return close;
    }
    if (typeof one === 'string') {
      if (one.startsWith(PROXY_WARNING)) return { kind: 'warning', at, warning: 'proxy-headers', raw: displayRaw(raw) };
      if (one.startsWith(HOST_WARNING)) return { kind: 'warning', at, warning: 'non-local-host', raw: displayRaw(raw) };
      if (/^[⇄→←]/.test(one)) return { kind: 'noise', at };
    }
  }
  if (subsystem === 'gateway' && typeof one === 'string') {
    if (one.startsWith('security audit:')) return readAudit(at, one, raw, masked);
    const grant = GRANT.exec(one);
    if (grant)
      return {
        kind: 'grant',
        at,
        how: grant[1] === 'approved' ? 'operator' : 'silent',
        deviceId: grant[2] ?? '',
        role: grant[3] ?? '',
        raw: displayRaw(raw),
      };
    const token = TOKEN.exec(one);
    if (token) {
      const what = token[1] === 'token rotated' ? 'rotated' : token[1] === 'token revoked' ? 'revoked' : 'removed';
      return { kind: 'token', at, what, deviceId: token[2] ?? '', role: token[3], raw: displayRaw(raw) };
    }
  }
  return { kind: 'other', at, masked };
}
