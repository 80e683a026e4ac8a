// Log records -> the rows of the handshake log. An attempt is put together from all records of its connection; what carries no
// connection is a row of its own. Works record by record, so that it does not matter in which pieces the log was read.

import { present } from '../present.ts';
import { attemptRow, openEndedRow } from './assemble-attempt.ts';
import { gapRow, idOf, lifeNote, type Note, noteOf, noteRow, type Place } from './assemble-note.ts';
import { timelineOf } from './assemble-timeline.ts';
import type { NewHandshake } from './attempt.ts';
import { factsOf, isOfConnection, marksOf } from './facts.ts';
import type { LogGap } from './log-window.ts';
import type { CloseRecord, GrantRecord, LifeRecord, LogRecord, ParseErrorRecord, UnreadRecord, WarningRecord } from './records.ts';

export type AssemblerContext = {
  gateway: string;
  /** The port that the gateway listens on; undefined while it is not known: then no record counts as another gateway's. */
  port: () => number | undefined;
  hostKeyId: () => string | undefined;
  /** Whether this gateway's list shows a device, or showed it. */
  knows: (deviceId: string) => boolean;
  /** Whether a close record is of a canary that this console sent; nothing that a caller can write may make it so. */
  isCanary: (record: CloseRecord) => boolean;
  /** The gateway's clock now, as far as it was measured, ms. */
  gatewayNow: () => number;
};

export type Assembler = {
  /** The rows that these records complete, in the order of the log. */
  push: (records: readonly LogRecord[]) => NewHandshake[];
  /** The row of a gap in the source, where the lines do not make one themselves. */
  gap: (gap: LogGap) => NewHandshake[];
  /** The rows of what waits for a record that did not come: unread lines at the end, connections without a close record. */
  settle: () => NewHandshake[];
  /** Ports of other gateways that write into this log. */
  otherPorts: () => number[];
  /** When the gateway last said that it starts, its own clock; 0 while it did not. */
  startedAt: () => number;
};

/** Lines further ahead than this are dated when they are read, ms; so is what claims to be older than the gateway itself. */
const AHEAD_MS = 60_000;
const OLDEST_MS = Date.UTC(2020, 0);
/** The order of rows is counted in parts of a millisecond, which reaches until 2039. */
const NEWEST_MS = Date.UTC(2039, 0);
/** A close record may be held back by a hostile peer for 30 s, on top of the handshake's own limit. */
const OPEN_MS = 60_000;
const WARNING_SLACK_MS = 100;
/** How long before a silent grant the wish may stand that it answers, ms. */
const GRANT_MS = 5000;
const KEEP_LOOSE = 500;
const KEEP_CONNECTIONS = 5000;
const KEEP_OF_ONE = 20;
const KEEP_UNREAD = 5;

const timeOf = (record: LogRecord) => (record.kind === 'unread' ? 0 : record.at);

type Open = { at: number; records: LogRecord[] };
type Unread = { first: UnreadRecord; count: number; after: number; raw: string[] };

