// Who may sign in is part of the record, so an older record would let in whom somebody has shut out since. What was taken away stays away.
import { DatabaseSync } from 'node:sqlite';

export type TakenSince = {
  /** The record that is replaced goes on from the restored one, so it says what was taken away since. */
  known: boolean;
  /** Names of what was shut out in the restored record. */
  tokens: string[];
  operators: string[];
  /** How many passwords and passkeys were taken out, because they are not in the later record. */
  credentials: number;
};

type Rows = Record<string, unknown>[];

const has = (db: DatabaseSync, table: string) =>
  db.prepare("select count(*) as n from sqlite_schema where type = 'table' and name = ?").get(table)?.n === 1;

/** The later record, when it can be read and is the same one further on: it has the last row of the older one, with the same hash. */
function laterOf(older: DatabaseSync, file: string): DatabaseSync | undefined {
  let later: DatabaseSync | undefined;
  try {
    const last = older.prepare('select seq, hash from activity order by seq desc limit 1').get();
    if (typeof last?.seq !== 'number' || typeof last.hash !== 'string') return undefined;
    later = new DatabaseSync(file, { timeout: 5000, readOnly: true });
    const same = later.prepare('select hash from activity where seq = ?').get(last.seq);
    if (same?.hash === last.hash && has(later, 'operators')) return later;
  } catch {
    // Damaged, gone, or of a time before the chain: nothing is known then.
  }
  later?.close();
  return undefined;
}

const rightsIn = (text: unknown): string[] => {
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
  return Array.isArray(parsed) ? parsed.filter((right) => typeof right === 'string') : [];
};

/**
 * Shuts out in an older record who was shut out since, as far as the later one says so: tokens that were revoked or are not there any more,
 * operators that were removed, disabled or had rights taken, and credentials that are not there any more. Where nothing is known every token
 * is revoked, since it can be made anew, and operators stay as they were. `nowMs` since 1970. Throws what node:sqlite throws.
 */
export function shutOutAgain(olderFile: string, laterFile: string, nowMs: number): TakenSince {
  const older = new DatabaseSync(olderFile, { timeout: 5000 });
  const taken: TakenSince = { known: false, tokens: [], operators: [], credentials: 0 };
  let later: DatabaseSync | undefined;
  try {
    if (!has(older, 'operators')) return taken;
    later = laterOf(older, laterFile);
    taken.known = later !== undefined;
    const inLater = (sql: string): Rows => later?.prepare(sql).all() ?? [];
    older.exec('BEGIN IMMEDIATE');

    const alive = new Set(inLater('select hash from tokens where revoked_ms is null').map((row) => row.hash));
    for (const { id, name, hash } of older.prepare('select id, name, hash from tokens where revoked_ms is null').all()) {
      if (alive.has(hash)) continue;
      older.prepare('update tokens set revoked_ms = ? where id = ?').run(nowMs, id ?? null);
      taken.tokens.push(String(name));
    }

    if (later) {
      const now = new Map(inLater('select id, state, rights from operators').map((row) => [row.id, row]));
      for (const { id, name, state, rights } of older.prepare('select id, name, state, rights from operators').all()) {
        const today = now.get(id ?? null);
        const left = rightsIn(rights).filter((right) => rightsIn(today?.rights).includes(right));
        const isOut = state === 'active' && today?.state !== 'active';
        if (!isOut && left.length === rightsIn(rights).length) continue;
        older
          .prepare('update operators set state = ?, rights = ? where id = ?')
          .run(isOut ? 'disabled' : (state ?? null), today ? JSON.stringify(left) : (rights ?? null), id ?? null);
        taken.operators.push(String(name));
      }
      const credentials = new Set(inLater('select id, secret from credentials').map((row) => `${row.id} ${row.secret}`));
      for (const { id, secret } of older.prepare('select id, secret from credentials').all()) {
        if (credentials.has(`${id} ${secret}`)) continue;
        older.prepare('delete from credentials where id = ?').run(id ?? null);
        taken.credentials += 1;
      }
    }
    older.exec('COMMIT');
    return taken;
  } finally {
    older.close();
    later?.close();
  }
}
