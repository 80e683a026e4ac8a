// What an import would do, said before it is done and bound to what was read: the text, and the rules as they were then.
import type { RulesDiff } from '../api/rule-shapes.ts';
import { Problem } from '../problem.ts';
import type { Kept } from './rulebook-entries.ts';
import { changesOf, importDigest, type Maker, type Step, stepsTo } from './rules-diff.ts';
import { parseRules, type RulesFormat } from './rules-text.ts';

/** The steps of an import and how they are shown. With problems there are no steps: a file is taken as a whole or not at all. */
export function planOf(text: string, format: RulesFormat, kept: readonly Kept[], by: Maker): { steps: Step[]; diff: RulesDiff } {
  const { rules, problems } = parseRules(text, format, by.now);
  const broken = problems.length > 0;
  const steps = broken ? [] : stepsTo(rules, kept, by);
  return { steps, diff: { digest: importDigest(`${format}\n${text}`, kept), problems, changes: changesOf(steps) } };
}

/** Refuses a plan that is broken, or that is not the one that was read: Problem('rules-file-broken' | 'request-changed'). */
export function mustBe(diff: RulesDiff, digest: string): void {
  const [first] = diff.problems;
  if (first) {
    const where = first.line === undefined ? '' : `line ${first.line}, column ${first.column ?? 1}: `;
    throw new Problem('rules-file-broken', `${where}${first.path ? `${first.path}: ` : ''}${first.message}`, { problems: diff.problems });
  }
  if (diff.digest !== digest)
    throw new Problem('request-changed', 'The file or the rules are not those whose changes you read. Read the changes again.');
}
