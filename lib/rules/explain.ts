// A rule against a request in words: each condition with what was wanted and what there is, and why it did not act.
import type { ConditionView, RuleTrace, VerdictReason } from '../api/rule-shapes.ts';
import { firstBlock, ruleBlocks } from './blocks.ts';
import type { RuleInForce, VerdictInput } from './case.ts';
import { compiledOf } from './compile.ts';
import { matchOf } from './decide.ts';
import { limitReasons, limitViews } from './limits.ts';
import { type Subject, subjectOf } from './subject.ts';

/** One rule against one request, whatever stands before it: its conditions, then its limits. */
export function traceOn(entry: RuleInForce, subject: Subject): RuleTrace {
  const { rule, version } = entry;
  const { input } = subject;
  const compiled = compiledOf(entry);
  const conditions = compiled.conditions.map((condition): ConditionView => {
    const held = condition.test(compiled, subject);
    return {
      name: condition.name,
      label: condition.label,
      wanted: condition.wanted(compiled),
      value: condition.value(subject),
      ...(held === undefined ? {} : { held }),
      ...(condition.said ? { said: true as const } : {}),
    };
  });
  const match = matchOf(compiled, subject);
  const blocks = ruleBlocks(entry, input);
  const limits = match === true && blocks.length === 0 && rule.effect !== 'leave' ? limitReasons(compiled, input) : [];
  const unmet = match === undefined && rule.effect === 'approve';
  const outcome: RuleTrace['outcome'] =
    match === false || unmet
      ? 'no-match'
      : blocks.length > 0
        ? 'blocked'
        : match === undefined
          ? 'doubt'
          : limits.length > 0
            ? 'limited'
            : 'matches';
  return {
    rule: rule.id,
    ruleName: rule.name,
    version,
    effect: rule.effect,
    shadow: rule.shadow,
    outcome,
    conditions: [...conditions, ...limitViews(compiled, input)],
    reasons: [...blocks, ...limits],
  };
}

/** One rule against one request: each condition with its value, and what blocks or limits the rule. */
export const traceOf = (entry: RuleInForce, input: VerdictInput): RuleTrace => traceOn(entry, subjectOf(input));

/** How far a rule is from matching, without words: conditions that do not hold, and whether anything blocks it. */
export function distanceOf(entry: RuleInForce, subject: Subject): number {
  const compiled = compiledOf(entry);
  let missed = 0;
  for (const condition of compiled.conditions) if (condition.test(compiled, subject) !== true) missed += 1;
  return missed * 2 + (firstBlock(entry, compiled, subject.input) === undefined ? 0 : 1);
}

/** Why a rule does not match, in words: what blocks it, then every condition that does not hold. */
export function missReasons(entry: RuleInForce, subject: Subject): VerdictReason[] {
  const compiled = compiledOf(entry);
  const named = { rule: entry.rule.id, ruleName: entry.rule.name };
  const missed = compiled.conditions.filter((condition) => condition.test(compiled, subject) !== true);
  return [
    ...ruleBlocks(entry, subject.input),
    ...missed.flatMap((condition) => condition.miss(compiled, subject)).map((miss) => ({ ...miss, ...named })),
  ];
}
