// Rows of recorded requests with the texts that they share. A pass over all of them reads and parses each text about once.
import type { RecordedCase } from '../rules/case.ts';
import { type CaseText, caseOfRow, readText } from './case-text.ts';
import type { CaseRow, Db } from './schema.ts';

/** Texts kept by one reader; past that it starts anew, so that requests which are all different cost no memory. */
const KNOWN = 20_000;
/** Asked for at once; SQLite takes 32,766 values. */
const ASKED = 1_000;

/**
 * A reader of rows for one pass: cases that say the same share their objects, so nobody may change them. It rejects with
 * Problem('store-unwritable') for a damaged row.
 */
export function createCaseReader(db: Db): (rows: readonly CaseRow[]) => Promise<RecordedCase[]> {
  const known = new Map<number, CaseText>();

  async function learn(ids: readonly number[]) {
    for (let start = 0; start < ids.length; start += ASKED) {
      const some = ids.slice(start, start + ASKED);
      for (const { id, text } of await db.selectFrom('case_texts').selectAll().where('id', 'in', some).execute())
        known.set(id, readText(text));
    }
  }

  return async (rows) => {
    const needed = new Set<number>();
    for (const { ask, world } of rows) needed.add(ask).add(world);
    let missing = [...needed].filter((id) => !known.has(id));
    if (known.size + missing.length > KNOWN) {
      known.clear();
      missing = [...needed];
    }
    if (missing.length > 0) await learn(missing);
    return rows.map((row) => caseOfRow(row, known.get(row.ask), known.get(row.world)));
  };
}
