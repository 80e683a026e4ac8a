// `gatehouse backup`, `backups` and `restore`: the record taken away, listed, and put back.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rowsOf } from '#lib/audit/sources.ts';
import { verifyChain } from '#lib/audit/verify.ts';
import { isoOf, systemClock } from '#lib/clock.ts';
import { Problem, problemView } from '#lib/problem.ts';
import { backupFolder, backupName, backupWords, listBackups, RECORD_FILE, withChecked, writeBackup } from '#lib/store/backups.ts';
import { readNotice } from '#lib/store/record-notice.ts';
import { restoreRecord } from '#lib/store/restore.ts';
import { dataFolders } from './running.ts';

export const BACKUP_HELP = `  npm run gatehouse -- backup [FILE]
                                 write a copy of the record, beside a running console too
  npm run gatehouse -- backups   list the daily backups, and which of them are whole
  npm run gatehouse -- restore FILE
                                 put a backup in the place of the record; the console must be stopped`;

/** The folder whose record is meant: the first of this environment that has one, else the first. */
function recordFolder(): string {
  const folders = dataFolders();
  const found = folders.find((folder) => existsSync(join(folder, RECORD_FILE)) || listBackups(folder).length > 0) ?? folders[0];
  if (found === undefined) throw new Problem('data-folder-unusable');
  return found;
}

/** Writes a backup. Throws Problem('backup-unusable'). */
export function backup(args: string[]): number {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  if (positionals.length > 1) {
    console.error(BACKUP_HELP);
    return 2;
  }
  const folder = recordFolder();
  const target = positionals[0] === undefined ? backupName(folder, systemClock().nowMs()) : resolve(positionals[0]);
  writeBackup(join(folder, RECORD_FILE), target);
  console.log(
    `The record was written to ${target} and read through. It holds no key and no token in clear; the handshake log is not in it.`,
  );
  return 0;
}

/** Lists the backups of the data folder. */
export function backups(args: string[]): number {
  parseArgs({ args });
  const folder = recordFolder();
  const found = listBackups(folder);
  if (found.length === 0) console.log(`There are no backups in ${backupFolder(folder)}. A running console makes one a day.`);
  for (const one of found) {
    let state = 'whole';
    try {
      withChecked(folder, one.file, () => undefined);
    } catch (error) {
      state = problemView(error).detail;
    }
    console.log(`${backupWords(one)}: ${state}`);
  }
  return 0;
}

/** What a chain that does not hold in a copy means; nothing where it holds. */
async function chainWords(file: string): Promise<string[]> {
  const { breaks } = await verifyChain(rowsOf(file));
  return breaks.slice(0, 1).map(({ text }) => `Its chain does not hold: ${text} The console tells it at its start, too.`);
}

/** Restores a backup. Throws Problem('data-folder-locked') while a console runs, Problem('backup-unusable') for a file that is no backup. */
export async function restore(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    console.error(BACKUP_HELP);
    return 2;
  }
  const folder = recordFolder();
  const { aside, lastMs } = restoreRecord(folder, resolve(file), systemClock());
  console.log(`The record is that of ${file}${lastMs === undefined ? '' : `; its last entry is of ${isoOf(lastMs)}`}.`);
  for (const line of await chainWords(join(folder, RECORD_FILE))) console.log(line);
  if (aside !== undefined) console.log(`The one before was moved to ${aside}.`);
  const text = readNotice(folder, isoOf(systemClock().nowMs()))?.text;
  if (text !== undefined) console.log(text);
  console.log('Start the console. Automation stays off until a person has looked at rules, operators and tokens, and lifts the stop.');
  return 0;
}
