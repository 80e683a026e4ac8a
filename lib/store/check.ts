// Whether a database file is whole, asked before anything is built on it.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../problem.ts';
import { sqliteCode, storeFailure } from './failures.ts';
import { migrationNames } from './migrations.ts';

const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** A larger file is not read through at every start; its daily backup is. */
const QUICK_CHECK_MAX_BYTES = 256 * 1024 ** 2;

const isDamage = (error: unknown) => {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
};

function verdict(db: DatabaseSync, pragma: 'quick_check' | 'integrity_check'): string | undefined {
  const said = db.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
  return said === 'ok' ? undefined : `SQLite finds it damaged (${String(said).replace(/\s+/g, ' ').slice(0, 200)})`;
}

/**
 * What is damaged about an existing database file, or undefined when it is whole. A file that cannot be opened for another reason, such as
 * permissions or another process, counts as whole here: whoever opens it says why.
 */
export function damageOf(file: string): string | undefined {
  let db: DatabaseSync | undefined;
  try {
    // Read-only: what is damaged must not be written to, not even by folding its log in.
    db = new DatabaseSync(file, { timeout: 500, readOnly: true });
    db.prepare('select count(*) from sqlite_schema').get();
    return statSync(file).size <= QUICK_CHECK_MAX_BYTES ? verdict(db, 'quick_check') : undefined;
  } catch (error) {
    if (!isDamage(error)) return undefined;
    return sqliteCode(error) === NOT_A_DATABASE ? 'it is not a database any more' : 'SQLite finds it damaged';
  } finally {
    db?.close();
  }
}

export type RecordFacts = {
  /** The steps of its layout. */
  steps: string[];
  /** When its last activity was written, in ms since 1970; undefined for an empty record. */
  lastMs: number | undefined;
};

/**
 * Reads a whole record through, and brings what stands in its log into the file itself. Throws Problem('backup-unusable') when it is
 * damaged, is no record of Gatehouse, or was written by a newer one. For a copy that nobody else has open.
 */
export function checkRecord(file: string, shown = file): RecordFacts {
  const refuse = (why: string) => new Problem('backup-unusable', `${shown} cannot be used: ${why}.`);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 5000 });
    const damage = verdict(db, 'integrity_check');
    if (damage !== undefined) throw refuse(damage);
    const tables = db.prepare("select name from sqlite_schema where type = 'table'").all();
    const has = (name: string) => tables.some((row) => row.name === name);
    if (!['kysely_migration', 'activity', 'decisions', 'notes'].every(has)) throw refuse('it is no record of Gatehouse');
    const steps = db
      .prepare('select name from kysely_migration order by name')
      .all()
      .map((row) => String(row.name));
    const known: readonly string[] = migrationNames();
    if (steps.some((name) => !known.includes(name))) throw refuse('a newer Gatehouse wrote it');
    const last = db.prepare('select max(at_ms) as last from activity').get()?.last;
    db.exec('PRAGMA journal_mode=DELETE');
    return { steps, lastMs: typeof last === 'number' ? last : undefined };
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (isDamage(error)) throw refuse('it is damaged or no database');
    const failure = storeFailure(error);
    throw refuse(failure instanceof Problem ? failure.message.replace(/^.*: |\.$/g, '') : 'it cannot be opened');
  } finally {
    db?.close();
  }
}
