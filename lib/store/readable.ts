// Rows that are read for work that has to go on: one that is damaged must not cost the others.
import { Problem } from '../problem.ts';

/** What could be read, and how many rows could not. */
export type Kept<T> = { items: T[]; damaged: number };

/** Reads every row that can be read. Throws only what is no damage of a row. */
export function readable<R, T>(rows: readonly R[], read: (row: R) => T): Kept<T> {
  const kept: Kept<T> = { items: [], damaged: 0 };
  for (const row of rows) {
    try {
      kept.items.push(read(row));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      kept.damaged += 1;
    }
  }
  return kept;
}
