// What a start finds instead of its record, and what it does about it: the remains are moved aside, the fact is written down before that,
// and the console begins with an empty record and without automation.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import { moveAside } from './aside.ts';
import { backupWords, listBackups, newestGood, RECORD_FILE } from './backups.ts';
import { damageOf } from './check.ts';
import { folderUnusable } from './folder.ts';
import { writeNotice } from './record-notice.ts';

const HISTORY_FILE = 'handshakes.db';
const SIGNS_OF_USE = [HISTORY_FILE, 'device-key.sealed', 'device-key.pem'];

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function whatIsWrong(folder: string): string | undefined {
  const file = join(folder, RECORD_FILE);
  if (sizeOf(file) > 0 || sizeOf(`${file}-wal`) > 0) return damageOf(file);
  const used = SIGNS_OF_USE.some((name) => existsSync(join(folder, name))) || listBackups(folder).length > 0;
  return used ? 'it is gone, though this folder was used before' : undefined;
}

/**
 * Looks at the databases of a locked folder before they are opened. A record that is damaged or gone leaves a notice, with which the console
 * starts without automation; a damaged handshake log is begun anew and told. Throws Problem('data-folder-unusable').
 */
export function recoverFolder(folder: string, nowMs: number, tell: (line: string) => void): void {
  try {
    const wrong = whatIsWrong(folder);
    if (wrong !== undefined) recoverRecord(folder, nowMs, wrong, tell);
    const history = join(folder, HISTORY_FILE);
    const damage = sizeOf(history) > 0 ? damageOf(history) : undefined;
    if (damage !== undefined) {
      const aside = moveAside(folder, HISTORY_FILE, 'damaged', nowMs);
      tell(`The handshake log could not be used: ${damage}. It was moved to ${aside} and is begun anew. No decision depends on it.`);
    }
  } catch (error) {
    throw error instanceof Problem ? error : folderUnusable(folder, error);
  }
}

function recoverRecord(folder: string, nowMs: number, wrong: string, tell: (line: string) => void): void {
  const good = newestGood(folder);
  const way = good
    ? `The newest good backup is ${backupWords(good)}. Stop the console and take it back with: npm run gatehouse -- restore ${good.file}`
    : 'There is no good backup in this folder.';
  const said = (what: string) =>
    `The record could not be used: ${wrong}. ${what} A new, empty one was begun: rules, decisions, refusals and operators of before are not in it, so nothing is approved automatically until a person lifts this stop. ${way}`;
  // Written first: a kill between the two must not end in an empty record with automation on.
  writeNotice(folder, { kind: 'lost', at: isoOf(nowMs), text: said('What was left of it, if anything, was to be moved aside.') });
  const aside = moveAside(folder, RECORD_FILE, 'damaged', nowMs);
  const text = said(aside === undefined ? 'Nothing was left to keep.' : `It was moved aside to ${basename(aside)} and not deleted.`);
  writeNotice(folder, { kind: 'lost', at: isoOf(nowMs), text });
  tell(text);
}
