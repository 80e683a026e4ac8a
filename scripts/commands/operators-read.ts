// Who the operators of a data folder are, read beside the console that has it open; nothing is written.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { RIGHTS } from '#lib/auth/rights.ts';
import { Problem } from '#lib/problem.ts';
import { RECORD_FILE } from '#lib/store/backups.ts';
import { nameKey } from '#lib/store/operators.ts';

const rowShape = z.object({
  name: z.string(),
  rights: z.string().transform((text) => z.array(z.enum(RIGHTS)).parse(JSON.parse(text))),
  state: z.enum(['active', 'disabled', 'invited']),
  last_sign_in_ms: z.number().nullable(),
});

export type ListedOperator = z.infer<typeof rowShape>;

/** The operators, the oldest first. Throws Problem('data-folder-unusable') when they cannot be read. */
export function readOperators(folder: string): ListedOperator[] {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(folder, RECORD_FILE), { readOnly: true, timeout: 5000 });
    const rows = db.prepare('select name, rights, state, last_sign_in_ms from operators order by created_at_ms, id').all();
    return z.array(rowShape).parse(rows);
  } catch {
    throw new Problem('data-folder-unusable', `The operators in ${folder} cannot be read.`);
  } finally {
    db?.close();
  }
}

/** The one of this name, as names are compared. Throws Problem('operator-unknown') naming those there are. */
export function operatorNamed(operators: readonly ListedOperator[], name: string): ListedOperator {
  const found = operators.find((operator) => nameKey(operator.name) === nameKey(name));
  if (found) return found;
  const names = operators.map((operator) => operator.name).join(', ');
  throw new Problem('operator-unknown', `There is no operator ${JSON.stringify(name)}. There is: ${names || 'none yet'}.`);
}
