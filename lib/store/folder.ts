// The data folder holds keys and the record: only its owner may read it, from the first byte on.
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../problem.ts';
import { systemCode } from './failures.ts';

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
  ENAMETOOLONG: 'the path is too long',
};

/** Problem('data-folder-unusable') for a failure of the file system, naming the folder and the reason. */
export function folderUnusable(folder: string, error: unknown): Problem {
  const code = systemCode(error);
  const why = (code && REASONS[code]) ?? code ?? 'unknown reason';
  return new Problem('data-folder-unusable', `The data folder ${folder} cannot be used: ${why}.`, { folder });
}

/**
 * Makes the folder ready: there, a directory, mode 0700 and writable.
 * Throws Problem('data-folder-unusable') where that cannot be had.
 */
export function preparePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = statSync(folder);
    if (!found.isDirectory())
      throw new Problem('data-folder-unusable', `The data folder ${folder} cannot be used: it is a file.`, { folder });
    if ((found.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
    const probe = join(folder, '.probe');
    closeSync(openSync(probe, 'w', 0o600));
    unlinkSync(probe);
  } catch (error) {
    throw error instanceof Problem ? error : folderUnusable(folder, error);
  }
}

/** Makes sure that a file is there with mode 0600. SQLite gives its WAL and index the same mode as the database. */
export function ensurePrivateFile(path: string): void {
  const handle = openSync(path, 'a', 0o600);
  try {
    fchmodSync(handle, 0o600);
  } finally {
    closeSync(handle);
  }
}

/** Makes names that were just given in a folder survive a power cut, where the system can do that. */
export function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // Not every file system lets a folder be synced; its names then follow within seconds.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Root that writes for a service leaves the file to the service's user. */
function keepOwner(handle: number, path: string): void {
  const before = process.getuid?.() === 0 ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (before) fchownSync(handle, before.uid, before.gid);
}

/** Writes a small file with mode 0600, under its old owner, so that a reader sees the old text or the new, never half of one, also after a power cut. */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    fchmodSync(handle, 0o600);
    keepOwner(handle, path);
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}
