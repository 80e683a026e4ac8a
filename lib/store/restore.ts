// Puts a backup in the place of the record. It is older than what happened since, which the next start must say and act on.
import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Clock, isoOf } from '../clock.ts';
import { moveAside } from './aside.ts';
import { RECORD_FILE, withChecked } from './backups.ts';
import { folderUnusable, preparePrivateFolder, syncFolder } from './folder.ts';
import { lockFolder } from './lock.ts';
import { writeNotice } from './record-notice.ts';
import { shutOutAgain, type TakenSince } from './taken-since.ts';

export type Restored = { aside: string | undefined; lastMs: number | undefined; taken: TakenSince };

/** What a restore did to who may sign in, as a person reads it. */
function signInWords({ known, tokens, operators, credentials }: TakenSince): string {
  const names = (all: readonly string[]) => (all.length === 0 ? 'none' : all.map((name) => JSON.stringify(name.slice(0, 60))).join(', '));
  if (!known) return `Operators are those of then, also such as were removed since; API tokens were revoked: ${names(tokens)}.`;
  return `Who was shut out since stays out: tokens ${names(tokens)}, operators ${names(operators)}, passwords and passkeys ${credentials}.`;
}

/**
 * Takes the folder, checks the file, moves the current record aside and puts a copy of the file in its place. Throws
 * Problem('data-folder-locked') while a console runs, and Problem('backup-unusable') for a file that is not taken; then nothing changed.
 */
export function restoreRecord(folder: string, file: string, clock: Clock): Restored {
  preparePrivateFolder(folder);
  const lock = lockFolder(folder, clock);
  try {
    return withChecked(folder, file, (copy, { lastMs }) => {
      const nowMs = clock.nowMs();
      const taken = shutOutAgain(copy, join(folder, RECORD_FILE), nowMs);
      const until = lastMs === undefined ? 'an empty record' : `the record as it was after ${isoOf(lastMs)}`;
      const text = `The record was restored from ${basename(file)}: ${until}. What was decided since is not in it: rules are those of then, also such as were switched off or removed since, and refusals since are forgotten. ${signInWords(taken)} What devices were given since shows as grants nobody clicked. Nothing is approved automatically until a person has looked and lifts this stop.`;
      try {
        writeNotice(folder, { kind: 'restored', at: isoOf(nowMs), text });
        const aside = moveAside(folder, RECORD_FILE, 'replaced', nowMs);
        renameSync(copy, join(folder, RECORD_FILE));
        syncFolder(folder);
        return { aside, lastMs, taken };
      } catch (error) {
        throw folderUnusable(folder, error);
      }
    });
  } finally {
    lock.dispose();
  }
}
