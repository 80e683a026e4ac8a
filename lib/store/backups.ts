// The copies of the record that the console keeps by itself: where they lie, how they are called, and which one is good.
import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import { stampOf } from './aside.ts';
import { checkRecord, type RecordFacts } from './check.ts';
import { systemCode } from './failures.ts';
import { syncFolder } from './folder.ts';

export const RECORD_FILE = 'gatehouse.db';
const NAME = /^gatehouse-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)Z\.db$/;
const DRAFT = /^gatehouse-[\dTZ-]+\.db\.draft(-\w+)?$/;
/** How many daily copies stay. */
export const KEPT = 14;
/** What must be free beside the copy itself, so that a backup is never what fills the disk. */
const SPARE_BYTES = 256 * 1024 ** 2;

export type Backup = { file: string; atMs: number; bytes: number };

export const backupFolder = (folder: string): string => join(folder, 'backups');

/** The backups of a data folder, newest first; other files in there are left alone. */
export function listBackups(folder: string): Backup[] {
  const place = backupFolder(folder);
  let names: string[];
  try {
    names = readdirSync(place);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const found = NAME.exec(name);
      const size = statSync(join(place, name), { throwIfNoEntry: false })?.size;
      if (!found || size === undefined) return [];
      return [{ file: join(place, name), atMs: Date.parse(`${found[1]}${found[2]}:${found[3]}:${found[4]}Z`), bytes: size }];
    })
    .sort((a, b) => b.atMs - a.atMs);
}

/** A private copy of a database with the log that lies beside it, for looking at it without touching the original. */
export function copyDatabase(from: string, to: string): void {
  rmSync(to, { force: true });
  rmSync(`${to}-wal`, { force: true });
  closeSync(openSync(to, 'wx', 0o600));
  copyFileSync(from, to);
  if (statSync(`${from}-wal`, { throwIfNoEntry: false })?.size) {
    closeSync(openSync(`${to}-wal`, 'wx', 0o600));
    copyFileSync(`${from}-wal`, `${to}-wal`);
  }
}

/** Removes a database that is nobody's record, with its log and index. */
export function removeDatabase(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true });
}

/**
 * Looks at a file as at a record, by a copy in the data folder that `take` may keep. Throws Problem('backup-unusable') when it is not a
 * whole one of this or an earlier version, or cannot be read or copied.
 */
export function withChecked<T>(folder: string, file: string, take: (copy: string, facts: RecordFacts) => T): T {
  const copy = join(folder, `checked-${process.pid}.draft`);
  try {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      throw new Problem('backup-unusable', `${file} is not a file that can be read.`);
    copyDatabase(file, copy);
    return take(copy, checkRecord(copy, file));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('backup-unusable', `${file} cannot be used (${systemCode(error) ?? 'unknown reason'}).`);
  } finally {
    removeDatabase(copy);
  }
}

/** The newest backup that is whole, read through, or undefined. */
export function newestGood(folder: string): Backup | undefined {
  return listBackups(folder).find(({ file }) => {
    try {
      return withChecked(folder, file, () => true);
    } catch {
      return false;
    }
  });
}

function requireRoom(source: string, place: string, spareBytes: number): void {
  const { bavail, bsize } = statfsSync(place);
  const size = statSync(source).size + (statSync(`${source}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  if (bavail * bsize < size + spareBytes)
    throw new Problem('backup-unusable', `There is too little room in ${place} for a backup: the disk is nearly full.`);
}

/**
 * Writes a copy of the record as it is at this moment, beside a console that goes on working, with mode 0600, read through before it gets
 * its name. The target must not exist. Blocks until it is done. Throws Problem('backup-unusable').
 */
export function writeBackup(source: string, target: string, spareBytes = SPARE_BYTES): void {
  const draft = `${target}.draft`;
  let db: DatabaseSync | undefined;
  try {
    if (!statSync(source, { throwIfNoEntry: false })?.isFile()) throw new Problem('backup-unusable', `There is no record at ${source}.`);
    if (statSync(target, { throwIfNoEntry: false }))
      throw new Problem('backup-unusable', `${target} is there already; nothing was written.`);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    requireRoom(source, dirname(target), spareBytes);
    removeDatabase(draft);
    closeSync(openSync(draft, 'wx', 0o600));
    db = new DatabaseSync(source, { timeout: 10_000 });
    db.prepare('VACUUM INTO ?').run(draft);
    checkRecord(draft, basename(target));
    const handle = openSync(draft, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(draft, target);
    syncFolder(dirname(target));
  } catch (error) {
    removeDatabase(draft);
    if (error instanceof Problem) throw error;
    const why =
      systemCode(error) === 'ERR_SQLITE_ERROR' && error instanceof Error ? error.message : (systemCode(error) ?? 'unknown reason');
    throw new Problem('backup-unusable', `The backup ${target} could not be written (${why}).`);
  } finally {
    db?.close();
  }
}

/** Where the backup of this moment goes. */
export const backupName = (folder: string, nowMs: number): string => join(backupFolder(folder), `gatehouse-${stampOf(nowMs)}.db`);

/**
 * Removes drafts and the oldest backups: of the newest days the last one each is kept, and all of the newest day, so that many made by
 * hand do not push the daily ones out.
 */
export function pruneBackups(folder: string, kept = KEPT): void {
  const dayOf = ({ atMs }: Backup) => isoOf(atMs).slice(0, 10);
  const all = listBackups(folder);
  const days = [...new Set(all.map(dayOf))].slice(0, kept);
  const lasting = new Set(days.map((day) => all.find((backup) => dayOf(backup) === day)));
  const today = all.filter((backup) => dayOf(backup) === days[0]).slice(0, kept);
  for (const backup of all) if (!lasting.has(backup) && !today.includes(backup)) rmSync(backup.file, { force: true });
  // What a killed backup left; the one that was just made has its name already.
  for (const name of readdirSync(backupFolder(folder))) if (DRAFT.test(name)) rmSync(join(backupFolder(folder), name), { force: true });
}

/** A backup as a person reads it. */
export const backupWords = ({ file, atMs, bytes }: Backup): string =>
  `${file} of ${isoOf(atMs).slice(0, 16).replace('T', ' ')} UTC, ${Math.max(1, Math.round(bytes / 1024))} KiB`;
