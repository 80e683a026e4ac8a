// Every decision, written before the gateway is asked and completed after, so that a crash between the two is seen.
import type { DecisionView } from '../api/shapes.ts';
import { readDecision } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Db, inTransaction } from './schema.ts';

/** What may change once a decision is begun: never who, on what. */
export type DecisionPatch = Partial<Omit<DecisionView, 'id' | 'gateway' | 'deviceId' | 'action' | 'actor' | 'at'>>;

/** The decisions of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createDecisions(db: Db) {
  // What counts against a rule's limits: every approval that may have reached the gateway. Doubt counts.
  const countedAgainstLimits = () =>
    db
      .selectFrom('decisions')
      .where('actor_kind', '=', 'rule')
      .where('action', '=', 'approve')
      .where('state', 'not in', ['failed', 'settled-not-done']);

  return {
    /** Stores a decision about to be asked for. It is on the disk when this resolves. */
    async begin(decision: DecisionView): Promise<void> {
      await db
        .insertInto('decisions')
        .values({
          id: decision.id,
          gateway: decision.gateway,
          device_id: decision.deviceId,
          action: decision.action,
          state: decision.state,
          actor_kind: decision.actor.kind,
          rule_id: decision.actor.ruleId ?? null,
          at_ms: Date.parse(decision.at),
          body: JSON.stringify(decision),
        })
        .execute();
    },

    /** Writes what became of a decision and answers the whole. Rejects when there is none with this id. */
    complete(id: string, patch: DecisionPatch): Promise<DecisionView> {
      return inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('decisions').select('body').where('id', '=', id).executeTakeFirst();
        if (!row) throw new Error(`decision ${id} is not in the store`);
        const whole: DecisionView = { ...readDecision(row.body), ...patch };
        await trx
          .updateTable('decisions')
          .set({ state: whole.state, body: JSON.stringify(whole) })
          .where('id', '=', id)
          .execute();
        return whole;
      });
    },

    /** One decision, or undefined. */
    async get(id: string): Promise<DecisionView | undefined> {
      const row = await db.selectFrom('decisions').select('body').where('id', '=', id).executeTakeFirst();
      return row && readDecision(row.body);
    },

    /** Newest first. */
    async list({ gateway, before, limit }: { gateway?: string; before?: string; limit: number }): Promise<Rows<DecisionView>> {
      const size = pageSize(limit);
      let query = db
        .selectFrom('decisions')
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (gateway !== undefined) query = query.where('gateway', '=', gateway);
      if (before !== undefined) query = query.where('seq', '<', cursorNumber(before, 'before'));
      return pageOf(await query.execute(), size, (row) => readDecision(row.body));
    },

    /** Decisions whose answer was never written down, oldest first: to be settled by reading the gateway. */
    async unsettled(): Promise<DecisionView[]> {
      const rows = await db.selectFrom('decisions').select('body').where('state', '=', 'asking').orderBy('seq').execute();
      return rows.map((row) => readDecision(row.body));
    },

    /** Approvals that a rule began on a gateway since a time, the ones that may have worked included. Oldest first. */
    async approvalsByRuleSince(ruleId: string, gateway: string, sinceMs: number): Promise<{ deviceId: string; atMs: number }[]> {
      const rows = await countedAgainstLimits()
        .select(['device_id', 'at_ms'])
        .where('rule_id', '=', ruleId)
        .where('gateway', '=', gateway)
        .where('at_ms', '>=', sinceMs)
        .orderBy('seq')
        .execute();
      return rows.map((row) => ({ deviceId: row.device_id, atMs: row.at_ms }));
    },

    /** How many approvals all rules together began since a time. */
    async automaticSince(sinceMs: number): Promise<number> {
      const row = await countedAgainstLimits()
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('at_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      return row.n;
    },

    /** How often a rule approved, ever, and when last (ms). */
    async hitsOf(ruleId: string): Promise<{ hits: number; lastAtMs?: number }> {
      const row = await countedAgainstLimits()
        .select((eb) => [eb.fn.countAll<number>().as('n'), eb.fn.max('at_ms').as('last')])
        .where('rule_id', '=', ruleId)
        .executeTakeFirstOrThrow();
      return { hits: row.n, ...(row.n > 0 ? { lastAtMs: row.last } : {}) };
    },

    /** The newest decision on a device, or undefined. */
    async lastFor(gateway: string, deviceId: string): Promise<DecisionView | undefined> {
      const row = await db
        .selectFrom('decisions')
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && readDecision(row.body);
    },
  };
}

export type Decisions = ReturnType<typeof createDecisions>;
