// What an import would do, said before it is done and bound to what was read: the text, and the rules as they were then.
import type { RulesDiff } from '../api/rule-shapes.ts';
import { Problem } from '../problem.ts';
import { bookAfter } from './rulebook-plan.ts';
import type { Shelf } from './rulebook-shelf.ts';
import { bookBy } from './rulebook-word.ts';
import { changesOf, fieldsThatDiffer, importDigest, type Maker, type Step, stepsTo } from './rules-diff.ts';
import { parseRules, type RulesFormat } from './rules-text.ts';

/** The steps with what the maker's word cannot carry taken out of them: `bookBy` says of which rules. */
function withdrawn(steps: readonly Step[], shelf: Pick<Shelf, 'own' | 'kept'>, by: Maker): Step[] {
  const after = bookAfter(steps, shelf.own(), shelf.kept());
  const book = new Map(bookBy(by.actor, shelf.kept(), after, by.now).map((rule) => [rule.id, rule]));
  return steps.map((step) => {
    const rule = step.kind === 'remove' ? undefined : book.get(step.rule.id);
    if (step.kind === 'remove' || !step.before || !rule || rule === step.rule) return step;
    const fields = fieldsThatDiffer(step.before, rule);
    const order = step.fields.filter(({ field }) => field === 'order');
    return { ...step, kind: fields.length > 0 ? 'change' : step.kind, rule, widens: true, fields: [...fields, ...order], cleared: true };
  });
}

/** The steps of an import and how they are shown. With problems there are no steps: a file is taken as a whole or not at all. */
export function planOf(
  text: string,
  format: RulesFormat,
  shelf: Pick<Shelf, 'own' | 'kept'>,
  by: Maker,
): { steps: Step[]; diff: RulesDiff } {
  const { rules, problems } = parseRules(text, format, by.now);
  const broken = problems.length > 0;
  const steps = broken ? [] : withdrawn(stepsTo(rules, shelf.own(), by), shelf, by);
  return { steps, diff: { digest: importDigest(`${format}\n${text}`, shelf.own()), problems, changes: changesOf(steps) } };
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
