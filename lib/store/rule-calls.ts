// What each rule said of each recorded request, beside what people said: how often they agree, and when a rule must rest.
import { sql } from 'kysely';
import type { AgreementView } from '../api/rule-shapes.ts';
import type { RuleCall } from '../rules/case.ts';
import { createCaseReader } from './case-reader.ts';
import { compareCalls } from './compared.ts';
import { type Disagreement, disagreementOf } from './disagreement.ts';
import { type Db, inTransaction, type RuleCallRow } from './schema.ts';

/** When people last rejected: a request of the device, and per rule one that the rule would have approved; ms. */
export type Rejections = { device: number | undefined; rules: ReadonlyMap<string, number> };

const rowOf = (call: RuleCall): RuleCallRow => ({
  rule_id: call.ruleId,
  case_id: call.caseId,
  version: call.version,
  at_ms: call.atMs,
  would: call.would,
  shadow: call.shadow ? 1 : 0,
  agrees: null,
});

/** The calls of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createRuleCalls(db: Db) {
  const compared = (ruleId: string) => db.selectFrom('rule_calls').where('rule_calls.rule_id', '=', ruleId).where('agrees', 'is not', null);

  /** On account of the rule, or of one decision of it. */
  const takenBack = (ruleId: string) =>
    db
      .selectFrom('take_backs')
      .where((eb) =>
        eb.or([
          eb('rule_id', '=', ruleId),
          eb('decision_id', 'in', eb.selectFrom('decisions').select('decisions.id').where('decisions.rule_id', '=', ruleId)),
        ]),
      )
      .where('state', 'in', ['gone', 'returned']);

  async function lastDisagreement(ruleId: string): Promise<Disagreement | undefined> {
    const [differs, back] = await Promise.all([
      compared(ruleId)
        .where('agrees', '=', 0)
        .innerJoin('cases', 'cases.id', 'rule_calls.case_id')
        .selectAll('cases')
        .orderBy('cases.outcome_at_ms', 'desc')
        .limit(1)
        .executeTakeFirst(),
      takenBack(ruleId).select(['gateway', 'device_id', 'at_ms', 'body']).orderBy('at_ms', 'desc').limit(1).executeTakeFirst(),
    ]);
    const [decided] = differs ? await createCaseReader(db)([differs]) : [];
    return disagreementOf(decided, back);
  }

  /** Requests that people turned away, with the rules that would have approved them, oldest first. */
  const recorded = (gateway: string, sinceMs: number) =>
    db
      .selectFrom('cases')
      .leftJoin('rule_calls', (join) => join.onRef('rule_calls.case_id', '=', 'cases.id').on('rule_calls.would', '=', 'approve'))
      .select(['cases.device_id', 'cases.outcome_at_ms', 'rule_calls.rule_id'])
      .where('cases.gateway', '=', gateway)
      // Written out: an index over some rows is used only where the text itself says that they are meant.
      .where(sql<boolean>`cases.outcome = 'rejected'`)
      .where('cases.outcome_by', '!=', 'rule')
      .where('cases.outcome_at_ms', '>=', sinceMs)
      .orderBy('cases.outcome_at_ms')
      .execute();

  /** When people last turned this device away here, ms. A request that was rejected before its evidence was in is no case; doubt counts. */
  async function ownRejection(gateway: string, deviceId: string, sinceMs: number): Promise<number | undefined> {
    const row = await db
      .selectFrom('decisions')
      .select('at_ms')
      .where('gateway', '=', gateway)
      .where('device_id', '=', deviceId)
      .where('action', '=', 'reject')
      .where('actor_kind', '!=', 'rule')
      .where('state', 'not in', ['failed', 'settled-not-done'])
      .where('at_ms', '>=', sinceMs)
      .orderBy('at_ms', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.at_ms;
  }

  return {
    /** Makes these the only calls on a case: the last state of a request counts. */
    replace: (caseId: string, calls: readonly RuleCall[]): Promise<void> =>
      inTransaction(db, async (trx) => {
        await trx.deleteFrom('rule_calls').where('case_id', '=', caseId).execute();
        if (calls.length === 0) return;
        await trx.insertInto('rule_calls').values(calls.map(rowOf)).execute();
        await compareCalls(trx, caseId);
      }),

    /** The rules whose word on these cases counts beside that of people. */
    async comparedOn(caseIds: readonly string[]): Promise<string[]> {
      const rows = await db
        .selectFrom('rule_calls')
        .select('rule_id')
        .distinct()
        .where('case_id', 'in', caseIds)
        .where('agrees', 'is not', null)
        .execute();
      return rows.map((row) => row.rule_id);
    },

    /** How often a rule and people said the same of what both looked at. A grant of the rule that was taken back counts against it. */
    async agreementOf(ruleId: string): Promise<AgreementView> {
      const [asked, back, last] = await Promise.all([
        compared(ruleId)
          .select((eb) => [eb.fn.countAll<number>().as('decided'), eb.fn.sum<number | null>('agrees').as('agreed')])
          .executeTakeFirstOrThrow(),
        takenBack(ruleId)
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow(),
        lastDisagreement(ruleId),
      ]);
      return { decided: asked.decided + back.n, agreed: asked.agreed ?? 0, ...(last === undefined ? {} : { lastDisagreement: last }) };
    },

    /** When people rejected since a time: a request of this device, and per rule what that rule would have approved on this gateway. */
    async rejections(gateway: string, deviceId: string, sinceMs: number): Promise<Rejections> {
      const [rows, own] = await Promise.all([recorded(gateway, sinceMs), ownRejection(gateway, deviceId, sinceMs)]);
      const rules = new Map<string, number>();
      let device = own;
      for (const { device_id, outcome_at_ms, rule_id } of rows) {
        if (outcome_at_ms === null) continue;
        if (device_id === deviceId) device = Math.max(device ?? outcome_at_ms, outcome_at_ms);
        if (rule_id !== null) rules.set(rule_id, outcome_at_ms);
      }
      return { device, rules };
    },
  };
}

export type RuleCalls = ReturnType<typeof createRuleCalls>;
