// A record on a real file with a keeper over it, and somebody who writes in it as a process of the same user can.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { sampleActivity } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { GENESIS, hashOfRow } from './chain.ts';
import { createAuditKeeper } from './keeper.ts';

/** A store with so many rows, and its file. */
export async function filledRecord(rows: number) {
  const made = await testStore();
  for (let at = 0; at < rows; at += 1) await made.store.activity.append(sampleActivity(randomUUID(), { text: `Row ${at}.` }));
  return { ...made, file: join(made.folder, 'gatehouse.db') };
}

type Filled = Awaited<ReturnType<typeof filledRecord>>;

/** Writes in the record as a process of the same user can. */
export function behindItsBack(file: string, sql: string): void {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(sql);
  db.close();
}

const NONE = { gateway: null, rule_id: null, rule_version: null, rule_digest: null };

/** Runs SQL and then writes the whole chain anew, so that it holds. */
export function chainedAnew(file: string, sql: string): void {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(sql);
  const set = db.prepare('update activity set prev = ?, hash = ? where seq = ?');
  let prev = GENESIS;
  for (const stored of db.prepare('select * from activity order by seq').all()) {
    const row = {
      ...NONE,
      seq: Number(stored.seq),
      id: String(stored.id),
      at_ms: Number(stored.at_ms),
      what: String(stored.what),
      body: String(stored.body),
      prev,
    };
    const hash = hashOfRow(row);
    set.run(prev, hash, row.seq);
    prev = hash;
  }
  db.close();
}

/** A keeper over a record that has walked it once. */
export async function walkedOnce({ store, clock }: Filled, over: Partial<Parameters<typeof createAuditKeeper>[0]> = {}) {
  const printed: string[] = [];
  const broken: string[] = [];
  const unread: string[] = [];
  const errors: string[] = [];
  const keeper = createAuditKeeper({
    activity: store.activity,
    checkStore: store.checkWritable,
    seen: { load: () => store.notes.get('console', 'audit-seen'), save: (seen) => store.notes.set('console', 'audit-seen', seen) },
    clock,
    print: (line) => void printed.push(line),
    onBroken: (_, text) => void broken.push(text),
    onUnread: (cause, error) => void unread.push(`${cause} ${error instanceof Error ? error.message : error}`),
    onError: (error) => void errors.push(String(error)),
    ...over,
  });
  onTestFinished(keeper.dispose);
  await keeper.walk();
  return { keeper, printed, broken, unread, errors };
}
