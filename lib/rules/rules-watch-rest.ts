// How long a text of the rules file must stay as it is before it is taken: one that gives more than the last good one may be half of
// something, since the last lines of a rule are often its conditions.
import type { Rule, RuleBody } from './rule.ts';
import { type Maker, type Step, stepsTo } from './rules-diff.ts';
import type { FileReading } from './rules-file.ts';
import { parseRules, type RulesFormat } from './rules-text.ts';

/** An end that only the record knows is taken for the one beside which any other gives more. */
const SOONEST = '1970-01-01T00:00:00.000Z';
const LATEST = '9999-12-31T00:00:00.000Z';
/** Which of two ends is later is told without a clock; whether one is too far ahead is asked when the text is taken. */
const NO_TIME = Date.parse('9998-01-01T00:00:00.000Z');

/**
 * Remembers the last good text that was taken and says of another one whether it gives more. `widens`: also when nothing good was taken
 * yet, except of the very first reading, which nothing is in force beside. A text with faults puts nothing in force, so it never widens.
 */
export function createRest(format: RulesFormat) {
  let first = true;
  let kept: Rule[] | undefined;

  const maker = (): Maker => {
    let made = 0;
    return { newId: () => `${++made}`, actor: { kind: 'file', name: '' }, now: NO_TIME, source: 'file' };
  };
  // What is asked about is what is taken next, and a large text takes its time.
  let last: { text: string; rules: RuleBody[] | undefined } | undefined;
  const rulesOf = (reading: FileReading): RuleBody[] | undefined => {
    if (reading.kind === 'refused') return undefined;
    if (last?.text !== reading.text) {
      const { rules, problems } = parseRules(reading.text, format, NO_TIME);
      last = { text: reading.text, rules: problems.length > 0 ? undefined : rules };
    }
    return last.rules;
  };
  const stepsFrom = (rules: readonly RuleBody[]): Step[] =>
    stepsTo(
      rules,
      (kept ?? []).map((rule) => ({ rule, recorded: true })),
      maker(),
    );
  /** The rules of a text as they would be kept; a new one without an end of its own got that from the record. */
  const keptOf = (rules: readonly RuleBody[]): Rule[] =>
    stepsFrom(rules).flatMap((step, at) => {
      if (step.kind === 'remove') return [];
      const known = step.kind !== 'add' || rules[at]?.expiresAt !== undefined;
      return [known ? step.rule : { ...step.rule, expiresAt: step.rule.effect === 'approve' ? SOONEST : LATEST }];
    });

  return {
    widens(reading: FileReading): boolean {
      if (first) return false;
      const rules = rulesOf(reading);
      if (!rules) return false;
      return kept === undefined || stepsFrom(rules).some((step) => step.widens);
    },
    took(reading: FileReading): void {
      first = false;
      const rules = rulesOf(reading);
      if (rules) kept = keptOf(rules);
    },
  };
}
