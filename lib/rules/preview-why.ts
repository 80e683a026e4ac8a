// Why a draft leaves a request, as a code that many requests share and as words for one of them.
import type { RecordedCase, RuleInForce, VerdictInput } from './case.ts';
import { type CompiledRule, compiledOf } from './compile.ts';
import type { Condition } from './conditions.ts';
import type { Decided } from './decide.ts';
import { missReasons } from './explain.ts';
import { GUARD_WORDS, isGuard } from './guard-words.ts';
import { guardReasons } from './guards.ts';
import { type Subject, subjectOf } from './subject.ts';

/** A case with what the preview made of it. */
export type Tried = { recorded: RecordedCase; would: 'approved' | 'rejected' | 'left'; code: string; by: RuleInForce | undefined };

const missed = (compiled: CompiledRule, subject: Subject): Condition | undefined =>
  compiled.conditions.find((condition) => condition.test(compiled, subject) !== true);

/**
 * The code of a request that was left: `other-rule` where another rule stands before the draft, `miss-…` for the first condition of the
 * draft that does not hold, else the code of the decision.
 */
export function leftCode(decided: Decided, draft: RuleInForce, subject: Subject): string {
  if (decided.entry) return decided.entry === draft ? decided.code : 'other-rule';
  const miss = missed(compiledOf(draft), subject);
  return miss ? `miss-${miss.name}` : decided.code;
}

/** What stands for all requests of one code. */
export function groupText(code: string, draft: RuleInForce): string {
  const compiled = compiledOf(draft);
  const { rule } = draft;
  const condition = compiled.conditions.find((c) => `miss-${c.name}` === code);
  if (condition) return `${condition.label}: not ${condition.wanted(compiled)}, or not known.`;
  if (isGuard(code)) return GUARD_WORDS[code].text;
  switch (code) {
    case 'other-rule':
      return 'Another rule comes first.';
    case 'limit-rule':
      return `The rule had acted ${rule.maxPerHour} times within the hour, which is its limit.`;
    case 'limit-device':
      return `The rule had acted ${rule.maxPerDevicePerHour} times for that device within the hour, which is its limit.`;
    case 'limit-uses':
      return `The rule had acted ${rule.maxUses ?? 0} times, which is all that it may.`;
    case 'cooling-off':
      return 'A person had rejected something like it shortly before, so the rule would have rested.';
    case 'left':
      return 'The rule leaves it to you.';
    case 'doubt':
      return 'Not everything that the rule asks was known.';
    case 'doubt-above':
      return 'A rule above might have approved it.';
    default:
      return 'The rule cannot act as it stands.';
  }
}

/** Why one request came out as it did. `inputOf` gives what the rules were asked, without a history. */
export function whyText({ recorded, would, code, by }: Tried, draft: RuleInForce, inputOf: (c: RecordedCase) => VerdictInput): string {
  if (would !== 'left') return 'Every condition holds.';
  if (code === 'other-rule') return `${by?.rule.name ?? 'Another rule'} comes first.`;
  const input = inputOf(recorded);
  const first = (reasons: readonly { text: string }[]) => reasons.map((r) => r.text).find((text) => text.length > 0);
  if (isGuard(code)) return first(guardReasons(input, draft.rule.effect === 'reject' ? 'reject' : 'approve')) ?? groupText(code, draft);
  if (code.startsWith('limit-') || code === 'cooling-off' || code === 'left') return groupText(code, draft);
  return first(missReasons(draft, subjectOf(input))) ?? groupText(code, draft);
}
