// What rules gave to which keys, kept in memory, so that every rule can say at once how many devices hold something from it.
import type { RuleGrant } from '../store/take-backs.ts';
import { keyText } from './take-back-plan.ts';

/** Starts with what the store knows. A grant that is told again is the same grant. */
export function createRuleGrants(known: readonly RuleGrant[]) {
  const rules = new Map<string, Map<string, RuleGrant>>();

  function add(grant: RuleGrant) {
    const ofRule = rules.get(grant.ruleId) ?? new Map<string, RuleGrant>();
    rules.set(grant.ruleId, ofRule);
    const text = `${keyText(grant)} ${grant.rowMs ?? ''}`;
    const before = ofRule.get(text);
    ofRule.set(text, {
      ...grant,
      scopes: [...new Set([...(before?.scopes ?? []), ...grant.scopes])],
      lastMs: Math.max(before?.lastMs ?? 0, grant.lastMs),
    });
  }
  for (const grant of known) add(grant);

  return {
    add,
    /** One entry per key and pairing of it, with all that the rule ever gave it. */
    of: (ruleId: string): RuleGrant[] => [...(rules.get(ruleId)?.values() ?? [])],
  };
}
