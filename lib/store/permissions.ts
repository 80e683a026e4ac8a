// What others may read of the data folder is tightened before anything is opened, and told: somebody may have read it until now.
import { chmodSync, type Dirent, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from './failures.ts';

/** The state of the practice gateway: made up, and written by another program. The folder above it is closed. */
const PRACTICE_STATE = 'gateway';
const MAX_DEPTH = 4;
const MAX_ENTRIES = 5_000;
const SHOWN = 5;
const OTHERS = 0o077;
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

type Entry = { path: string; isFolder: boolean };

/** The folder and what is in it, without following links out of it. */
function entriesOf(folder: string): Entry[] {
  const found: Entry[] = [{ path: folder, isFolder: true }];
  const walk = (place: string, depth: number) => {
    let entries: Dirent[];
    try {
      entries = readdirSync(place, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      if (found.length >= MAX_ENTRIES) return;
      const path = join(place, entry.name);
      if ((!entry.isFile() && !entry.isDirectory()) || entry.name === PRACTICE_STATE) continue;
      found.push({ path, isFolder: entry.isDirectory() });
      if (entry.isDirectory() && depth < MAX_DEPTH) walk(path, depth + 1);
    }
  };
  walk(folder, 1);
  return found;
}

const named = (paths: readonly string[]) =>
  paths.length <= SHOWN ? paths.join(', ') : `${paths.slice(0, SHOWN).join(', ')} and ${paths.length - SHOWN} more`;

/**
 * Takes every right of other users from the data folder and all in it, where this user owns it. Answers lines for a person: what was
 * tightened, what could not be, and whether others can put another folder in its place. Nothing for a folder that is not there yet.
 */
export function tightenFolder(folder: string): string[] {
  const uid = process.getuid?.();
  if (uid === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const tightened: string[] = [];
  const foreign: string[] = [];
  for (const { path, isFolder } of entriesOf(folder)) {
    try {
      const { mode, uid: owner } = isFolder ? statSync(path) : lstatSync(path);
      if (owner !== uid) {
        foreign.push(path);
        continue;
      }
      if ((mode & OTHERS) === 0) continue;
      chmodSync(path, mode & 0o700);
      tightened.push(path);
    } catch (error) {
      // It went in the meantime, or the file system knows no modes.
      if (systemCode(error) !== 'ENOENT') foreign.push(path);
    }
  }
  const parent = statSync(dirname(folder), { throwIfNoEntry: false })?.mode ?? 0;
  const replaceable = (parent & WRITABLE_BY_OTHERS) !== 0 && (parent & STICKY) === 0;
  return [
    ...(tightened.length > 0
      ? [`Other users had rights on ${named(tightened)}; they were taken away. Until now they may have read it.`]
      : []),
    ...(foreign.length > 0 ? [`In the data folder, ${named(foreign)} belongs to another user and was left as it is.`] : []),
    ...(replaceable ? [`Other users can write in ${dirname(folder)}, so they can put another data folder in the place of this one.`] : []),
  ];
}
