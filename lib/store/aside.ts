// What cannot be used any more is moved aside under a name that says when, and never deleted.
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { isoOf } from '../clock.ts';
import { syncFolder } from './folder.ts';

/** A time as part of a file name. */
export const stampOf = (ms: number): string =>
  isoOf(ms)
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');

// The log of a database goes before the database: left alone it would be replayed into the next file of that name.
const PARTS = ['-wal', '-shm', ''] as const;

/**
 * Moves a database and what belongs to it aside, as NAME.WORD-TIME. Answers the path of the database as it is now, or undefined when no
 * part of it was there. Throws what the file system throws.
 */
export function moveAside(folder: string, name: string, word: 'damaged' | 'replaced', nowMs: number): string | undefined {
  const base = `${name}.${word}-${stampOf(nowMs)}`;
  let target = base;
  for (let n = 2; PARTS.some((part) => existsSync(join(folder, target + part))); n++) target = `${base}-${n}`;
  const found = PARTS.filter((part) => existsSync(join(folder, name + part)));
  for (const part of found) renameSync(join(folder, name + part), join(folder, target + part));
  if (found.length === 0) return undefined;
  syncFolder(folder);
  return join(folder, target);
}
