// Reads the gateway's log file itself, on the gateway's host only: `logs.tail` redacts, and a caller can steer what it redacts.
// Whatever becomes of the file (rotated, cut, deleted, made again, gone for a while), a line is read or there is a gap.
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LogWindow } from './log-window.ts';
import { openLogFile, type RawLogFile } from './raw-log-file.ts';

const FIRST_READ_BYTES = 8 * 1024 * 1024;
const RECENT_MS = 60 * 60_000;

export type RawLog = {
  /** Reads what was appended. Cheap when nothing was. Never throws: a failure is a gap. */
  poll: () => void;
  /** Why it is not being read at present; undefined while it is. It is tried again with each look. */
  problem: () => string | undefined;
  file: string;
  dispose: () => void;
};

export type RawLogRefusal = { refused: string };

const failureOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? `it cannot be read (${String(error.code)})` : 'it cannot be read';
const statOf = (path: string) => statSync(path, { throwIfNoEntry: false });

/**
 * Opens the log file and reads its recent end. Answers why not when the file is no regular file of `uid`.
 * @param uid the user that the gateway's listener belongs to
 */
export function openRawLog({
  file,
  uid,
  window,
  now,
}: {
  file: string;
  uid: number;
  window: LogWindow;
  now: () => number;
}): RawLog | RawLogRefusal {
  const folder = dirname(file);
  const push = (lines: string[]) => window.push(lines);
  const shrunk = () => window.gap('file-shrunk');
  let disposed = false;
  let current: RawLogFile | undefined;
  let missing = false;
  let problem: string | undefined;
  let watcher: FSWatcher | undefined;
  let watched: number | undefined;

  /** Whether an older log of the same family ended recently, so that this file's start is not the whole story. */
  function hasRecentPredecessor(): boolean {
    try {
      const family = basename(file).replace(/\d{4}-\d{2}-\d{2}.*$/, '');
      return readdirSync(folder).some((name) => {
        if (name === basename(file) || !(name.startsWith(`${basename(file)}.`) || (family !== basename(file) && name.startsWith(family))))
          return false;
        return statSync(join(folder, name)).mtimeMs > now() - RECENT_MS;
      });
    } catch {
      return true;
    }
  }

  /** A folder that was deleted and made again is another one, of which the old watcher never hears. */
  function watchFolder() {
    const there = statOf(folder)?.ino;
    if (there === watched) return;
    watcher?.close();
    watcher = undefined;
    watched = there;
    if (there === undefined) return;
    try {
      watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file)) poll();
      });
      watcher.on('error', () => watcher?.close());
    } catch {
      watcher = undefined;
    }
  }

  function look() {
    current?.read(push, shrunk);
    const there = statOf(file);
    if (there && current?.is(there)) {
      missing = false;
      problem = undefined;
      return;
    }
    watchFolder();
    if (!there) {
      // Its writer may hold it open still, so it is read on until another one stands in its place.
      if (!missing) window.gap('file-changed');
      missing = true;
      return;
    }
    const last = current;
    current = undefined;
    missing = false;
    try {
      last?.finish(push, shrunk);
    } finally {
      window.gap('file-changed');
    }
    const next = openLogFile(file, uid);
    if ('refused' in next) {
      problem = next.refused;
      return;
    }
    problem = undefined;
    current = next;
    current.read(push, shrunk);
  }

  function poll() {
    if (disposed) return;
    try {
      look();
    } catch (error) {
      problem = failureOf(error);
      window.gap('source-failed');
    }
  }

  const first = openLogFile(file, uid, FIRST_READ_BYTES);
  if ('refused' in first) return first;
  current = first;
  const before = window.records().length;
  try {
    current.read(push, shrunk);
  } catch (error) {
    problem = failureOf(error);
    window.gap('source-failed');
  }
  const oldest = window
    .records()
    .slice(before)
    .find((r) => r.kind !== 'unread');
  window.setCoverage(first.fromStart && !hasRecentPredecessor() ? 0 : oldest ? oldest.at : now());
  watchFolder();

  return {
    poll,
    problem: () => problem,
    file,
    dispose() {
      // Its number may be anybody's once it is closed.
      if (disposed) return;
      disposed = true;
      watcher?.close();
      try {
        current?.close();
      } catch {
        // Already closed: nothing is left to free.
      }
    },
  };
}
