// One opened log file, read to its end again and again. It knows when what it read is no longer what stands in the file.
// The path is dictated by the gateway, so it is opened without following a link and only as a regular file of the gateway's user.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { createLineSplitter } from './raw-log-lines.ts';

const CHUNK = 256 * 1024;
/** A line names its time, so a few of them are found in one file only. */
const MARK_BYTES = 4096;
const NEWLINE = 10;

export type RawLogFile = {
  /** Whether the file at the path is this one. */
  is: (stat: { dev: number; ino: number }) => boolean;
  /**
   * Reads what was appended, in batches of whole lines. When the file shrank or its bytes were replaced, `onReplaced` is called
   * between what was read before and what is read anew, without what is known to stand in it still. Throws when it cannot be read.
   */
  read: (onLines: (lines: string[]) => void, onReplaced: () => void) => void;
  /** Reads to the end and hands out what stands behind the last line break, too, then closes. */
  finish: (onLines: (lines: string[]) => void, onReplaced: () => void) => void;
  close: () => void;
};

/**
 * Opens a file. Answers why not when it is no regular file of `uid`.
 * @param lastBytes reads only so much of its end, from the first line that begins there
 */
export function openLogFile(
  path: string,
  uid: number,
  lastBytes = Number.POSITIVE_INFINITY,
): (RawLogFile & { fromStart: boolean }) | { refused: string } {
  if (!/\.(log|jsonl?)(\.\d+)?$/.test(basename(path))) return { refused: 'its name is not that of a log file' };
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return {
      refused: error instanceof Error && 'code' in error ? `it cannot be opened (${String(error.code)})` : 'it cannot be opened',
    };
  }
  const opened = fstatSync(fd);
  if (!opened.isFile() || opened.uid !== uid) {
    closeSync(fd);
    return { refused: opened.isFile() ? 'it does not belong to the gateway’s user' : 'it is not a regular file' };
  }
  const { dev, ino } = opened;
  const splitter = createLineSplitter();
  const chunk = Buffer.alloc(CHUNK);
  const fromStart = opened.size <= lastBytes;
  let offset = fromStart ? 0 : opened.size - lastBytes;
  if (!fromStart) splitter.restart(true);
  let size = -1;
  let changedAt = -1;
  /** The first bytes of the file and the last ones before `offset`. */
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);

  function bytesAt(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
  }

  function readOn(onLines: (lines: string[]) => void) {
    for (;;) {
      const count = readSync(fd, chunk, 0, CHUNK, offset);
      if (count === 0) return;
      const fresh = chunk.subarray(0, count);
      if (offset < MARK_BYTES) head = Buffer.concat([head.subarray(0, offset), fresh.subarray(0, MARK_BYTES - offset)]);
      tail = Buffer.from(count >= MARK_BYTES ? fresh.subarray(-MARK_BYTES) : Buffer.concat([tail, fresh]).subarray(-MARK_BYTES));
      offset += count;
      const lines = splitter.push(fresh);
      if (lines.length > 0) onLines(lines);
    }
  }

  /** Whether what stands before `offset` is what was read there. */
  const stands = () => bytesAt(offset - tail.length, tail.length).equals(tail);

  /** Goes to where the bytes that were never read begin: the start, or the end of a file that only lost its own end. */
  function rewind(now: number) {
    const known = head.subarray(0, Math.min(head.length, now));
    const cut = known.includes(NEWLINE) && bytesAt(0, known.length).equals(known);
    offset = cut ? now : 0;
    splitter.restart(cut && bytesAt(now - 1, 1)[0] !== NEWLINE);
    head = cut ? known : Buffer.alloc(0);
    tail = Buffer.alloc(0);
  }

  function read(onLines: (lines: string[]) => void, onReplaced: () => void) {
    const stat = fstatSync(fd);
    if (stat.size === size && stat.mtimeMs === changedAt && size === offset) return;
    size = stat.size;
    changedAt = stat.mtimeMs;
    if (stat.size < offset || !stands()) {
      const rest = splitter.rest();
      if (rest.length > 0) onLines(rest);
      onReplaced();
      rewind(stat.size);
    }
    readOn(onLines);
  }

  return {
    fromStart,
    is: (stat) => stat.dev === dev && stat.ino === ino,
    read,
    finish(onLines, onReplaced) {
      try {
        read(onLines, onReplaced);
        const rest = splitter.rest();
        if (rest.length > 0) onLines(rest);
      } finally {
        closeSync(fd);
      }
    },
    close: () => closeSync(fd),
  };
}
