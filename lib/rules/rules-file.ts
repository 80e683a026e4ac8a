// Reads the rules file from the disk, and only one that nobody but its keeper could have written: it decides who gets admin.
import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MAX_FILE_BYTES } from './rules-text.ts';

/** Whose a file or folder is. */
export type Owner = { uid: number; mode: number };

/** `text`: read, with the owners of everything that stands for what it says. `refused`: in words, what is wrong and what mends it. */
export type FileReading = { kind: 'text'; text: string; owners: Owner[] } | { kind: 'refused'; message: string };

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

const refused = (message: string): FileReading => ({ kind: 'refused', message });
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** A folder on a file system that nobody can write to, such as a mounted config map, whatever its mode says. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return codeOf(error) === 'EROFS';
  }
}

function trusted(stat: Stats, me: number): boolean {
  return stat.uid === 0 || stat.uid === me;
}

/** Why another user could put a file in the place of this one; undefined when nobody can. */
function folderFault(folder: string, me: number): { fault: string } | { owner?: Owner } {
  const stat = statSync(folder);
  if (isReadOnly(folder)) return {};
  if (!trusted(stat, me)) return { fault: `its folder ${folder} belongs to another user, who could replace it` };
  if ((stat.mode & WRITABLE_BY_OTHERS) !== 0 && (stat.mode & STICKY) === 0)
    return { fault: `other users may write to its folder ${folder} (mode ${octal(stat.mode)}), and so replace it; take that from them` };
  // With the sticky bit others may add files there, and replace none that is not theirs.
  return { owner: { uid: stat.uid, mode: stat.mode & ~WRITABLE_BY_OTHERS } };
}

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
 * Reads the file at a path. Links are followed, as config maps need them, but each must belong to root or to this user, like the file
 * itself and the folders of both; nobody else may be able to write any of them. What is checked is what is read: the file is opened first.
 * Never throws.
 */
export function readRulesFile(path: string, me: number = process.getuid?.() ?? 0): FileReading {
  let fd: number | undefined;
  try {
    const link = lstatSync(path);
    if (link.isSymbolicLink() && !trusted(link, me)) return refused('it is a link that belongs to another user');
    // A pipe would block until somebody writes to it.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return refused('it is no regular file');
    if (!trusted(stat, me)) return refused('it belongs to another user; let it belong to the user of this console, or to root');
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0)
      return refused(`other users may write to it (mode ${octal(stat.mode)}); set its mode to 0644 or 0600`);
    const owners: Owner[] = [{ uid: stat.uid, mode: stat.mode }];
    for (const folder of new Set([dirname(path), dirname(realpathSync(path))])) {
      const found = folderFault(folder, me);
      if ('fault' in found) return refused(found.fault);
      if (found.owner) owners.push(found.owner);
    }
    const bytes = readBounded(fd);
    if (bytes.length > MAX_FILE_BYTES) return refused(`it is larger than ${MAX_FILE_BYTES / 1024} KiB`);
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), owners };
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
