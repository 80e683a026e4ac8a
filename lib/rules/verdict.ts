// What the rules say of one request, in words: the decision of decide.ts, explained. The same function serves live requests, shadow, the
// preview of a draft and recorded requests.
import type { ShadowCall, VerdictReason, VerdictView } from '../api/rule-shapes.ts';
import type { RuleInForce, VerdictInput } from './case.ts';
import { compiledOf } from './compile.ts';
import { type Decided, decideOn } from './decide.ts';
import { distanceOf, missReasons, traceOn } from './explain.ts';
import { guardReasons } from './guards.ts';
import { limitReasons } from './limits.ts';
import { isOpenFor, windowMiss } from './openings.ts';
import { type Subject, subjectOf } from './subject.ts';

export { ruleBlocks } from './blocks.ts';
export { type Decided, decide } from './decide.ts';
export { traceOf } from './explain.ts';

/** So many rules are explained whole where none matched, the nearest ones; of the others the first reason is said. */
const NEAREST = 3;
const MOST_REASONS = 40;

const isAsked = ({ rule }: RuleInForce): boolean => rule.enabled && !rule.shadow;

/** What every rule in shadow would have done at its place, were it the only one switched on in earnest. */
function shadowCalls(subject: Subject, decided: Decided): ShadowCall[] {
  const { input } = subject;
  if (decided.window || !input.rules.some(({ rule }) => rule.enabled && rule.shadow)) return [];
  // It records also while automation is off: that is when a rule is tried out.
  const trial: Subject = {
    ...subject,
    input: { ...input, guards: { ...input.guards, automation: { ...input.guards.automation, on: true } } },
  };
  const out: ShadowCall[] = [];
  for (const entry of input.rules) {
    // Nothing below the rule that decided is ever asked.
    if (entry === decided.entry) break;
    if (!entry.rule.enabled || !entry.rule.shadow) continue;
    const would = decideOn(trial, entry);
    if (would.entry !== entry) continue;
    const { id: rule, name: ruleName } = entry.rule;
    const call = (effect: ShadowCall['would']) => out.push({ rule, ruleName, version: entry.version, would: effect });
    if (would.kind !== 'hold') call(would.kind);
    else if (would.code === 'left') call('leave');
  }
  return out;
}

function windowReasons(subject: Subject): VerdictReason[] {
  return subject.input.windows
    .filter((window) => isOpenFor(window, subject))
    .map((window) => windowMiss(window, subject))
    .filter((miss) => miss !== undefined)
    .map(({ code, text }) => ({ code, text: `A permit window is open for it. ${text}` }));
}

/** Nothing decided: every guard that would hold it, and how far each rule was from matching, in their order. */
function unmatched(subject: Subject): VerdictView {
  const { input } = subject;
  const guards = guardReasons(input, 'approve');
  const asked = input.rules.filter(isAsked);
  const reasons: VerdictReason[] = [...guards, ...windowReasons(subject)];
  if (asked.length === 0) return { kind: 'hold', reasons: [...reasons, { code: 'no-rule', text: 'No rule is switched on.' }] };
  const near = asked
    .map((entry) => ({ entry, distance: distanceOf(entry, subject) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
    .map(({ entry }) => entry);
  if (guards.length === 0) reasons.unshift({ code: 'no-match', text: 'No rule matches.' });
  const room = () => MOST_REASONS - reasons.length;
  for (const entry of asked) {
    const whole = near.includes(entry);
    if (whole || room() > 0) reasons.push(...missReasons(entry, subject).slice(0, whole ? undefined : 1));
  }
  const [nearest] = near;
  return { kind: 'hold', reasons, ...(nearest ? { trace: traceOn(nearest, subject) } : {}) };
}

function heldReasons({ code, entry, above }: Decided, subject: Subject): VerdictReason[] {
  const { input } = subject;
  if (!entry) return guardReasons(input, 'window');
  const { rule } = entry;
  const named = { rule: rule.id, ruleName: rule.name };
  switch (code) {
    case 'left':
      return [{ code, text: `${rule.name} leaves this to you.`, ...named }];
    case 'doubt':
      return [
        { code, text: `${rule.name} might ${rule.effect} this, but not everything that it asks is known.`, ...named },
        ...missReasons(entry, subject),
      ];
    case 'doubt-above': {
      const reasons = above ? missReasons(above, subject) : [];
      return [
        { code, text: `${rule.name} would reject this, but ${above?.rule.name ?? 'a rule above'} might have approved it.`, ...named },
        ...reasons,
      ];
    }
    default: {
      const act = rule.effect === 'reject' ? 'reject' : 'approve';
      const trace = traceOn(entry, subject);
      if (trace.outcome === 'blocked') return [...trace.reasons];
      return [...guardReasons(input, act), ...limitReasons(compiledOf(entry), input)];
    }
  }
}

function explained(decided: Decided, subject: Subject): VerdictView {
  const { kind, entry, window } = decided;
  if (window) {
    const reasons = kind === 'approve' ? [{ code: 'window', text: 'A permit window is open for it.' }] : heldReasons(decided, subject);
    return { kind, window: window.id, reasons };
  }
  if (!entry) return unmatched(subject);
  const { rule, version } = entry;
  const named = { rule: rule.id, ruleName: rule.name };
  const note = rule.effect !== 'approve' && rule.note !== undefined ? { note: rule.note } : {};
  const matches = [{ code: 'matches', text: `Every condition of ${rule.name} holds.`, ...named }];
  const reasons = kind === 'hold' ? heldReasons(decided, subject) : matches;
  return { kind, ...named, ruleVersion: version, ...note, reasons, trace: traceOn(entry, subject) };
}

/** The verdict with all its reasons. Never `approve` when any guard, fact or condition is missing. */
export function verdictOf(input: VerdictInput): VerdictView {
  const subject = subjectOf(input);
  const decided = decideOn(subject);
  const view = explained(decided, subject);
  const shadows = shadowCalls(subject, decided);
  return shadows.length > 0 ? { ...view, shadows } : view;
}
