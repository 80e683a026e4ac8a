// Whether a changed rule lets rules approve more than before. Every field is looked at, and what cannot be told counts as more.
import { effectiveScopes, isScope, scopeRisk } from '../gateway/scopes.ts';
import { ceilingOf } from './ceiling.ts';
import type { Rule, RuleBody } from './rule.ts';
import { FIELDS } from './rules-text-write.ts';

type Field = keyof RuleBody;

/** It approves by itself: switched on, not in shadow. Its end is compared like any other field. */
export const gives = (rule: Rule): boolean => rule.enabled && !rule.shadow && rule.effect === 'approve';

/** It keeps requests from rules below it. */
export const holdsBack = (rule: Rule): boolean => rule.enabled && !rule.shadow && rule.effect !== 'approve';

/** It can give more than write, or nobody can tell. */
export const aboveWrite = (rule: Rule): boolean =>
  rule.effect === 'approve' && ceilingOf(rule).some((s) => !isScope(s) || !['read', 'write'].includes(scopeRisk(s)));

const within = (after: readonly string[] | undefined, before: readonly string[] | undefined): boolean =>
  before === undefined || (after?.every((one) => before.includes(one)) ?? false);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
/** A condition that was added, or is as it was. Another value of it matches other requests. */
const narrowed = (after: unknown, before: unknown): boolean => before === undefined || same(after, before);
const atMost = (after: number | undefined, before: number | undefined): boolean =>
  before === undefined || (after !== undefined && after <= before);

type Rest = { [F in Field]-?: (after: Rule, before: Rule) => boolean };

/** Per field: whether an approving rule gives no more than before on account of it. */
export const NO_MORE: Rest = {
  name: () => true,
  enabled: () => true,
  shadow: () => true,
  effect: () => true,
  note: () => true,
  gateway: (a, b) => narrowed(a.gateway, b.gateway),
  reasons: (a, b) => within(a.reasons, b.reasons),
  origin: (a, b) => a.origin === b.origin,
  assurance: (a, b) => a.assurance === b.assurance || a.assurance === 'peer',
  agentsMayUse: (a, b) => a.agentsMayUse === b.agentsMayUse || !a.agentsMayUse,
  deviceId: (a, b) => narrowed(a.deviceId, b.deviceId),
  clientIds: (a, b) => within(a.clientIds, b.clientIds),
  clientModes: (a, b) => within(a.clientModes, b.clientModes),
  platforms: (a, b) => within(a.platforms, b.platforms),
  displayName: (a, b) => narrowed(a.displayName, b.displayName),
  pairedForHours: (a, b) => (a.pairedForHours ?? 0) >= (b.pairedForHours ?? 0),
  heldScopes: (a, b) => within(b.heldScopes ?? [], a.heldScopes ?? []),
  authMethods: (a, b) => within(a.authMethods, b.authMethods),
  hours: (a, b) => narrowed(a.hours, b.hours),
  scopes: (a, b) => within([...effectiveScopes(ceilingOf(a))], [...effectiveScopes(ceilingOf(b))]),
  confirm: (a, b) => within([...effectiveScopes(ceilingOf(a))], [...effectiveScopes(ceilingOf(b))]),
  maxPerHour: (a, b) => a.maxPerHour <= b.maxPerHour,
  maxPerDevicePerHour: (a, b) => Math.min(a.maxPerHour, a.maxPerDevicePerHour) <= Math.min(b.maxPerHour, b.maxPerDevicePerHour),
  maxUses: (a, b) => atMost(a.maxUses, b.maxUses),
  coolOffMinutes: (a, b) => a.coolOffMinutes >= b.coolOffMinutes,
  expiresAt: (a, b) => Date.parse(a.expiresAt) <= Date.parse(b.expiresAt),
  acknowledge: (a, b) => within(a.acknowledge, b.acknowledge),
};

/** Fields of a rule that holds requests back which may change without letting one through that it held. */
const HARMLESS: readonly Field[] = ['name', 'note', 'acknowledge', 'agentsMayUse', 'confirm'];

function holdsLess(after: Rule, before: Rule): boolean {
  if (!holdsBack(after) || Date.parse(after.expiresAt) < Date.parse(before.expiresAt)) return true;
  // To leave a request to a person holds it as well as to reject it.
  return FIELDS.some((field) => {
    if (HARMLESS.includes(field) || field === 'effect' || field === 'expiresAt') return false;
    if (field === 'scopes' || field === 'reasons') return !within(before[field], after[field]);
    return !same(after[field], before[field]);
  });
}

/** Whether this change lets rules approve more than before: by this rule, or past it. Undefined: there was, or is, no such rule. */
export function widens(before: Rule | undefined, after: Rule | undefined): boolean {
  if (before && holdsBack(before) && (!after || holdsLess(after, before))) return true;
  if (!after || !gives(after)) return false;
  if (!before || !gives(before)) return true;
  return FIELDS.some((field) => !NO_MORE[field](after, before));
}
