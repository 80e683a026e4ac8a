// One process per data folder. The lock is an open SQLite transaction: the kernel drops it with the process,
// so a console that was killed never leaves the folder locked, and no stale pid file has to be judged.
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import { sqliteCode } from './failures.ts';
import { ensurePrivateFile, folderUnusable, writePrivateFile } from './folder.ts';
import { holdersOf } from './holders.ts';

const LOCK_FILE = 'lock.db';
const RUNNING_FILE = 'running.json';
// Long enough for another console's start-up probe to pass, short enough that a second start answers at once.
const LOCK_WAIT_MS = 250;
const SQLITE_BUSY = 5;

const runningShape = z.object({
  pid: z.number().int(),
  startedAt: z.string(),
  port: z.number().int().optional(),
  url: z.string().optional(),
});

/** What the holder of a data folder says about itself, for people and for the `link` command. */
export type Running = z.infer<typeof runningShape>;

/** Reads who holds the folder. Undefined when nobody wrote it down or it cannot be read; it may be out of date. */
export function readRunning(folder: string): Running | undefined {
  try {
    const parsed = runningShape.safeParse(JSON.parse(readFileSync(join(folder, RUNNING_FILE), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export type FolderLock = {
  /** Writes down where the console listens. */
  announce: (where: { port: number; url: string }) => void;
  /** Gives the folder free. */
  dispose: () => void;
};

function openLock(folder: string): DatabaseSync {
  const file = join(folder, LOCK_FILE);
  let db: DatabaseSync | undefined;
  try {
    ensurePrivateFile(file);
    db = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db?.close();
    const code = sqliteCode(error);
    if (code === SQLITE_BUSY) {
      const holder = readRunning(folder);
      const [seen] = holdersOf([file]);
      const who = holder ? `Process ${holder.pid}` : seen ? `${seen[0]?.toUpperCase()}${seen.slice(1)}` : 'Another process';
      throw new Problem('data-folder-locked', `${who} uses the data folder ${folder}.`, {
        folder,
        ...(holder ? { pid: holder.pid } : {}),
        ...(holder?.url ? { url: holder.url } : {}),
      });
    }
    if (code !== undefined)
      throw new Problem('data-folder-unusable', `The lock file in ${folder} cannot be used.`, { folder, sqlite: code });
    throw folderUnusable(folder, error);
  }
}

/**
 * Takes the folder for this process, for as long as it lives. The folder must exist.
 * Throws Problem('data-folder-locked') naming the holder's pid and the folder, or Problem('data-folder-unusable').
 */
export function lockFolder(folder: string, clock: Clock): FolderLock {
  const db = openLock(folder);
  const running: Running = { pid: process.pid, startedAt: isoOf(clock.nowMs()) };
  const write = (content: Running) => {
    try {
      writePrivateFile(join(folder, RUNNING_FILE), `${JSON.stringify(content)}\n`);
    } catch (error) {
      throw folderUnusable(folder, error);
    }
  };
  try {
    write(running);
  } catch (error) {
    db.close();
    throw error;
  }
  let open = true;
  return {
    announce: (where) => write({ ...running, ...where }),
    dispose: () => {
      if (!open) return;
      open = false;
      try {
        unlinkSync(join(folder, RUNNING_FILE));
      } catch {
        // Whoever removed it already did this for us.
      }
      db.close();
    },
  };
}
