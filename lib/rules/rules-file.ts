// Reads the rules file from the disk, and only one that nobody but its keeper could have written: it decides who gets admin.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type Owner, octal, trusted, WRITABLE_BY_OTHERS, walkPath } from './rules-file-path.ts';
import { formatOf, MAX_FILE_BYTES } from './rules-text.ts';

export type { Owner };

/** `text`: read, with the owners of everything that stands for what it says. `refused`: in words, what is wrong and what mends it. */
export type FileReading = { kind: 'text'; text: string; owners: Owner[] } | { kind: 'refused'; message: string };

const refused = (message: string): FileReading => ({ kind: 'refused', message });
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/** Reads at most one byte more than is allowed, so that a file which grows meanwhile is noticed. */
function readBounded(fd: number): Buffer {
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
  let size = 0;
  while (size < buffer.length) {
    const read = readSync(fd, buffer, size, buffer.length - size, null);
    if (read === 0) break;
    size += read;
  }
  return buffer.subarray(0, size);
}

/**
 * Reads the file at a path. Links are followed, as config maps need them; the file, each link and each folder on the way must belong to
 * root or to this user, and nobody else may be able to write or replace any of them. What was checked is what is read: a file that was
 * put there in between is refused, until the next look. Never throws.
 */
export function readRulesFile(path: string, me: number = process.getuid?.() ?? 0, walkTo: typeof walkPath = walkPath): FileReading {
  let fd: number | undefined;
  try {
    const walk = walkTo(path, me);
    if ('fault' in walk) return refused(walk.fault);
    const { end } = walk;
    if (!end.stat.isFile()) return refused('it is no regular file');
    // A pipe would block until somebody writes to it, and the end of the walk is no link.
    fd = openSync(end.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(fd);
    if (stat.dev !== end.stat.dev || stat.ino !== end.stat.ino)
      return refused('another file was put in its place while it was read; it is looked at again');
    if (!trusted(stat, me)) return refused('it belongs to another user; let it belong to the user of this console, or to root');
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0)
      return refused(`other users may write to it (mode ${octal(stat.mode)}); set its mode to 0644 or 0600`);
    const owners: Owner[] = [{ uid: stat.uid, mode: stat.mode }, ...walk.owners];
    const bytes = readBounded(fd);
    if (bytes.length > MAX_FILE_BYTES) return refused(`it is larger than ${MAX_FILE_BYTES / 1024} KiB`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // JSON says itself where it ends; of YAML the first half is often valid, and a rule that lost its conditions gives more.
    if (formatOf(path) === 'yaml' && text !== '' && !text.endsWith('\n'))
      return refused('its last line has no line break at its end, so the text may be cut off; end the last line with one');
    return { kind: 'text', text, owners };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return refused('it is not there');
    if (code === 'EACCES' || code === 'EPERM') return refused('this user may not read it');
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return refused('it is not UTF-8 text');
    return refused(`it cannot be read (${code})`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
