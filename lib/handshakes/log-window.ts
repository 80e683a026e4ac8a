// The last minutes of a gateway's log in memory, with what is known to be missing from it. Evidence reads only from here.
import { type LogRecord, parseLogLine, type UnreadRecord } from './records.ts';

export type LogGap = {
  from: number;
  to: number;
  why: 'unread-line' | 'limit' | 'file-changed' | 'file-shrunk' | 'size-cap' | 'source-failed';
};

export type LogWindow = {
  /** Records in file order, oldest first; noise left out. */
  records: () => readonly LogRecord[];
  gaps: () => readonly LogGap[];
  /** From when on the log is known whole, ms; +Infinity before the first reading. */
  coverageFrom: () => number;
  setCoverage: (from: number) => void;
  push: (lines: readonly string[]) => void;
  gap: (why: LogGap['why'], from?: number) => void;
  /** Lines that could not be read, since the start. */
  unreadCount: () => number;
  /** The gateway's clock at its newest record, ms. A time an hour off counts from the second record on that bears it out. */
  lastAt: () => number;
  /** Called with each batch of new records. */
  onRecords: (listener: (records: readonly LogRecord[]) => void) => () => void;
  onGap: (listener: (gap: LogGap) => void) => () => void;
  /** Resolves with the first record, old or new, that fits; undefined after `ms`. */
  waitFor: <T extends LogRecord>(fits: (record: LogRecord) => record is T, ms: number) => Promise<T | undefined>;
};

const KEEP_MS = 20 * 60_000;
const KEEP_RECORDS = 30_000;
/** The window is cut in slices, not at every line. */
const SLICE_MS = 60_000;
const SLICE_RECORDS = 5_000;
/** One line with a time further off than this must not make the window forget, or end a gap. */
const JUMP_MS = 60 * 60_000;

/** An empty window. All its times are the gateway’s clock, in ms. */
export function createLogWindow(): LogWindow {
  let records: LogRecord[] = [];
  let gaps: LogGap[] = [];
  let coverage = Number.POSITIVE_INFINITY;
  let last = 0;
  let unread = 0;
  /** A time far from `last` that no second record has borne out yet. */
  let odd: number | undefined;
  /** Gaps that last until the next record with a time. */
  let pausing: LogGap[] = [];
  const listeners = new Set<(records: readonly LogRecord[]) => void>();
  const gapListeners = new Set<(gap: LogGap) => void>();

  function addGap(gap: LogGap) {
    gaps.push(gap);
    for (const listener of gapListeners) listener(gap);
  }

  /** Follows the gateway's clock. Answers whether the time is believed. */
  function follow(at: number): boolean {
    const isNear = last === 0 || Math.abs(at - last) <= JUMP_MS;
    const isBorneOut = odd !== undefined && Math.abs(at - odd) <= JUMP_MS;
    if (!isNear && !isBorneOut) {
      odd = at;
      return false;
    }
    last = isNear ? Math.max(last, at) : at;
    if (isNear || isBorneOut) odd = undefined;
    return true;
  }

  /** Forgets by the gateway's own clock, and never forgets that it forgot. */
  function trim() {
    const oldest = last - KEEP_MS;
    if (gaps.length > 0) gaps = gaps.filter((g) => g.to >= oldest);
    const first = records.find((r) => r.kind !== 'unread');
    const tooMany = records.length > KEEP_RECORDS + SLICE_RECORDS;
    if (!tooMany && (!first || first.at >= oldest - SLICE_MS)) return;
    // In a burst the old ones are counted off, without a look at each of those that stay.
    const kept = tooMany ? records.slice(-KEEP_RECORDS) : records.filter((r) => r.kind === 'unread' || r.at >= oldest);
    const next = kept.find((r): r is Exclude<LogRecord, UnreadRecord> => r.kind !== 'unread' && r.at <= last + JUMP_MS);
    coverage = Math.max(coverage, next ? next.at : last);
    records = kept;
  }

  return {
    records: () => records,
    gaps: () => gaps,
    coverageFrom: () => coverage,
    setCoverage: (from) => {
      coverage = from;
    },
    unreadCount: () => unread,
    lastAt: () => last,
    push(lines) {
      const fresh: LogRecord[] = [];
      for (const raw of lines) {
        if (raw.trim() === '') continue;
        const record = parseLogLine(raw);
        if (record.kind === 'unread') {
          unread += 1;
          if (!pausing.some((g) => g.why === 'unread-line')) {
            const gap: LogGap = { from: last, to: Number.POSITIVE_INFINITY, why: 'unread-line' };
            pausing.push(gap);
            addGap(gap);
          }
          fresh.push(record);
          continue;
        }
        if (follow(record.at)) {
          for (const gap of pausing) gap.to = record.at;
          pausing = [];
        }
        if (record.kind === 'size-cap') addGap({ from: record.at, to: Number.POSITIVE_INFINITY, why: 'size-cap' });
        if (record.kind !== 'noise') fresh.push(record);
      }
      if (fresh.length === 0) return;
      for (const record of fresh) records.push(record);
      trim();
      for (const listener of [...listeners]) listener(fresh);
    },
    gap(why, from) {
      // A new file ends what a size cap stopped.
      if (why === 'file-changed') for (const g of gaps) if (g.why === 'size-cap') pausing.push(g);
      if (pausing.some((g) => g.why === why)) return;
      // Over when the log goes on: the gateway's clock may be off against ours.
      const gap: LogGap = { from: from ?? last, to: Number.POSITIVE_INFINITY, why };
      pausing.push(gap);
      addGap(gap);
    },
    onRecords(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    waitFor(fits, ms) {
      const found = records.findLast(fits);
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => {
        const stop = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        const timer = setTimeout(() => {
          stop();
          resolve(undefined);
        }, ms);
        const look = (fresh: readonly LogRecord[]) => {
          const hit = fresh.find(fits);
          if (!hit) return;
          stop();
          resolve(hit);
        };
        listeners.add(look);
      });
    },
  };
}
