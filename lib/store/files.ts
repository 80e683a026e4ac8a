// Opens a database of the data folder and brings its tables up to date; what stands in the way is named for a person.
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Problem } from '../problem.ts';
import { sqliteCode, storeFailure } from './failures.ts';
import { ensurePrivateFile, folderUnusable } from './folder.ts';
import { holdersOf } from './holders.ts';
import { openDatabase } from './sqlite.ts';

const SQLITE_BUSY = 5;

/** Opens a database file for this user only. Throws Problem('data-folder-unusable') when that cannot be done. */
export function openFile(folder: string, name: string, cacheKb?: number): DatabaseSync {
  const file = join(folder, name);
  try {
    ensurePrivateFile(file);
    return openDatabase(file, cacheKb);
  } catch (error) {
    if (sqliteCode(error) === undefined) throw folderUnusable(folder, error);
    const failure = storeFailure(error);
    const why = failure instanceof Problem ? failure.message.replace(/^.*: /, '') : 'the database cannot be opened.';
    const holders = sqliteCode(error) === SQLITE_BUSY ? holdersOf([file, `${file}-wal`, `${file}-shm`]) : [];
    const who = holders.length > 0 ? ` It is held by ${holders.join(', ')}.` : '';
    throw new Problem('data-folder-unusable', `${file} cannot be used: ${why}${who}`, { folder });
  }
}

/** Runs the steps that the file has not seen. Throws Problem('data-folder-unusable') when it cannot be used or is too new. */
export async function migrate<T>(db: Kysely<T>, folder: string, name: string, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Problem)
    throw new Problem('data-folder-unusable', `${name} in ${folder} cannot be used. ${error.message}`, { folder });
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new Problem(
      'data-folder-unusable',
      `The data folder ${folder} was written by a newer Gatehouse. Update this one, or use another folder.`,
      { folder },
    );
  }
  throw error;
}
