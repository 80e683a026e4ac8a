// Whose word an acknowledgement is: a person's, never that of the API token, which agents may hold.
import type { DecisionActor } from '../api/shapes.ts';
import type { Rule } from './rule.ts';
import { clearedBy } from './rules-cleared.ts';
import { gives, widens } from './rules-diff-widens.ts';

/** A kept rule as far as its acknowledgements can be believed. */
type Kept = { rule: Rule; recorded: boolean; unreadable?: true };

/** A rule that is switched off or in shadow gives nothing, and yet what was acknowledged of it is what it would give. */
const acting = (rule: Rule): Rule => ({ ...rule, enabled: true, shadow: false });

const givesMore = (before: Rule, after: Rule): boolean => widens(before, after) || widens(acting(before), acting(after));

/** A rules file has its own way to wait for a person: see `markUnseen`. */
const mayAcknowledge = ({ kind }: DecisionActor): boolean => kind === 'person' || kind === 'file';

/**
 * The rule with the acknowledgements that this actor can have kept. Of the API token's word stays what the kept rule has already, and
 * only as long as the rule gives no more than the one that was acknowledged; a rule that comes out of a file, or that nobody recorded,
 * has nothing to pass on to it.
 */
export function acknowledgedBy(actor: DecisionActor, rule: Rule, before: Kept | undefined): Rule {
  if (mayAcknowledge(actor) || rule.acknowledge.length === 0) return rule;
  const bare = { ...rule, acknowledge: [] };
  if (!before?.recorded || before.unreadable || before.rule.source !== rule.source) return bare;
  const known = { ...rule, acknowledge: rule.acknowledge.filter((one) => before.rule.acknowledge.includes(one)) };
  return givesMore(before.rule, known) ? bare : known;
}

/**
 * The book as it may become by this actor's word, `after` being what it asks for; the rest is as it was in `before`, both in the order in
 * which they are asked. An approving rule that a person has seen or acknowledged, and that is narrowed less than it was then, loses both:
 * what its person typed was about the rule behind what stood above it.
 */
export function bookBy(actor: DecisionActor, before: readonly Kept[], after: readonly Rule[], now: number): readonly Rule[] {
  if (mayAcknowledge(actor)) return after;
  let book = after;
  // A rule that lost its word may have been what narrowed the next one.
  for (;;) {
    const cleared = clearedBy(before, book, now);
    const loses = (rule: Rule) => cleared.has(rule.id) && (rule.acknowledge.length > 0 || (gives(rule) && !rule.unacknowledged));
    if (!book.some(loses)) return book;
    book = book.map((rule) => (loses(rule) ? { ...rule, acknowledge: [], unacknowledged: true } : rule));
  }
}
