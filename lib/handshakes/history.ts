// Log records -> the rows of the Handshakes page. Canaries and noise are left out; gaps and unread lines are rows.
import { createHash } from 'node:crypto';
import type { HandshakeView } from '../api/shapes.ts';
import { isCanary } from '../evidence/canary.ts';
import { callerString } from '../gateway/records.ts';
import { present } from '../present.ts';
import { diagnose } from './diagnosis.ts';
import type { LogGap } from './log-window.ts';
import type { AuditRecord, CloseRecord, LogRecord } from './records.ts';

export type HandshakeRow = Omit<HandshakeView, 'seq'>;

const iso = (ms: number) => new Date(ms).toISOString();
const idOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);
const said = (value: string | undefined) => (value === undefined ? undefined : callerString(value));

function attemptRow(gateway: string, close: CloseRecord, audit: AuditRecord | undefined): HandshakeRow {
  const { outcome, cause, title, fix } = diagnose(close);
  return {
    id: `conn-${close.conn}`,
    gateway,
    at: iso(close.at),
    outcome,
    cause,
    title,
    conn: close.conn,
    raw: [...(audit ? [audit.raw] : []), close.raw],
    ...present({
      fix,
      deviceId: said(close.deviceId),
      clientId: said(audit?.client ?? close.client),
      clientMode: said(close.mode),
      origin: said(close.origin),
      remoteAddr: said(close.remoteAddr),
      host: said(close.host),
      scopesFrom: audit?.scopesFrom,
      scopesTo: audit?.scopesTo,
      durationMs: close.durationMs,
    }),
  };
}

/** The rows that a batch of new records adds. `all` is the window, for the audit line of a connection; `now` in ms dates lines without a time. */
export function handshakeRows(gateway: string, fresh: readonly LogRecord[], all: readonly LogRecord[], now: number): HandshakeRow[] {
  const audits = new Map<string, AuditRecord>();
  for (const record of all) if (record.kind === 'audit') audits.set(record.conn, record);
  const rows: HandshakeRow[] = [];
  for (const record of fresh) {
    if (record.kind === 'close') {
      if (!isCanary(record)) rows.push(attemptRow(gateway, record, audits.get(record.conn)));
    } else if (record.kind === 'grant') {
      const silent = record.how === 'silent';
      rows.push({
        id: idOf(record.raw),
        gateway,
        at: iso(record.at),
        outcome: 'admitted',
        cause: silent ? 'silent-grant' : 'operator-grant',
        title: silent ? 'Paired by the gateway, nobody asked' : 'Approved by an operator',
        deviceId: record.deviceId,
        raw: [record.raw],
      });
    } else if (record.kind === 'token') {
      const words = { rotated: 'Token rotated', revoked: 'Token revoked', removed: 'Device removed' };
      rows.push({
        id: idOf(record.raw),
        gateway,
        at: iso(record.at),
        outcome: 'note',
        cause: `token-${record.what}`,
        title: words[record.what],
        deviceId: record.deviceId,
        raw: [record.raw],
      });
    } else if (record.kind === 'warning') {
      const proxy = record.warning === 'proxy-headers';
      rows.push({
        id: idOf(record.raw),
        gateway,
        at: iso(record.at),
        outcome: 'note',
        cause: record.warning,
        title: proxy ? 'Proxy headers from an untrusted address' : 'Non-local Host on a loopback connection',
        fix: 'Set gateway.trustedProxies if a proxy is meant to be there.',
        raw: [record.raw],
      });
    } else if (record.kind === 'audit-other' && record.sort !== 'metadata') {
      const live = record.sort === 'live';
      rows.push({
        id: idOf(record.raw),
        gateway,
        at: iso(record.at),
        outcome: 'note',
        cause: live ? 'live-upgrade' : 'audit-unreadable',
        title: live ? 'Asked for scopes over an open connection' : 'An audit line that cannot be read',
        raw: [record.raw],
        ...present({ deviceId: record.deviceId, scopesTo: record.scopesTo }),
      });
    } else if (record.kind === 'size-cap') {
      rows.push({
        id: idOf(record.raw),
        gateway,
        at: iso(record.at),
        outcome: 'gap',
        cause: 'size-cap',
        title: 'The gateway stopped writing its log: the file is full',
        fix: 'Raise logging.maxFileBytes or move the file away.',
        raw: [record.raw],
      });
    }
  }
  const unread = fresh.filter((r) => r.kind === 'unread');
  if (unread.length > 0) {
    const at = fresh.findLast((r) => r.kind !== 'unread')?.at ?? now;
    rows.push({
      id: idOf(unread.map((u) => u.raw).join('\n') + at),
      gateway,
      at: iso(at),
      outcome: 'gap',
      cause: 'unread-lines',
      title: `${unread.length} line${unread.length === 1 ? '' : 's'} of the log cannot be read`,
      raw: unread.slice(0, 5).map((u) => u.raw),
    });
  }
  return rows;
}

/** A gap of the source as a row of its own. */
export function gapRow(gateway: string, gap: LogGap): HandshakeRow | undefined {
  if (gap.why === 'unread-line' || gap.why === 'size-cap') return undefined;
  const title = {
    limit: 'More was logged than could be read',
    'file-changed': 'The log moved to a new file',
    'file-shrunk': 'The log file shrank',
    'source-failed': 'The log could not be read',
  }[gap.why];
  const at = gap.to === Number.POSITIVE_INFINITY ? gap.from : gap.to;
  return { id: idOf(`${gap.why}${gap.from}${at}`), gateway, at: iso(at), outcome: 'gap', cause: gap.why, title, raw: [] };
}
