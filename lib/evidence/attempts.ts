// The attempts of one device, put together from the log: each audit line with exactly one close record of its connection.
// Attempts are taken by device, not by request id, because ids churn and a union carries earlier wishes (gateway-facts, trap 4).
import type { AuditRecord, CloseRecord, LogRecord } from '../handshakes/records.ts';

/** One attempt that holds together. Window in ms of the gateway's clock (evidence, Window of an attempt). */
export type Attempt = { conn: string; audit: AuditRecord; close: CloseRecord; from: number; to: number };

/** An attempt of a key that was not paired: the gateway writes no audit line for it, so what it asked is not known. */
export type UnpairedAttempt = Omit<Attempt, 'audit'>;

export type AttemptFault =
  | 'audit-without-close'
  | 'close-without-audit'
  | 'not-paired'
  | 'two-audits-on-one-connection'
  | 'two-closes-of-one-connection'
  | 'close-names-another-device'
  | 'other-reason'
  | 'live-upgrade'
  | 'metadata-change'
  | 'unreadable-audit'
  | 'masked-audit';

export type AttemptSet = { attempts: Attempt[]; unpaired: UnpairedAttempt[]; faults: { fault: AttemptFault; at: number }[] };

const WINDOW_SLACK_MS = 100;
const LIFE_MS = 5 * 60_000;

const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The start of what must be known about a request: its life and one handshake before `ts`, all ms. */
export function evidenceFrom(ts: number, handshakeTimeoutMs: number): number {
  return ts - LIFE_MS - handshakeTimeoutMs;
}

const windowOf = (close: CloseRecord) => ({ from: close.at - (close.durationMs ?? 0) - WINDOW_SLACK_MS, to: close.at });

/** All attempts and faults of a device since `from`. Total; an empty set means that the log shows none. */
export function collectAttempts(records: readonly LogRecord[], deviceId: string, from: number): AttemptSet {
  const audits = new Map<string, AuditRecord[]>();
  const closes = new Map<string, CloseRecord[]>();
  const faults: AttemptSet['faults'] = [];
  const wishes = new Map<string, number>();
  for (const record of records) {
    if (record.kind === 'unread' || record.at < from) continue;
    if (record.kind === 'audit') wishes.set(record.conn, (wishes.get(record.conn) ?? 0) + 1);
    if (record.kind === 'audit' && record.deviceId === deviceId) {
      audits.set(record.conn, [...(audits.get(record.conn) ?? []), record]);
      if (record.reason !== 'scope-upgrade' || record.roleTo !== 'operator') faults.push({ fault: 'other-reason', at: record.at });
      if (record.masked) faults.push({ fault: 'masked-audit', at: record.at });
    } else if (record.kind === 'audit-other' && (record.deviceId === undefined || record.deviceId === deviceId)) {
      const fault = record.sort === 'live' ? 'live-upgrade' : record.sort === 'metadata' ? 'metadata-change' : 'unreadable-audit';
      faults.push({ fault, at: record.at });
    } else if (record.kind === 'close') {
      closes.set(record.conn, [...(closes.get(record.conn) ?? []), record]);
    }
  }
  const attempts: Attempt[] = [];
  for (const [conn, lines] of audits) {
    const [audit] = lines;
    const found = closes.get(conn) ?? [];
    const [close] = found;
    if (!audit) continue;
    if ((wishes.get(conn) ?? 0) > 1) faults.push({ fault: 'two-audits-on-one-connection', at: audit.at });
    else if (!close) faults.push({ fault: 'audit-without-close', at: audit.at });
    else if (found.length > 1) faults.push({ fault: 'two-closes-of-one-connection', at: audit.at });
    else if (close.deviceId !== deviceId || !REQUEST_ID.test(close.requestId ?? '') || close.cause !== 'pairing-required')
      faults.push({ fault: 'close-names-another-device', at: audit.at });
    else if (close.reason !== 'scope-upgrade') faults.push({ fault: 'other-reason', at: audit.at });
    else attempts.push({ conn, audit, close, ...windowOf(close) });
  }
  const unpaired: UnpairedAttempt[] = [];
  for (const [conn, found] of closes) {
    const stray = found.find((c) => c.deviceId === deviceId && c.cause === 'pairing-required');
    if (!stray || audits.has(conn)) continue;
    const whole = stray.reason === 'not-paired' && found.length === 1 && REQUEST_ID.test(stray.requestId ?? '') && !wishes.has(conn);
    if (whole) unpaired.push({ conn, close: stray, ...windowOf(stray) });
    faults.push({ fault: whole ? 'not-paired' : 'close-without-audit', at: stray.at });
  }
  attempts.sort((a, b) => a.to - b.to);
  unpaired.sort((a, b) => a.to - b.to);
  return { attempts, unpaired, faults };
}
