// Turns what SQLite and the file system throw into problems a person can act on, in one place.
import { Problem } from '../problem.ts';

// Primary result codes of SQLite that mean "this cannot be written or read now", whatever the statement was.
const UNWRITABLE: Record<number, string> = {
  5: 'another process holds the database',
  6: 'the database is locked',
  7: 'there is not enough memory',
  8: 'the database is read-only',
  10: 'the disk answered with an error',
  11: 'the database file is damaged',
  13: 'the disk is full',
  14: 'the database file cannot be opened',
  26: 'the file is not a database',
};

const numberAt = (error: object, key: string): number | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'number' ? value : undefined;
};

const textAt = (error: object, key: string): string | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
};

/** The primary SQLite result code of a thrown value, or undefined when it is none of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || textAt(error, 'code') !== 'ERR_SQLITE_ERROR') return undefined;
  const extended = numberAt(error, 'errcode');
  return extended === undefined ? undefined : extended & 0xff;
}

/**
 * What to throw instead of a failure of the database: Problem('store-unwritable') for a full, read-only, damaged or
 * closed one, else the failure itself (a broken constraint is a defect of ours and must stay visible as such).
 */
export function storeFailure(error: unknown): unknown {
  const code = sqliteCode(error);
  const why = code === undefined ? undefined : UNWRITABLE[code];
  if (why !== undefined) return new Problem('store-unwritable', `The record cannot be written: ${why}.`, { sqlite: code });
  if (typeof error === 'object' && error !== null && textAt(error, 'code') === 'ERR_INVALID_STATE') {
    return new Problem('store-unwritable', 'The record cannot be written: the store is closed.');
  }
  return error;
}

/** The system's own short code of a thrown value, such as EACCES or ENOSPC. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? textAt(error, 'code') : undefined;
}
