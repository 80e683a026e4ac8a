// The record of every decision and change. Nothing in it is ever deleted.
import { sql } from 'kysely';
import type { ActivityView } from '../api/shapes.ts';
import { GENESIS, type Head, hashOfRow } from '../audit/chain.ts';
import { STORED_COLUMNS, type StoredRow, storedRow } from '../audit/stored.ts';
import { readActivity } from './json.ts';
import { DECISION_OF_ACTIVITY } from './migrations.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Db, inTransaction } from './schema.ts';

export type NewActivity = Omit<ActivityView, 'seq' | 'prev' | 'hash'>;

export type ActivityAsk = { gateway?: string; decision?: string; before?: string; limit: number };

/** The rule state that an entry vouches for. */
export type RuleStamp = { ruleId: string; version: number; digest: string };

async function lastOf(db: Db): Promise<Head> {
  const last = await db.selectFrom('activity').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ? { rows: last.seq, hash: last.hash } : { rows: 0, hash: GENESIS };
}

/** Stores one entry at the end of the chain and answers it with its number. Rejects with Problem('store-unwritable'). */
export function insertActivity(db: Db, entry: NewActivity, stamp?: RuleStamp): Promise<ActivityView> {
  return inTransaction(db, async (trx) => {
    const { hash: prev } = await lastOf(trx);
    const row = {
      id: entry.id,
      at_ms: Date.parse(entry.at),
      gateway: entry.gateway ?? null,
      what: entry.what,
      rule_id: stamp?.ruleId ?? null,
      rule_version: stamp?.version ?? null,
      rule_digest: stamp?.digest ?? null,
      body: JSON.stringify(entry),
      prev,
    };
    // The number comes from the counter that SQLite keeps beside the rows: a tail that somebody cut off stays a gap.
    const { seq } = await trx
      .insertInto('activity')
      .values({ ...row, hash: '' })
      .returning('seq')
      .executeTakeFirstOrThrow();
    const hash = hashOfRow({ ...row, seq });
    await trx.updateTable('activity').set({ hash }).where('seq', '=', seq).execute();
    return { ...entry, seq, prev, hash };
  });
}

/** The activity of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createActivity(db: Db) {
  return {
    /** Stores an entry; it is on the disk when this resolves. */
    append: (entry: NewActivity): Promise<ActivityView> => insertActivity(db, entry),

    /** Newest first; `decision` leaves those that carry this one. */
    async list({ gateway, decision, before, limit }: ActivityAsk): Promise<Rows<ActivityView>> {
      const size = pageSize(limit);
      let query = db
        .selectFrom('activity')
        .select(['seq', 'body', 'prev', 'hash'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (gateway !== undefined) query = query.where('gateway', '=', gateway);
      if (decision !== undefined) query = query.where(sql.raw<string>(DECISION_OF_ACTIVITY), '=', decision);
      if (before !== undefined) query = query.where('seq', '<', cursorNumber(before, 'before'));
      return pageOf(await query.execute(), size, readActivity);
    },

    /** The end of the chain as it stands; nothing is checked. */
    head: (): Promise<Head> => lastOf(db),

    /**
     * Rows after a number, from the first of all without one, in the order of their numbers: `limit` at most. They come with whatever
     * somebody put in them.
     */
    async rowsAfter(seq: number | bigint | undefined, limit: number): Promise<StoredRow[]> {
      const after = seq === undefined ? sql`true` : sql`activity.seq > ${seq}`;
      const { rows } =
        await sql<unknown>`select ${sql.raw(STORED_COLUMNS)} from activity where ${after} order by activity.seq limit ${limit}`.execute(db);
      return rows.flatMap((row) => storedRow(row) ?? []);
    },
  };
}

export type Activity = ReturnType<typeof createActivity>;
