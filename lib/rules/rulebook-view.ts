// A kept rule as it is shown: what it says, what it did, how often people said the same, and why it cannot act.
import type { RuleView } from '../api/rule-shapes.ts';
import { isoOf } from '../clock.ts';
import type { Store } from '../store/open.ts';
import { type BlockContext, ruleBlocks } from './blocks.ts';
import type { RuleInForce } from './case.ts';
import { sentenceOf } from './sentence.ts';

/** The view of an entry. Rejects with Problem('store-unwritable') when the record cannot be read. */
export async function viewOf(
  entry: RuleInForce,
  deps: { store: Store; context: BlockContext; unacknowledged: boolean; grants: { devices: number } },
): Promise<RuleView> {
  const { rule, version } = entry;
  const [{ hits, lastAtMs }, agreement] = await Promise.all([
    deps.store.decisions.hitsOf(rule.id),
    deps.store.ruleCalls.agreementOf(rule.id),
  ]);
  const { acknowledge: _acknowledge, ...fields } = rule;
  return {
    ...fields,
    unacknowledged: deps.unacknowledged,
    version,
    hits,
    ...(lastAtMs === undefined ? {} : { lastHitAt: isoOf(lastAtMs) }),
    agreement,
    grants: deps.grants,
    ended: Date.parse(rule.expiresAt) <= deps.context.now,
    blockedBy: ruleBlocks(entry, deps.context).filter((b) => b.code !== 'rule-off'),
    sentence: sentenceOf(rule),
  };
}
