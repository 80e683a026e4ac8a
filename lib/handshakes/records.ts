// One line of the gateway's file log -> one typed record. Nothing here trusts text that a caller could have written:
// audit lines are read by one anchored expression, close records count only where object and text agree.
// Formats as measured on 2026.4.14 and 2026.9.6 and read in their packages (gateway-facts, The handshake log).
// Each kind says what tells whose it is when gateways share a log file: a connection, the gateway's port, a device, or nothing.
import { gatewayRecord } from './records-audit.ts';
import { readClose } from './records-close.ts';
import { connectionRecord } from './records-connection.ts';
import { withRaw } from './records-raw.ts';
import { timeOf } from './records-time.ts';

export { displayRaw } from './records-raw.ts';

/** The fields of a close record's object that the product reads; the caller's words are host, origin, userAgent, forwardedFor and what connect claimed. */
export type CloseFields = {
  cause?: string | undefined;
  reason?: string | undefined;
  handshake?: string | undefined;
  durationMs?: number | undefined;
  host?: string | undefined;
  origin?: string | undefined;
  userAgent?: string | undefined;
  forwardedFor?: string | undefined;
  remoteAddr?: string | undefined;
  remotePort?: number | undefined;
  localAddr?: string | undefined;
  localPort?: number | undefined;
  deviceId?: string | undefined;
  requestId?: string | undefined;
  frameId?: string | undefined;
  authReason?: string | undefined;
  authProvided?: string | undefined;
  client?: string | undefined;
  mode?: string | undefined;
  version?: string | undefined;
  platform?: string | undefined;
  role?: string | undefined;
  minProtocol?: number | undefined;
  maxProtocol?: number | undefined;
  expectedProtocol?: number | undefined;
};

/** By connection, and by port: `localPort` is the gateway's. */
export type CloseRecord = CloseFields & {
  kind: 'close';
  /** Gateway's clock, ms since the epoch. */
  at: number;
  conn: string;
  code: number | undefined;
  /** What stands behind `reason=`: the gateway's words, or the caller's when the caller closed. Undefined for `n/a`. */
  closeReason: string | undefined;
  /** Records that the gateway left out before this one (2026.9.6, refusals without credentials). */
  suppressed: number | undefined;
  /** The text, rendered again from the object, equals the text written. */
  agrees: boolean;
  masked: boolean;
  raw: string;
};

export type AuditReason = 'scope-upgrade' | 'role-upgrade';

/** By connection and by device. */
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
  scopesFrom?: string[];
  scopesTo?: string[];
  /** Pinned and claimed platform of a metadata change, both once a caller's words; left out where they could be forged. */
  platformFrom?: string;
  platformTo?: string;
  raw: string;
};

/** By nothing: written when a socket opens, without a connection id. */
export type WarningRecord = { kind: 'warning'; at: number; warning: 'proxy-headers' | 'non-local-host'; raw: string };
/** By device. */
export type GrantRecord = { kind: 'grant'; at: number; how: 'silent' | 'operator'; deviceId: string; role: string; raw: string };
/** By device. */
export type TokenRecord = {
  kind: 'token';
  at: number;
  /** `pruned`: 2026.9.x dropped a silent pairing by itself because a newer one of the same client took its place. */
  what: 'rotated' | 'revoked' | 'removed' | 'pruned';
  deviceId: string;
  role: string | undefined;
  raw: string;
};
/** By connection, and by port where the peer is named. A sign-in that failed; the close record of the same connection follows. */
export type UnauthorizedRecord = {
  kind: 'unauthorized';
  at: number;
  conn: string;
  remoteAddr: string | undefined;
  localPort: number | undefined;
  /** Display name or id, mode and what was sent to sign in. The caller's words, hence undefined where they could be forged. */
  client: string | undefined;
  mode: string | undefined;
  auth: string | undefined;
  reason: string;
  suppressed: number | undefined;
  raw: string;
};
/**
 * What else the gateway says of a connection that fails, by connection and, where the peer is named, by port. `socket-error` is a
 * frame that `ws` itself refused; `text` is its message, the gateway's words.
 */
