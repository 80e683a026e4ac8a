// Rules with their proof of origin: a rule counts only beside the activity entry that recorded exactly this text of it, and they are asked
// in the order that the activity tells.
import { createHash } from 'node:crypto';
import type { ActivityView } from '../api/shapes.ts';
import { Problem } from '../problem.ts';
import { insertActivity, type NewActivity } from './activity.ts';
import { readJson } from './json.ts';
import { createRuleOrder, inOrder, ORDER_STAMP } from './rules-order.ts';
import { type Db, inTransaction, type RuleRow } from './schema.ts';

export type StoredRule = {
  id: string;
  /** Where it was put when it was made. The order in which rules are asked is the activity's, see rules-order.ts. */
  position: number;
  /** Grows by one with every change. */
  version: number;
  body: unknown;
  /** The entry that recorded this version. */
  activityId: string;
};

/** A rule as listed. `recorded` is false when no activity entry vouches for this version and text: it must not fire. */
export type ListedRule = StoredRule & { recorded: boolean };

/** One change of the rules and the entry that records it. `order` names every rule once. */
export type RuleChange =
  | { kind: 'save'; rule: Omit<StoredRule, 'activityId'>; entry: NewActivity }
  | { kind: 'remove'; id: string; entry: NewActivity }
  | { kind: 'order'; ids: readonly string[]; entry: NewActivity };

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
  const order = createRuleOrder(db);

  const listed = async (id?: string): Promise<ListedRule[]> => {
    let query = db
      .selectFrom('rules')
      .leftJoin('activity', 'activity.id', 'rules.activity_id')
      .select(['rules.id', 'rules.position', 'rules.version', 'rules.activity_id', 'rules.body'])
      .select(['activity.seq', 'activity.rule_id', 'activity.rule_version', 'activity.rule_digest'])
      .orderBy('rules.position')
      .orderBy('rules.id');
    if (id !== undefined) query = query.where('rules.id', '=', id);
    const rows = await query.execute();
    const stamps = await order.stamps(rows.map((row) => row.id));
    const written = await order.written();
    return inOrder(rows, written ?? [], stamps).map((row) => ({
      ...stored(row),
      recorded:
        written !== undefined &&
        row.rule_id === row.id &&
        row.rule_version === row.version &&
        row.rule_digest === digestOf(row.id, row.version, row.body) &&
        // An older text put back, or a rule that was removed, has its entry too; only the newest one counts.
        row.seq === stamps.get(row.id)?.last,
    }));
  };

  async function save(trx: Db, rule: Omit<StoredRule, 'activityId'>, entry: NewActivity): Promise<ActivityView> {
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
  }

  async function remove(trx: Db, id: string, entry: NewActivity): Promise<ActivityView> {
    const [gone] = await trx.deleteFrom('rules').where('id', '=', id).returning('version').execute();
    if (!gone) throw new Problem('rule-unknown', `There is no rule ${id}.`);
    return insertActivity(trx, entry, { ruleId: id, version: gone.version, digest: 'removed' });
  }

  async function reorder(trx: Db, ids: readonly string[], entry: NewActivity): Promise<ActivityView> {
    const present = await trx.selectFrom('rules').select('id').execute();
    if (present.length !== ids.length || new Set(ids).size !== ids.length || present.some((rule) => !ids.includes(rule.id)))
      throw new Problem('request-changed', 'The rules were changed meanwhile. Read them again and repeat the change.');
    const told = { ...entry, details: { ...entry.details, order: ids } };
    return insertActivity(trx, told, { ruleId: ORDER_STAMP, version: 0, digest: order.digest(ids) });
  }

  /**
   * Makes all changes and writes their entries, together or not at all, in this order. Problem('rule-unknown') where one is to be removed
   * that is not there. A new rule starts at version 1, a changed one has
   * the stored version plus 1; otherwise somebody else changed it meanwhile: Problem('request-changed').
   */
  const change = (changes: readonly RuleChange[]): Promise<ActivityView[]> =>
    inTransaction(db, async (trx) => {
      const written: ActivityView[] = [];
      for (const one of changes) {
        if (one.kind === 'save') written.push(await save(trx, one.rule, one.entry));
        else if (one.kind === 'remove') written.push(await remove(trx, one.id, one.entry));
        else written.push(await reorder(trx, one.ids, one.entry));
      }
      return written;
    });

  return {
    change,

    /** Writes a rule and its activity entry, as `change` does. */
    saveWithActivity: (rule: Omit<StoredRule, 'activityId'>, entry: NewActivity): Promise<ActivityView> =>
      inTransaction(db, (trx) => save(trx, rule, entry)),

    /** All rules in the order in which they are asked. */
    list: (): Promise<ListedRule[]> => listed(),

    /** One rule, or undefined. */
    get: async (id: string): Promise<ListedRule | undefined> => (await listed(id))[0],
  };
}

export type Rules = ReturnType<typeof createRules>;