export function createAssembler(context: AssemblerContext): Assembler {
  const { gateway } = context;
  const open = new Map<string, Open>();
  /** When each connection closed, for a second close of the same one. */
  const closed = new Map<string, number>();
  const foreignPorts = new Set<number>();
  let warnings: WarningRecord[] = [];
  /** Warnings before this time were let go: an attempt that began before it may have had one. */
  let forgotten = 0;
  let parseErrors: ParseErrorRecord[] = [];
  let life: 'started' | 'stopped' | undefined;
  let isReady = false;
  /** A start while the gateway runs: of one that was killed, or of a second process, which writes the same and then finds the port taken. */
  let again: LifeRecord | undefined;
  let unread: Unread | undefined;
  let last = 0;
  let startedAt = 0;

  /** Remembers a port that is not this gateway's: then the file is shared. */
  function isForeign(localPort: number | undefined): boolean {
    const port = context.port();
    if (port === undefined || localPort === undefined || localPort === port) return false;
    foreignPorts.add(localPort);
    return true;
  }

  /** The record's own time, unless it cannot be true. */
  function placeOf(at: number): Place & { at: string } {
    const now = Math.min(context.gatewayNow(), NEWEST_MS);
    if (at >= OLDEST_MS && at <= now + AHEAD_MS) return { at: new Date(at).toISOString() };
    return { at: new Date(now).toISOString(), derived: true };
  }

  const isShared = () => foreignPorts.size > 0;
  const isUnsure = (deviceId: string | undefined) => isShared() && (deviceId === undefined || !context.knows(deviceId));

  function limit<K, V>(map: Map<K, V>, most: number) {
    for (const key of map.keys()) {
      if (map.size <= most) return;
      map.delete(key);
    }
  }

  function closeUnread(): NewHandshake[] {
    if (!unread) return [];
    const { first, count, after, raw } = unread;
    unread = undefined;
    return [
      noteRow({
        gateway,
        id: idOf(`unread ${after} ${first.raw}`),
        place: after > 0 ? { ...placeOf(after), derived: true } : placeOf(Number.NaN),
        note: { outcome: 'gap', step: 'note', facts: { cause: 'unread-lines', suppressed: count } },
        title: `${count} line${count === 1 ? '' : 's'} of the log cannot be read`,
        raw,
        unsure: isShared(),
      }),
    ];
  }

  function noteUnread(record: UnreadRecord) {
    unread ??= { first: record, count: 0, after: last, raw: [] };
    unread.count += 1;
    if (unread.raw.length < KEEP_UNREAD) unread.raw.push(record.raw);
  }

  function close(record: CloseRecord): NewHandshake[] {
    const { conn } = record;
    const known = open.get(conn)?.records ?? [];
    open.delete(conn);
    if (isForeign(record.localPort) || context.isCanary(record)) return [];
    const before = closed.get(conn);
    closed.delete(conn);
    closed.set(conn, before ?? record.at);
    limit(closed, KEEP_CONNECTIONS);
    const from = record.at - (record.durationMs ?? 0) - WARNING_SLACK_MS;
    const within = ({ at }: { at: number }) => at >= from && at <= record.at;
    const garbled = parseErrors.filter((e) => within(e) && isOfConnection(e, conn));
    const others = [...known, ...garbled].sort((a, b) => timeOf(a) - timeOf(b));
    const { at, derived = false } = placeOf(record.at);
    const row = attemptRow({
      gateway,
      id: before === undefined || before === record.at ? `conn-${conn}` : `conn-${conn}-${record.at}`,
      at,
      derived,
      unsure: isShared() && record.localPort === undefined,
      close: record,
      others,
      warnings: warnings.filter(within),
      maybeWarned: from < forgotten,
      hostKeyId: context.hostKeyId(),
    });
    const left = row.evidence.facts.suppressed;
    if (left === undefined || left <= 0) return [row];
    const facts = { ...row.evidence.facts, cause: 'suppressed', suppressed: left };
    const skipped = noteRow({
      gateway,
      id: `${row.id}-suppressed`,
      place: { at, derived: true },
      note: { outcome: 'note', step: 'note', facts },
      title: `${left} refusal${left === 1 ? '' : 's'} before this one left out by the gateway`,
      raw: row.evidence.raw,
    });
    return [skipped, row];
  }

  /** Connections whose close record did not come in time; only a wish or a refused sign-in is worth a row. */
  function overdue(now: number): NewHandshake[] {
    const rows: NewHandshake[] = [];
    for (const [conn, { at, records }] of open) {
      if (at > now - OPEN_MS && open.size <= KEEP_CONNECTIONS) break;
      open.delete(conn);
      const telling = records.filter((r) => r.kind === 'audit' || r.kind === 'audit-other' || r.kind === 'unauthorized');
      if (telling.length === 0) continue;
      const place = placeOf(at);
      rows.push(
        openEndedRow({
          gateway,
          at: place.at,
          derived: place.derived ?? false,
          unsure: isUnsure(factsOf(telling).deviceId),
          conn,
          records: telling,
        }),
      );
    }
    return rows;
  }

  /**
   * The wish that a silent grant answered: then its connection was let in and has no close record. Not provable, since the grant names
   * no connection, but a grant is written within the sign-in that it is for.
   */
  function wishOf(record: GrantRecord): LogRecord[] {
    if (record.how !== 'silent') return [];
    for (const [conn, { records }] of open) {
      const wish = records.find((r) => (r.kind === 'audit' || r.kind === 'audit-other') && r.deviceId === record.deviceId);
      if (wish === undefined || timeOf(wish) < record.at - GRANT_MS) continue;
      open.delete(conn);
      return [wish];
    }
    return [];
  }

  function grant(record: GrantRecord, note: Note): NewHandshake {
    const wish = wishOf(record);
    const row = single(record.at, record.raw, note);
    if (wish.length === 0) return row;
    const { cause, deviceId, ...asked } = factsOf(wish);
    const facts = { ...asked, ...note.facts };
    const { clientId, scopesFrom, scopesTo } = facts;
    const timeline = [...timelineOf(undefined, wish, [], facts), ...row.evidence.timeline];
    const raw = [...wish.flatMap((r) => ('raw' in r ? [r.raw] : [])), record.raw];
    return { ...row, ...present({ clientId, scopesFrom, scopesTo }), evidence: { facts, timeline, raw } };
  }

  function lifeRow(record: LifeRecord): NewHandshake[] {
    const { what } = record;
    const now = what === 'stopping' || what === 'restarting' ? 'stopped' : 'started';
    const begun = what === 'ready' ? again : undefined;
    again = what === 'starting' && isReady ? record : undefined;
    isReady = what === 'ready' || (again !== undefined && isReady);
    if (now === life && begun === undefined) return [];
    life = now;
    const told = begun ?? record;
    // In a shared file it may be the other gateway's, which takes nothing from what this one remembers.
    if (now === 'started' && !(begun && isShared())) startedAt = told.at;
    return [single(told.at, told.raw, lifeNote(now))];
  }

  const single = (at: number, raw: string, note: Note): NewHandshake =>
    noteRow({ gateway, id: idOf(raw), place: placeOf(at), note, raw: [raw], unsure: isUnsure(note.facts.deviceId) });

  /** Keeps what the end of the connection will be told by; a line of another gateway's connection is dropped. */
  function remember(record: Extract<LogRecord, { conn: string | undefined }>) {
    const { conn } = record;
    if (conn === undefined || closed.has(conn) || isForeign(marksOf(record).port)) return;
    const known = open.get(conn);
    if (!known) open.set(conn, { at: record.at, records: [record] });
    else if (known.records.length < KEEP_OF_ONE) known.records.push(record);
  }

  function take(record: LogRecord): NewHandshake[] {
    if (record.kind === 'unread') {
      noteUnread(record);
      return [];
    }
    if (record.kind === 'noise') return [];
    const rows = closeUnread();
    last = record.at;
    rows.push(...overdue(Math.min(record.at, context.gatewayNow())));
    if (record.kind === 'warning') {
      warnings.push(record);
      if (warnings.length > KEEP_LOOSE) {
        warnings = warnings.slice(KEEP_LOOSE / 2);
        forgotten = warnings[0]?.at ?? record.at;
      }
    }
    const note = noteOf(record);
    if (note && record.kind === 'grant') rows.push(grant(record, note));
    else if (note && 'raw' in record) rows.push(single(record.at, record.raw, note));
    else if (record.kind === 'close') rows.push(...close(record));
    else if (record.kind === 'life') rows.push(...lifeRow(record));
    else if (record.kind === 'parse-error') parseErrors = [...parseErrors.slice(-KEEP_LOOSE), record];
    else if (record.kind === 'audit' || record.kind === 'audit-other' || record.kind === 'unauthorized' || record.kind === 'connection')
      remember(record);
    return rows;
  }

  return {
    push: (records) => records.flatMap(take),
    gap(gap) {
      const row = gapRow(gateway, gap, placeOf(gap.from));
      return row ? [row] : [];
    },
    settle: () => [...closeUnread(), ...overdue(context.gatewayNow())],
    otherPorts: () => [...foreignPorts],
    startedAt: () => startedAt,
  };
}