export type ConnectionRecord = {
  kind: 'connection';
  at: number;
  conn: string;
  what: 'timeout' | 'protocol-mismatch' | 'invalid-handshake' | 'socket-error';
  localPort: number | undefined;
  text: string | undefined;
  raw: string;
};
/** A frame that was no JSON. By the two ends of its connection id, which is all that the gateway writes. */
export type ParseErrorRecord = { kind: 'parse-error'; at: number; connHead: string; connTail: string; raw: string };
/** A browser client (or, on 2026.9.6, a proxy's user) came or went: a sign of success that names no device. By connection. */
export type SessionRecord = { kind: 'session'; at: number; what: 'opened' | 'closed'; conn: string; code: number | undefined; raw: string };
/** A request with forwarded headers of an unknown hop, answered 403 (2026.9.6); written once in a gateway's life. By nothing. */
export type UnattributableRecord = { kind: 'unattributable'; at: number; remoteAddr: string; raw: string };
/** The gateway itself starts, is ready for callers, or ends. By nothing. */
export type LifeRecord = { kind: 'life'; at: number; what: 'starting' | 'ready' | 'restarting' | 'stopping'; raw: string };
/** By nothing: it is about the file. */
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
  | UnauthorizedRecord
  | ConnectionRecord
  | ParseErrorRecord
  | SessionRecord
  | UnattributableRecord
  | LifeRecord
  | CapRecord
  | OtherRecord
  | NoiseRecord
  | UnreadRecord;

const SIZE_CAP = 'log file size cap reached';
const MAX_LINE = 1024 * 1024;
/** How the gateway's own call noise begins. What follows may be a caller's and of any length. */
const NOISE_HEAD = /^\{"0":"\{\\"subsystem\\":\\"gateway\/ws\\"\}","1":"[⇄→←]/;
const NOISE = /^[⇄→←]/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unread = (why: UnreadRecord['why'], line: string): UnreadRecord => withRaw({ kind: 'unread', why }, line);

function subsystemOf(value: unknown): string | undefined {
  // The two that matter are written in one way; the rest is read as what it is.
  if (value === '{"subsystem":"gateway/ws"}') return 'gateway/ws';
  if (value === '{"subsystem":"gateway"}') return 'gateway';
  if (typeof value !== 'string' || !value.startsWith('{"subsystem"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) && typeof parsed.subsystem === 'string' ? parsed.subsystem : undefined;
  } catch {
    return undefined;
  }
}

/** Parses one line. Total: every input gives a record, garbage gives `unread`. Times are ms since the epoch. */
export function parseLogLine(line: string): LogRecord {
  if (line.length > MAX_LINE) return NOISE_HEAD.test(line) ? { kind: 'noise', at: 0 } : unread('too-long', line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    if (NOISE_HEAD.test(line)) return { kind: 'noise', at: 0 };
    return unread('not-json', line);
  }
  if (!isObject(value) || typeof value.time !== 'string') return unread('no-time', line);
  const at = timeOf(value.time);
  if (Number.isNaN(at)) return unread('no-time', line);
  const zero = value['0'];
  const one = value['1'];
  const two = value['2'];
  const masked = line.includes('***') || line.includes('PRIVATE KEY');
  const subsystem = subsystemOf(zero);
  // The gateway writes this one line flat, without a subsystem; elsewhere the words may be a caller's.
  if (zero === undefined && one === undefined && typeof value.message === 'string' && value.message.startsWith(SIZE_CAP))
    return withRaw({ kind: 'size-cap', at }, line);
  let record: LogRecord | undefined;
  if (subsystem === 'gateway/ws') {
    if (isObject(one) && typeof two === 'string') record = readClose(at, one, two, line, masked) ?? connectionRecord(at, two, line, masked);
    else if (typeof one === 'string') {
      if (NOISE.test(one)) return { kind: 'noise', at };
      record = connectionRecord(at, one, line, masked);
    }
  } else if (subsystem === 'gateway' && typeof one === 'string') record = gatewayRecord(at, one, line, masked);
  return record ?? { kind: 'other', at, masked };
}
