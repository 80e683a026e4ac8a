// The records of one connection -> what a row and its diagnosis say of it. What a caller wrote is cut and blanked here.
import { callerString } from '../gateway/records.ts';
import { present } from '../present.ts';
import type { AttemptFacts } from './attempt.ts';
import type { LogRecord } from './records.ts';

export type Marks = { conn?: string; port?: number; deviceId?: string };

const said = (value: string | undefined) => (value === undefined ? undefined : callerString(value));

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
    Object.assign(
      facts,
      present({
        cause: said(r.cause),
        reason: said(r.reason),
        authReason: said(r.authReason),
        authProvided: said(r.authProvided),
        handshake: said(r.handshake),
        closeCode: r.code,
        closeReason: said(r.closeReason),
        deviceId: said(r.deviceId),
        requestId: said(r.requestId),
        role: said(r.role),
        clientId: said(r.client),
        clientMode: said(r.mode),
        clientVersion: said(r.version),
        platform: said(r.platform),
        minProtocol: r.minProtocol,
        maxProtocol: r.maxProtocol,
        expectedProtocol: r.expectedProtocol,
        host: said(r.host),
        browserOrigin: said(r.origin),
        userAgent: said(r.userAgent),
        forwardedFor: said(r.forwardedFor),
        remoteAddr: said(r.remoteAddr),
        remotePort: r.remotePort,
        localAddr: said(r.localAddr),
        localPort: r.localPort,
        durationMs: r.durationMs,
        suppressed: r.suppressed,
      }),
    );
    if (r.cause === undefined && reason !== undefined) facts.reason = reason;
  }
  return facts;
}
