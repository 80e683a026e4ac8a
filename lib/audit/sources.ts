// Where a record is read for a check: the database beside a running console, a copy of it, or an export.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { ChainedRow } from './chain.ts';

const PIECE = 1000;
const SQLITE_MAGIC = 'SQLite format 3\0';

const rowShape = z.object({
  seq: z.int(),
  id: z.string(),
  at_ms: z.number(),
  gateway: z.string().nullable(),
  what: z.string(),
  rule_id: z.string().nullable(),
  rule_version: z.number().nullable(),
  rule_digest: z.string().nullable(),
  body: z.string(),
  prev: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<ChainedRow>;

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

function* ofDatabase(file: string): Generator<ChainedRow[]> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    const next = db.prepare(
      `select seq, id, at_ms, gateway, what, rule_id, rule_version, rule_digest, body, prev, hash from activity where seq > ? order by seq limit ${PIECE}`,
    );
    let seq = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows = z.array(rowShape).parse(next.all(seq));
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PIECE) return;
      seq = last.seq;
    }
  } finally {
    db.close();
  }
}

function* ofExport(text: string, file: string): Generator<ChainedRow[]> {
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const parsed = rowShape.safeParse(jsonOf(line));
    if (!parsed.success) throw unreadable(file, `is no export of the activity: line ${at + 1} is no row of it.`);
    yield [parsed.data];
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
export function* rowsOf(file: string): Generator<ChainedRow[]> {
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
