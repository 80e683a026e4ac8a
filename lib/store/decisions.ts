// Every decision, written before the gateway is asked and completed after, so that a crash between the two is seen.
import type { DecisionView } from '../api/shapes.ts';
import { readDecision } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { readable } from './readable.ts';
import { type Db, inTransaction } from './schema.ts';

/** What may change once a decision is begun: never who, on what. */
export type DecisionPatch = Partial<Omit<DecisionView, 'id' | 'gateway' | 'deviceId' | 'action' | 'actor' | 'at'>>;

/** The decisions of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createDecisions(db: Db) {
  // What counts against the limits of rules: everything that may have reached the gateway. Doubt counts.
  const automatic = () =>
    db.selectFrom('decisions').where('actor_kind', '=', 'rule').where('state', 'not in', ['failed', 'settled-not-done']);

  async function write(trx: Db, id: string, patch: DecisionPatch): Promise<DecisionView> {
    const row = await trx.selectFrom('decisions').select('body').where('id', '=', id).executeTakeFirst();
    if (!row) throw new Error(`decision ${id} is not in the store`);
    const whole: DecisionView = { ...readDecision(row.body), ...patch };
    await trx
      .updateTable('decisions')
      .set({ state: whole.state, body: JSON.stringify(whole) })
      .where('id', '=', id)
      .execute();
    return whole;
  }

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
    complete: (id: string, patch: DecisionPatch): Promise<DecisionView> => inTransaction(db, (trx) => write(trx, id, patch)),

    /** Writes what a reading of the gateway says of a decision without an answer. Undefined, and nothing written, where it has one by now. */
    settle: (id: string, patch: DecisionPatch): Promise<DecisionView | undefined> =>
      inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('decisions').select('state').where('id', '=', id).executeTakeFirst();
        return row?.state === 'asking' ? await write(trx, id, patch) : undefined;
      }),

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

    /** What every rule began on a gateway since a time, approvals and rejections, by its id; what may have worked included. Oldest first. */
    async byRulesSince(gateway: string, sinceMs: number): Promise<Map<string, { deviceId: string; atMs: number }[]>> {
      const rows = await automatic()
        .select(['rule_id', 'device_id', 'at_ms'])
        .where('gateway', '=', gateway)
        .where('at_ms', '>=', sinceMs)
        .orderBy('seq')
        .execute();
      const found = new Map<string, { deviceId: string; atMs: number }[]>();
      for (const { rule_id, device_id, at_ms } of rows) {
        if (rule_id === null) continue;
        const use = { deviceId: device_id, atMs: at_ms };
        const of = found.get(rule_id);
        if (of) of.push(use);
        else found.set(rule_id, [use]);
      }
      return found;
    },

    /** How often each of these rules decided, ever and on every gateway. */
    async usesOf(ruleIds: readonly string[]): Promise<Map<string, number>> {
      if (ruleIds.length === 0) return new Map();
      const rows = await automatic()
        .select((eb) => ['rule_id', eb.fn.countAll<number>().as('n')])
        .where('rule_id', 'in', ruleIds)
        .groupBy('rule_id')
        .execute();
      return new Map(rows.flatMap(({ rule_id, n }) => (rule_id === null ? [] : [[rule_id, n] as const])));
    },

    /** How many approvals rules and permit windows together began since a time. */
    async automaticSince(sinceMs: number): Promise<number> {
      const row = await automatic()
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('action', '=', 'approve')
        .where('at_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      return row.n;
    },

    /** How often a rule decided, ever, and when last (ms). */
    async hitsOf(ruleId: string): Promise<{ hits: number; lastAtMs?: number }> {
      const row = await automatic()
        .select((eb) => [eb.fn.countAll<number>().as('n'), eb.fn.max('at_ms').as('last')])
        .where('rule_id', '=', ruleId)
        .executeTakeFirstOrThrow();
      return { hits: row.n, ...(row.n > 0 ? { lastAtMs: row.last } : {}) };
    },

    /** The newest approval of a device that was answered, or undefined: a rejection since does not hide it. */
    async lastApproval(gateway: string, deviceId: string): Promise<DecisionView | undefined> {
      const row = await db
        .selectFrom('decisions')
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .where('action', '=', 'approve')
        .where('state', 'in', ['approved', 'settled-approved'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && readDecision(row.body);
    },

    /** The newest 1,000 rejections of a change of platform on a gateway, and approvals of the same devices since, oldest first. */
    async platformsRefused(gateway: string): Promise<DecisionView[]> {
      const refused = await db
        .selectFrom('decisions')
        .select(['seq', 'device_id', 'body'])
        .where('gateway', '=', gateway)
        .where('action', '=', 'reject')
        .where('state', '=', 'rejected')
        .where((eb) => eb(eb.fn('json_extract', ['body', eb.val('$.reason')]), '=', 'metadata-change'))
        .orderBy('seq', 'desc')
        .limit(1000)
        .execute();
      const devices = [...new Set(refused.map((row) => row.device_id))];
      if (devices.length === 0) return [];
      const gave = await db
        .selectFrom('decisions')
        .select(['seq', 'body'])
        .where('gateway', '=', gateway)
        .where('device_id', 'in', devices)
        .where('action', '=', 'approve')
        .where('state', 'in', ['approved', 'settled-approved'])
        .execute();
      return [...refused, ...gave].sort((a, b) => a.seq - b.seq).map((row) => readDecision(row.body));
    },

    /** Approvals of a device that reached the gateway or may have, begun since a time; oldest first, without damaged ones. */
    async approvalsSince(gateway: string, deviceId: string, sinceMs: number): Promise<DecisionView[]> {
      const rows = await db
        .selectFrom('decisions')
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .where('action', '=', 'approve')
        .where('state', 'in', ['asking', 'approved', 'settled-approved', 'settled-unknown'])
        .where('at_ms', '>=', sinceMs)
        .orderBy('seq')
        .execute();
      return readable(rows, (row) => readDecision(row.body)).items;
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
