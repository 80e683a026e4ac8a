// That the record is not the one that the console last wrote: lost, or taken back from a backup. The word lies beside the database and not
// in it, is written before the first file is moved, and goes only when a person has read it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode } from './failures.ts';
import { writePrivateFile } from './folder.ts';

const FILE = 'record-notice.json';
const shape = z.object({ kind: z.enum(['lost', 'restored']), at: z.iso.datetime(), text: z.string().max(4000) });

/** Automation stays off until a person lifts the stop that carries this text. */
export type RecordNotice = z.infer<typeof shape>;

/** Writes the notice; it is on the disk when this returns. Throws what the file system throws. */
export function writeNotice(folder: string, notice: RecordNotice): void {
  writePrivateFile(join(folder, FILE), `${JSON.stringify(notice)}\n`);
}

/** The notice that stands. One that cannot be read still stands, with other words: it was there for a reason. */
export function readNotice(folder: string, nowIso: string): RecordNotice | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    text = '';
  }
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    const unread = `The record was lost or restored, and the note about it (${FILE}) cannot be read. Look at the backups: npm run gatehouse -- backups`;
    return { kind: 'lost', at: nowIso, text: unread };
  }
}

/** Forgets the notice, because a person has read it. */
export function clearNotice(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
