// What holds a rule back although it matches: how often it may act, and its rest after a person said no. A limited match holds the
// request; it never passes to a rule below, which would make two rules twice as generous as each.
import type { ConditionView, VerdictReason } from '../api/rule-shapes.ts';
import type { VerdictInput } from './case.ts';
import type { CompiledRule } from './compile.ts';
import { isForOneKey } from './per-device.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export type LimitCode = 'limit-rule' | 'limit-device' | 'limit-uses' | 'cooling-off';

function countedIn({ rule }: CompiledRule, { history, request, now }: VerdictInput): { all: number; ofDevice: number } {
  const since = now - HOUR_MS;
  let all = 0;
  let ofDevice = 0;
  for (const use of history.byRule.get(rule.id) ?? []) {
    if (use.atMs <= since) continue;
    all += 1;
    if (use.deviceId === request.deviceId) ofDevice += 1;
  }
  return { all, ofDevice };
}

/** The first limit that holds, without words: uses in all, then per rule, then per device, for a new key costs a caller nothing. */
export function firstLimit(compiled: CompiledRule, input: VerdictInput): LimitCode | undefined {
  const { rule } = compiled;
  const rejectedAt = input.history.rejectedAtMs.get(rule.id);
  // A rejection that lies ahead of the clock counts: the clock went back, not the person's word.
  if (rejectedAt !== undefined && input.now - rejectedAt < compiled.coolOffMs) return 'cooling-off';
  if (rule.maxUses !== undefined && (input.history.uses.get(rule.id) ?? 0) >= rule.maxUses) return 'limit-uses';
  const counted = countedIn(compiled, input);
  if (counted.all >= rule.maxPerHour) return 'limit-rule';
  return counted.ofDevice >= rule.maxPerDevicePerHour ? 'limit-device' : undefined;
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** The same in words. */
export function limitReasons(compiled: CompiledRule, input: VerdictInput): VerdictReason[] {
  const { rule } = compiled;
  const code = firstLimit(compiled, input);
  if (code === undefined) return [];
  const did = rule.effect === 'reject' ? 'rejected' : 'approved';
  const counted = countedIn(compiled, input);
  const rejectedAt = input.history.rejectedAtMs.get(rule.id) ?? input.now;
  const text = {
    'cooling-off': `A person rejected what it would have decided; it rests for ${Math.max(1, Math.ceil((rejectedAt + compiled.coolOffMs - input.now) / MINUTE_MS))} more minutes.`,
    'limit-uses': `It has ${did} ${times(rule.maxUses ?? 0)}, which is all that it may.`,
    'limit-rule': `It has ${did} ${times(counted.all)} in the last hour, which is its limit.`,
    'limit-device': `It has ${did} this device ${times(counted.ofDevice)} in the last hour; ${rule.maxPerDevicePerHour} is the limit for one device.`,
  }[code];
  return [{ code, text, rule: rule.id, ruleName: rule.name }];
}

const passed = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
};

/** Every limit of a rule beside what was used of it before this request: the same that `firstLimit` decides by. */
export function limitViews(compiled: CompiledRule, input: VerdictInput): ConditionView[] {
  const { rule } = compiled;
  if (rule.effect === 'leave') return [];
  const counted = countedIn(compiled, input);
  const uses = input.history.uses.get(rule.id) ?? 0;
  const rejectedAt = input.history.rejectedAtMs.get(rule.id);
  const rests = rejectedAt !== undefined && input.now - rejectedAt < compiled.coolOffMs;
  const perHour: ConditionView = {
    name: 'per-hour',
    label: 'Per hour',
    wanted: `at most ${rule.maxPerHour}`,
    value: `${counted.all} in the last hour`,
    held: counted.all < rule.maxPerHour,
  };
  const perDevice: ConditionView = {
    name: 'per-device',
    label: 'Per device',
    wanted: `at most ${rule.maxPerDevicePerHour} an hour`,
    value: `${counted.ofDevice} for this device in the last hour`,
    held: counted.ofDevice < rule.maxPerDevicePerHour,
  };
  const tighter = rule.maxPerDevicePerHour < rule.maxPerHour ? perDevice : perHour;
  const views = isForOneKey(rule) ? [tighter] : [perHour, perDevice];
  if (rule.maxUses !== undefined)
    views.push({
      name: 'uses',
      label: 'Altogether',
      wanted: `at most ${rule.maxUses}`,
      value: `${uses} so far`,
      held: uses < rule.maxUses,
    });
  views.push({
    name: 'cool-off',
    label: 'Rest after a rejection',
    wanted: `${compiled.coolOffMs / MINUTE_MS} minutes`,
    value: rejectedAt === undefined ? 'nobody rejected such a request lately' : `a person rejected one ${passed(input.now - rejectedAt)}`,
    held: !rests,
  });
  return views;
}
