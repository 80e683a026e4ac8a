// Reads the gateway's log file itself, on the gateway's host only: `logs.tail` redacts, and a caller can steer what it redacts.
// The path is dictated by the gateway, so it is opened without following a link and only as a regular file of the gateway's user.
import { closeSync, constants, existsSync, type FSWatcher, fstatSync, openSync, readdirSync, readSync, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LogWindow } from './log-window.ts';

const FIRST_READ_BYTES = 8 * 1024 * 1024;
const CHUNK = 256 * 1024;
const MAX_PARTIAL = 1024 * 1024;
const RECENT_MS = 60 * 60_000;

export type RawLog = {
  /** Reads what was appended. Cheap when nothing was. Never throws: a failure is a gap. */
  poll: () => void;
  file: string;
  dispose: () => void;
};

export type RawLogRefusal = { refused: string };

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
  let fd = -1;
  let offset = 0;
  let inode = 0;
  let disposed = false;
  let partial: Buffer = Buffer.alloc(0);
  let skipping = false;
  let head = '?';
  const chunk = Buffer.alloc(CHUNK);

  function openFile(): string | undefined {
    if (!/\.(log|jsonl?)(\.\d+)?$/.test(basename(file))) return 'its name is not that of a log file';
    try {
      fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      return error instanceof Error && 'code' in error ? `it cannot be opened (${String(error.code)})` : 'it cannot be opened';
    }
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.uid !== uid) {
      closeSync(fd);
      return stat.isFile() ? 'it does not belong to the gateway’s user' : 'it is not a regular file';
    }
    inode = stat.ino;
    offset = 0;
    partial = Buffer.alloc(0);
    skipping = false;
    return undefined;
  }

  /** Whether an older log of the same family ended recently, so that this file's start is not the whole story. */
  function hasRecentPredecessor(): boolean {
    try {
      const folder = dirname(file);
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

  function readOn() {
    const lines: string[] = [];
    for (;;) {
      const count = readSync(fd, chunk, 0, CHUNK, offset);
      if (count === 0) break;
      offset += count;
      let start = 0;
      for (let i = chunk.indexOf(10, 0); i !== -1 && i < count; i = chunk.indexOf(10, start)) {
        if (skipping) {
          skipping = false;
          lines.push(head);
        } else {
          lines.push(Buffer.concat([partial, chunk.subarray(start, i)]).toString('utf8'));
        }
        partial = Buffer.alloc(0);
        start = i + 1;
      }
      if (!skipping) partial = Buffer.concat([partial, chunk.subarray(start, count)]);
      if (partial.length > MAX_PARTIAL) {
        // What is too long to keep is known by how it begins.
        head = partial.subarray(0, 200).toString('utf8');
        partial = Buffer.alloc(0);
        skipping = true;
      }
    }
    window.push(lines);
  }

  const refused = openFile();
  if (refused) return { refused };
  const size = fstatSync(fd).size;
  let whole = true;
  if (size > FIRST_READ_BYTES) {
    offset = size - FIRST_READ_BYTES;
    skipping = true;
    whole = false;
  }
  const before = window.records().length;
  readOn();
  const first = window
    .records()
    .slice(before)
    .find((r) => r.kind !== 'unread');
  const firstAt = first ? first.at : now();
  window.setCoverage(whole && !hasRecentPredecessor() ? 0 : firstAt);

  function poll() {
    if (disposed) return;
    try {
      readOn();
      const stat = fstatSync(fd);
      if (stat.size < offset) {
        window.gap('file-shrunk');
        offset = 0;
        partial = Buffer.alloc(0);
        readOn();
      }
      const there = existsSync(file) ? statSync(file).ino : 0;
      if (there !== inode) {
        readOn();
        closeSync(fd);
        window.gap('file-changed');
        const why = openFile();
        if (why) {
          inode = -1;
          fd = openSync('/dev/null', constants.O_RDONLY);
          return;
        }
        readOn();
      }
    } catch {
      window.gap('source-failed');
    }
  }

  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(file)) poll();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }

  return {
    poll,
    file,
    dispose() {
      // Its number may be anybody's once it is closed.
      if (disposed) return;
      disposed = true;
      watcher?.close();
      try {
        closeSync(fd);
      } catch {
        // Already closed: nothing is left to free.
      }
    },
  };
}
