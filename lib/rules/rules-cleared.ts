// Which rules give more because of what became of others: the first rule that matches decides, so what stands above a rule narrows it.
import type { Rule } from './rule.ts';
import { aboveWrite, gives, holdsBack, NO_MORE, widens } from './rules-diff-widens.ts';
import { FIELDS } from './rules-text-write.ts';

/** A rule as it was. Without its Activity row, or unreadable, it may still hold requests back, but approves nothing. */
type Was = { rule: Rule; recorded: boolean; unreadable?: true };

const lives = (rule: Rule, now: number): boolean => Date.parse(rule.expiresAt) > now;
const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;
/** No request is for both. */
const apart = (a: Rule, b: Rule): boolean => differ(a.gateway, b.gateway) || differ(a.deviceId, b.deviceId);

/**
 * A rule that approves stands in the way too: where its limits or its rest hold a request, none below is asked. Of one that gives no more
 * than write and needs nobody's word that does not count, for without it everybody who writes rules could give as much.
 */
const limitsOthers = ({ rule, recorded, unreadable }: Was): boolean =>
  recorded && !unreadable && gives(rule) && (aboveWrite(rule) || rule.acknowledge.length > 0);

const FREE: readonly (keyof typeof NO_MORE)[] = ['name', 'note', 'maxPerHour', 'maxPerDevicePerHour', 'maxUses', 'coolOffMinutes'];

/** An approving rule that matches what it matched before, acts on it as before, and gives it no more often. */
function limitsAsBefore(before: Rule, after: Rule): boolean {
  // A rule of a file that waits for a person is passed over.
  if (!gives(after) || (after.source === 'file' && after.unacknowledged && !before.unacknowledged)) return false;
  return FIELDS.every((field) => {
    if (field === 'expiresAt') return Date.parse(after.expiresAt) >= Date.parse(before.expiresAt);
    return FREE.includes(field) ? NO_MORE[field](after, before) : JSON.stringify(after[field]) === JSON.stringify(before[field]);
  });
}

/**
 * The ids of approving rules that were there before and that something does not narrow any more: it is gone, switched off, in shadow, below
 * them, or holds less. Both books in the order in which they are asked. What cannot be told counts as more. Whether a rule itself was
 * changed is not looked at: `widens` tells that.
 */
export function clearedBy(before: readonly Was[], after: readonly Rule[], now: number): Set<string> {
  const place = new Map(after.map((rule, at) => [rule.id, at]));
  const cleared = new Set<string>();
  for (const [at, { rule: old }] of before.entries()) {
    const is = place.get(old.id);
    const target = is === undefined ? undefined : after[is];
    if (target?.effect !== 'approve' || !lives(target, now)) continue;
    const above = after.slice(0, is);
    const stands = ({ rule }: Was): boolean =>
      holdsBack(rule)
        ? above.some((other) => !widens(rule, other))
        : above.some((other) => other.id === rule.id && limitsAsBefore(rule, other));
    const narrowing = before.slice(0, at).filter((one) => {
      const { rule } = one;
      if (!lives(rule, now) || apart(rule, target)) return false;
      return limitsOthers(one) || (holdsBack(rule) && rule.reasons.includes('scope-upgrade'));
    });
    if (!narrowing.every(stands)) cleared.add(old.id);
  }
  return cleared;
}
