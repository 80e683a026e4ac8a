// Writes many rows with one statement. The query builder would make a tree of every value, which costs more than the writing.
import { CompiledQuery } from 'kysely';
import type { HistoryDb } from './tables.ts';

type Value = string | number | null;

/** Inserts rows, each with its values in the order of `columns`. */
export async function insertRows(
  db: HistoryDb,
  table: 'handshakes' | 'evidence',
  columns: readonly string[],
  rows: readonly Value[][],
): Promise<void> {
  if (rows.length === 0) return;
  const row = `(${columns.map(() => '?').join(',')})`;
  const text = `insert into ${table} (${columns.join(',')}) values ${rows.map(() => row).join(',')}`;
  await db.executeQuery(CompiledQuery.raw(text, rows.flat()));
}
