// In which order rules are asked, as the activity tells it. What stands in the position column proves nothing: whoever can write the
// database could put a rule that approves above one that rejects, and no entry would show it.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readJson } from './json.ts';
import type { Db } from './schema.ts';

/** What an entry about the order of all rules is stamped with; no rule has such an id. */
export const ORDER_STAMP = '*';

/** The numbers of the first and the newest entry that a rule was stamped in. */
export type Stamps = ReadonlyMap<string, { first: number; last: number }>;

const told = z.object({ details: z.object({ order: z.array(z.string()) }) });

/** What orders the rules of a store. */
export function createRuleOrder(db: Db) {
  const digest = (ids: readonly string[]) =>
    createHash('sha256')
      .update(`order\n${ids.join('\n')}`)
      .digest('hex');

  return {
    digest,

    /** The newest order that was written down, empty when there is none yet; undefined when its entry is not what was written. */
    async written(): Promise<readonly string[] | undefined> {
      const row = await db
        .selectFrom('activity')
        .select(['body', 'rule_digest'])
        .where('rule_id', '=', ORDER_STAMP)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!row) return [];
      const parsed = told.safeParse(readJson(row.body, 'activity'));
      if (!parsed.success) return undefined;
      const ids = parsed.data.details.order;
      return digest(ids) === row.rule_digest ? ids : undefined;
    },

    /** The stamps of these rules; a rule without an entry is missing. */
    async stamps(ids: readonly string[]): Promise<Stamps> {
      if (ids.length === 0) return new Map();
      const rows = await db
        .selectFrom('activity')
        .select(({ fn }) => ['rule_id', fn.min<number>('seq').as('first'), fn.max<number>('seq').as('last')])
        .where('rule_id', 'in', ids)
        .groupBy('rule_id')
        .execute();
      return new Map(rows.flatMap((row) => (row.rule_id === null ? [] : [[row.rule_id, { first: row.first, last: row.last }]])));
    },
  };
}

/** Rules as they were last ordered, then those that were made since, oldest first; those that no entry knows come last. */
export function inOrder<T extends { id: string }>(rules: readonly T[], written: readonly string[], stamps: Stamps): T[] {
  const places = new Map(written.map((id, at) => [id, at]));
  const far = Number.MAX_SAFE_INTEGER;
  return rules
    .map((rule) => ({ rule, place: places.get(rule.id) ?? far, first: stamps.get(rule.id)?.first ?? far }))
    .sort((a, b) => a.place - b.place || a.first - b.first)
    .map(({ rule }) => rule);
}
