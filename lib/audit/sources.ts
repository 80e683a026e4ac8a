// Where a record is read for a check: the database beside a running console, a copy of it, or an export.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../problem.ts';
import { STORED_COLUMNS, type StoredRow, storedRow } from './stored.ts';

const PIECE = 1000;
const SQLITE_MAGIC = 'SQLite format 3\0';

const unreadable = (file: string, why: string) => new Problem('audit-unreadable', `${file} ${why}`);

function isDatabase(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(SQLITE_MAGIC.length);
    return readSync(handle, start) === start.length && start.toString('latin1') === SQLITE_MAGIC;
  } finally {
    closeSync(handle);
  }
}

function* ofDatabase(file: string): Generator<StoredRow[]> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    const from = (condition: string) =>
      db.prepare(`select ${STORED_COLUMNS} from activity where ${condition} order by activity.seq limit ${PIECE}`);
    const first = from('true');
    const next = from('activity.seq > ?');
    for (let seq: number | bigint | undefined; ; ) {
      const rows = (seq === undefined ? first.all() : next.all(seq)).flatMap((row) => storedRow(row) ?? []);
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PIECE) return;
      seq = last.seq;
    }
  } finally {
    db.close();
  }
}

function* ofExport(text: string, file: string): Generator<StoredRow[]> {
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const row = storedRow(jsonOf(line));
    if (row === undefined) throw unreadable(file, `is no export of the activity: line ${at + 1} is no row of it.`);
    yield [row];
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * The rows of a record, oldest first: of the database (also while a console writes it), of a backup, or of an export as JSON lines.
 * Throws Problem('audit-unreadable') for anything else, also while reading.
 */
export function* rowsOf(file: string): Generator<StoredRow[]> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw unreadable(file, 'is not a file.');
  try {
    if (isDatabase(file)) yield* ofDatabase(file);
    else yield* ofExport(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw unreadable(
      file,
      /no such (table|column)/.test(why)
        ? 'was written before the record was chained; start the console on it once.'
        : `cannot be read: ${why}`,
    );
  }
}
