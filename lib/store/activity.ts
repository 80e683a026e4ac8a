// The record of every decision and change. Nothing in it is ever deleted.
import { sql } from 'kysely';
import type { ActivityView } from '../api/shapes.ts';
import { readActivity } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import type { Db } from './schema.ts';

export type NewActivity = Omit<ActivityView, 'seq'>;

export type ActivityAsk = { gateway?: string; decision?: string; before?: string; limit: number };

/** The rule state that an entry vouches for. */
export type RuleStamp = { ruleId: string; version: number; digest: string };

/** Stores one entry and answers it with its number. Rejects with Problem('store-unwritable'). */
export async function insertActivity(db: Db, entry: NewActivity, stamp?: RuleStamp): Promise<ActivityView> {
  const { seq } = await db
    .insertInto('activity')
    .values({
      id: entry.id,
      at_ms: Date.parse(entry.at),
      gateway: entry.gateway ?? null,
      what: entry.what,
      rule_id: stamp?.ruleId ?? null,
      rule_version: stamp?.version ?? null,
      rule_digest: stamp?.digest ?? null,
      body: JSON.stringify(entry),
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return { ...entry, seq };
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
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (gateway !== undefined) query = query.where('gateway', '=', gateway);
      if (decision !== undefined)
        query = query.where(sql<string>`case when json_valid(body) then json_extract(body, '$.decision.id') end`, '=', decision);
      if (before !== undefined) query = query.where('seq', '<', cursorNumber(before, 'before'));
      return pageOf(await query.execute(), size, readActivity);
    },
  };
}

export type Activity = ReturnType<typeof createActivity>;
