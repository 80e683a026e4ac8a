// The step that chains a record which was written before there was a chain.
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { GENESIS, hashOfRow } from '../audit/chain.ts';
import type { Schema } from './schema.ts';

const PIECE = 1000;

/**
 * Adds the columns of the chain and links what is there, row by row. A row of its own then says from when on the chain can vouch:
 * what stood before was taken over as it stood. Numbers that are missing already stay missing, and are told as such.
 */
export async function chainActivity(given: Kysely<unknown>): Promise<void> {
  const db: Kysely<Pick<Schema, 'activity'>> = given.withTables<Pick<Schema, 'activity'>>();
  await sql.raw("alter table activity add column prev text not null default ''").execute(db);
  await sql.raw("alter table activity add column hash text not null default ''").execute(db);
  let prev = GENESIS;
  let seq = 0;
  let rows = 0;
  for (;;) {
    const piece = await db.selectFrom('activity').selectAll().where('seq', '>', seq).orderBy('seq').limit(PIECE).execute();
    for (const row of piece) {
      const hash = hashOfRow({ ...row, prev });
      await db.updateTable('activity').set({ prev, hash }).where('seq', '=', row.seq).execute();
      prev = hash;
      seq = row.seq;
      rows += 1;
    }
    if (piece.length < PIECE) break;
  }
  if (rows === 0) return;
  const nowMs = Date.now();
  const entry = {
    id: randomUUID(),
    at: new Date(nowMs).toISOString(),
    actor: { kind: 'gateway', name: 'Gatehouse' },
    what: 'audit.began',
    text: `The record is chained from here on. ${rows} ${rows === 1 ? 'row' : 'rows'} before it were taken over as they stood.`,
  };
  const row = { id: entry.id, at_ms: nowMs, gateway: null, what: entry.what, rule_id: null, rule_version: null, rule_digest: null };
  const full = { ...row, body: JSON.stringify(entry), prev };
  const { seq: own } = await db
    .insertInto('activity')
    .values({ ...full, hash: '' })
    .returning('seq')
    .executeTakeFirstOrThrow();
  await db
    .updateTable('activity')
    .set({ hash: hashOfRow({ ...full, seq: own }) })
    .where('seq', '=', own)
    .execute();
}
