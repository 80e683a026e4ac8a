// The records of one connection -> what a row and its diagnosis say of it. What a caller wrote is cut and blanked here.
import { callerString } from '../gateway/records.ts';
import { present } from '../present.ts';
import type { AttemptFacts } from './attempt.ts';
import type { CloseRecord, LogRecord } from './records.ts';

export type Marks = { conn?: string; port?: number; deviceId?: string };

/** What nearly every string is made of, and what needs neither cutting nor blanking. */
const PLAIN = /^[\x20-\x7e]{0,200}$/;
const shown = (value: string) => (PLAIN.test(value) ? value : callerString(value));
const said = (value: string | undefined) => (value === undefined ? undefined : shown(value));

/** What tells whose a record is when gateways share a log file; empty when nothing does. */
export function marksOf(record: LogRecord): Marks {
  switch (record.kind) {
    case 'close':
      return present({ conn: record.conn, port: record.localPort, deviceId: record.deviceId });
    case 'audit':
    case 'audit-other':
      return present({ conn: record.conn, deviceId: record.deviceId });
    case 'unauthorized':
    case 'connection':
      return present({ conn: record.conn, port: record.localPort });
    case 'session':
      return { conn: record.conn };
    case 'grant':
    case 'token':
      return { deviceId: record.deviceId };
    default:
      return {};
  }
}

/** Whether a record is of this connection. Of a frame that was no JSON the gateway names only the ends of the id. */
export function isOfConnection(record: LogRecord, conn: string): boolean {
  if (record.kind === 'parse-error') return conn.startsWith(record.connHead) && conn.endsWith(record.connTail);
  return marksOf(record).conn === conn;
}

/** Field by field: this runs for every attempt of a burst, and an object between would cost as much as the reading of the line. */
function addClose(facts: AttemptFacts, r: CloseRecord) {
  if (r.cause !== undefined) facts.cause = shown(r.cause);
  if (r.reason !== undefined) facts.reason = shown(r.reason);
  if (r.authReason !== undefined) facts.authReason = shown(r.authReason);
  if (r.authProvided !== undefined) facts.authProvided = shown(r.authProvided);
  if (r.handshake !== undefined) facts.handshake = shown(r.handshake);
  if (r.code !== undefined) facts.closeCode = r.code;
  if (r.closeReason !== undefined) facts.closeReason = shown(r.closeReason);
  if (r.deviceId !== undefined) facts.deviceId = shown(r.deviceId);
  if (r.requestId !== undefined) facts.requestId = shown(r.requestId);
  if (r.role !== undefined) facts.role = shown(r.role);
  if (r.client !== undefined) facts.clientId = shown(r.client);
  if (r.mode !== undefined) facts.clientMode = shown(r.mode);
  if (r.version !== undefined) facts.clientVersion = shown(r.version);
  if (r.platform !== undefined) facts.platform = shown(r.platform);
  if (r.minProtocol !== undefined) facts.minProtocol = r.minProtocol;
  if (r.maxProtocol !== undefined) facts.maxProtocol = r.maxProtocol;
  if (r.expectedProtocol !== undefined) facts.expectedProtocol = r.expectedProtocol;
  if (r.host !== undefined) facts.host = shown(r.host);
  if (r.origin !== undefined) facts.browserOrigin = shown(r.origin);
  if (r.userAgent !== undefined) facts.userAgent = shown(r.userAgent);
  if (r.forwardedFor !== undefined) facts.forwardedFor = shown(r.forwardedFor);
  if (r.remoteAddr !== undefined) facts.remoteAddr = shown(r.remoteAddr);
  if (r.remotePort !== undefined) facts.remotePort = r.remotePort;
  if (r.localAddr !== undefined) facts.localAddr = shown(r.localAddr);
  if (r.localPort !== undefined) facts.localPort = r.localPort;
  if (r.durationMs !== undefined) facts.durationMs = r.durationMs;
  if (r.suppressed !== undefined) facts.suppressed = r.suppressed;
}

/**
 * What the records of one connection say, in any order. Total; records of other connections must not be among them. The close
 * record comes first, as its fields stand apart; an `unauthorized` line only fills what it leaves open.
 * A connection without a cause gets the reason that only another record gives: `max-payload` or `not-json`.
 */
export function factsOf(records: readonly LogRecord[]): AttemptFacts {
  const facts: AttemptFacts = {};
  let reason: string | undefined;
  for (const r of records) {
    if (r.kind === 'connection' && r.what === 'socket-error' && r.text === 'Max payload size exceeded') reason = 'max-payload';
    if (r.kind === 'parse-error') reason ??= 'not-json';
  }
  for (const r of records) {
    if (r.kind !== 'unauthorized') continue;
    Object.assign(
      facts,
      present({
        cause: 'unauthorized',
        authReason: r.reason,
        authProvided: r.auth,
        clientMode: said(r.mode),
        remoteAddr: r.remoteAddr,
        localPort: r.localPort,
        suppressed: r.suppressed,
      }),
    );
  }
  for (const r of records) {
    if (r.kind === 'audit') {
      Object.assign(facts, {
        reason: r.reason,
        deviceId: r.deviceId,
        role: r.roleTo,
        clientId: said(r.client),
        scopesFrom: r.scopesFrom,
        scopesTo: r.scopesTo,
      });
    } else if (r.kind === 'audit-other') {
      Object.assign(
        facts,
        present({
          deviceId: r.deviceId,
          scopesFrom: r.scopesFrom,
          scopesTo: r.scopesTo,
          platformFrom: said(r.platformFrom),
          platformTo: said(r.platformTo),
        }),
      );
    }
  }
  for (const r of records) {
    if (r.kind !== 'close') continue;
    addClose(facts, r);
    if (r.cause === undefined && reason !== undefined) facts.reason = reason;
  }
  return facts;
}
