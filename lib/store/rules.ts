// Rules with their proof of origin: a rule counts only beside the activity entry that recorded exactly this text of it.
import { createHash } from 'node:crypto';
import type { ActivityView } from '../api/shapes.ts';
import { Problem } from '../problem.ts';
import { insertActivity, type NewActivity } from './activity.ts';
import { readJson } from './json.ts';
import { type Db, inTransaction, type RuleRow } from './schema.ts';

export type StoredRule = {
  id: string;
  /** Rules are asked in growing position; the first that matches wins. */
  position: number;
  /** Grows by one with every change. */
  version: number;
  body: unknown;
  /** The entry that recorded this version. */
  activityId: string;
};

/** A rule as listed. `recorded` is false when no activity entry vouches for this version and text: it must not fire. */
export type ListedRule = StoredRule & { recorded: boolean };

const digestOf = (id: string, version: number, body: string) => createHash('sha256').update(`${id}\n${version}\n${body}`).digest('hex');

const stored = (row: RuleRow): StoredRule => ({
  id: row.id,
  position: row.position,
  version: row.version,
  body: readJson(row.body, 'rule'),
  activityId: row.activity_id,
});

/** The rules of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createRules(db: Db) {
  const listed = async (id?: string): Promise<ListedRule[]> => {
    let query = db
      .selectFrom('rules')
      .leftJoin('activity', 'activity.id', 'rules.activity_id')
      .select(['rules.id', 'rules.position', 'rules.version', 'rules.activity_id', 'rules.body'])
      .select(['activity.rule_id', 'activity.rule_version', 'activity.rule_digest'])
      .orderBy('rules.position')
      .orderBy('rules.id');
    if (id !== undefined) query = query.where('rules.id', '=', id);
    const rows = await query.execute();
    return rows.map((row) => ({
      ...stored(row),
      recorded: row.rule_id === row.id && row.rule_version === row.version && row.rule_digest === digestOf(row.id, row.version, row.body),
    }));
  };

  return {
    /**
     * Writes a rule and its activity entry together or not at all. A new rule starts at version 1, a changed one has the
     * stored version plus 1; otherwise somebody else changed it meanwhile: Problem('request-changed').
     */
    saveWithActivity(rule: Omit<StoredRule, 'activityId'>, entry: NewActivity): Promise<ActivityView> {
      return inTransaction(db, async (trx) => {
        const before = await trx.selectFrom('rules').select('version').where('id', '=', rule.id).executeTakeFirst();
        if (rule.version !== (before?.version ?? 0) + 1) {
          throw new Problem('request-changed', 'The rule was changed meanwhile. Read it again and repeat the change.', {
            version: before?.version,
          });
        }
        const body = JSON.stringify(rule.body);
        const columns = { position: rule.position, version: rule.version, activity_id: entry.id, body };
        const stamp = { ruleId: rule.id, version: rule.version, digest: digestOf(rule.id, rule.version, body) };
        const written = await insertActivity(trx, entry, stamp);
        await trx
          .insertInto('rules')
          .values({ id: rule.id, ...columns })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
          .execute();
        return written;
      });
    },

    /** Removes a rule and records that, together or not at all. Problem('rule-unknown') when there is none. */
    removeWithActivity(id: string, entry: NewActivity): Promise<ActivityView> {
      return inTransaction(db, async (trx) => {
        const gone = await trx.deleteFrom('rules').where('id', '=', id).returning('id').execute();
        if (gone.length === 0) throw new Problem('rule-unknown', `There is no rule ${id}.`);
        return insertActivity(trx, entry);
      });
    },

    /** All rules in the order in which they are asked. */
    list: (): Promise<ListedRule[]> => listed(),

    /** One rule, or undefined. */
    get: async (id: string): Promise<ListedRule | undefined> => (await listed(id))[0],
  };
}

export type Rules = ReturnType<typeof createRules>;
