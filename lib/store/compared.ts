// Whether a rule and people said the same of a case, written beside the call whenever either changes: counted often, changed rarely.
import { sql } from 'kysely';
import type { Db } from './schema.ts';

/**
 * Compares the calls on one case with what became of it. What was approved with another tool may have been a script that approves
 * everything, so that says nothing; a rejection with another tool is a person's. A rule that leaves says nothing either.
 */
export async function compareCalls(trx: Db, caseId: string): Promise<void> {
  await sql`
    update rule_calls set agrees = (
      select case
        when rule_calls.would = 'leave' or cases.outcome_by = 'rule' then null
        when cases.outcome = 'rejected' then rule_calls.would = 'reject'
        when cases.outcome = 'approved' and cases.outcome_by = 'person' then rule_calls.would = 'approve'
      end from cases where cases.id = rule_calls.case_id)
    where case_id = ${caseId}`.execute(trx);
}
