// Lists are cut into pages by the number of the last row, so that new rows never shift a page under the reader.
import { Problem } from '../problem.ts';

const MAX_LIMIT = 5000;

/** One page of a list; `cursor` is passed on as `before` to get the next, and is absent at the end. */
export type Rows<T> = { items: T[]; cursor?: string };

/** The row number in a cursor text. Throws Problem('input-invalid') naming `field` for anything else. */
export function cursorNumber(text: string, field: string): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new Problem('input-invalid', `${field} is not a cursor of this list.`, { field });
  return number;
}

/** Keeps a page between 1 and 5000 rows. */
export const pageSize = (limit: number): number => Math.max(1, Math.min(MAX_LIMIT, Math.trunc(limit) || 1));

/** Makes a page of rows that were read with one more than asked for. */
export function pageOf<R extends { seq: number }, T>(rows: readonly R[], limit: number, read: (row: R) => T): Rows<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(read), ...(rows.length > limit && last ? { cursor: String(last.seq) } : {}) };
}
