// The last minutes of a gateway's log in memory, with what is known to be missing from it. Evidence reads only from here.
import { type LogRecord, parseLogLine } from './records.ts';

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
  /** When the newest timed record was written by the gateway's clock, ms. */
  lastAt: () => number;
  /** Called with each batch of new records. */
  onRecords: (listener: (records: readonly LogRecord[]) => void) => () => void;
  onGap: (listener: (gap: LogGap) => void) => () => void;
  /** Resolves with the first record, old or new, that fits; undefined after `ms`. */
  waitFor: <T extends LogRecord>(fits: (record: LogRecord) => record is T, ms: number) => Promise<T | undefined>;
};

const KEEP_MS = 20 * 60_000;
const KEEP_RECORDS = 60_000;

/** An empty window. `now` is the console's clock in ms. */
export function createLogWindow({ now }: { now: () => number }): LogWindow {
  let records: LogRecord[] = [];
  let gaps: LogGap[] = [];
  let coverage = Number.POSITIVE_INFINITY;
  let last = 0;
  let unread = 0;
  let openGap: LogGap | undefined;
  const listeners = new Set<(records: readonly LogRecord[]) => void>();
  const gapListeners = new Set<(gap: LogGap) => void>();

  function addGap(gap: LogGap) {
    gaps.push(gap);
    for (const listener of gapListeners) listener(gap);
  }

  function trim() {
    const oldest = now() - KEEP_MS;
    gaps = gaps.filter((g) => g.to >= oldest);
    if (records.length <= KEEP_RECORDS && (records[0]?.kind === 'unread' || (records[0] && 'at' in records[0] && records[0].at >= oldest)))
      return;
    const kept = records.filter((r) => r.kind === 'unread' || r.at >= oldest);
    if (kept.length > KEEP_RECORDS) {
      const cut = kept.splice(0, kept.length - KEEP_RECORDS);
      const lastCut = cut.findLast((r) => r.kind !== 'unread');
      if (lastCut) coverage = Math.max(coverage, lastCut.at);
    }
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
          if (!openGap) {
            openGap = { from: last, to: Number.POSITIVE_INFINITY, why: 'unread-line' };
            addGap(openGap);
          }
          fresh.push(record);
          continue;
        }
        last = Math.max(last, record.at);
        if (openGap) {
          openGap.to = record.at;
          openGap = undefined;
        }
        if (record.kind === 'size-cap') addGap({ from: record.at, to: Number.POSITIVE_INFINITY, why: 'size-cap' });
        if (record.kind !== 'noise') fresh.push(record);
      }
      if (fresh.length === 0) return;
      records.push(...fresh);
      trim();
      for (const listener of [...listeners]) listener(fresh);
    },
    gap(why, from) {
      // A new file ends what a size cap stopped.
      if (why === 'file-changed') for (const g of gaps) if (g.why === 'size-cap') g.to = Math.min(g.to, now());
      addGap({ from: from ?? last, to: now(), why });
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
