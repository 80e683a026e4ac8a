// Whose word an acknowledgement is: a person's, never that of the API token, which agents may hold.
import type { DecisionActor } from '../api/shapes.ts';
import type { Rule } from './rule.ts';
import { widens } from './rules-diff-widens.ts';

/** A kept rule as far as its acknowledgements can be believed. */
type Kept = { rule: Rule; recorded: boolean; unreadable?: true };

/** A rule that is switched off or in shadow gives nothing, and yet what was acknowledged of it is what it would give. */
const acting = (rule: Rule): Rule => ({ ...rule, enabled: true, shadow: false });

const givesMore = (before: Rule, after: Rule): boolean => widens(before, after) || widens(acting(before), acting(after));

/**
 * The rule with the acknowledgements that this actor can have kept. Of the API token's word stays what the kept rule has already, and
 * only as long as the rule gives no more than the one that was acknowledged; a rule that comes out of a file, or that nobody recorded,
 * has nothing to pass on to it.
 */
export function acknowledgedBy(actor: DecisionActor, rule: Rule, before: Kept | undefined): Rule {
  if (actor.kind !== 'api-token' || rule.acknowledge.length === 0) return rule;
  const bare = { ...rule, acknowledge: [] };
  if (!before?.recorded || before.unreadable || before.rule.source !== rule.source) return bare;
  const known = { ...rule, acknowledge: rule.acknowledge.filter((one) => before.rule.acknowledge.includes(one)) };
  return givesMore(before.rule, known) ? bare : known;
}
