// From the steps of a file to changes of the store: each with its own Activity entry, all in one transaction.
import type { DecisionActor } from '../api/shapes.ts';
import type { NewActivity } from '../store/activity.ts';
import type { RuleChange } from '../store/rules.ts';
import type { Rule } from './rule.ts';
import type { Kept } from './rulebook-entries.ts';
import type { Step } from './rules-diff.ts';
import { aboveWrite, gives, holdsBack } from './rules-diff-widens.ts';
import { sentenceOf } from './sentence.ts';

/**
 * Marks what a file gives beyond what a person has seen: rules that give above write or more than before, and every rule that gives when
 * something was taken out of its way. Only a file that agents can write waits on the mark; it is made for every file, since who can write
 * it may change.
 */
export function markUnseen(steps: readonly Step[]): Step[] {
  const cleared = steps.some(
    ({ kind, before, widens: more }) => more && (kind === 'remove' || kind === 'move' || (before !== undefined && holdsBack(before))),
  );
  return steps.map((step): Step => {
    if (step.kind === 'remove') return step;
    const { rule, before, kind } = step;
    const fresh = gives(rule) && (step.widens || cleared || (kind !== 'same' && kind !== 'move' && aboveWrite(rule)));
    const unacknowledged = rule.effect === 'approve' && (fresh || (before?.unacknowledged ?? false));
    return { ...step, rule: { ...rule, unacknowledged } };
  });
}

/** What the store has to do for these steps. `others` are the ids of all rules that the file has no say in; they stay behind its own. */
export function changesFor(
  steps: readonly Step[],
  kept: readonly Kept[],
  others: readonly string[],
  by: {
    actor: DecisionActor;
    /** How it came, to be said after the name of the rule; empty where the actor says it. */
    whence: string;
    told: (actor: DecisionActor, what: string, text: string, details: Record<string, unknown>) => NewActivity;
  },
): RuleChange[] {
  const { actor, whence, told } = by;
  const changes: RuleChange[] = [];
  let position = Math.max(0, ...kept.map((one) => one.position));
  const save = (rule: Rule, before: Kept | undefined, verb: string) =>
    changes.push({
      kind: 'save',
      rule: { id: rule.id, position: before?.position ?? ++position, version: (before?.version ?? 0) + 1, body: rule },
      entry: told(
        actor,
        before ? 'rule.change' : 'rule.create',
        `${actor.name} ${verb} the rule ${rule.name}${whence}: ${sentenceOf(rule)}`,
        { rule },
      ),
    });
  for (const step of steps) {
    const before = kept.find(({ rule }) => rule.id === step.before?.id);
    if (step.kind === 'remove') {
      const { id, name } = step.before;
      const text = `${actor.name} removed the rule ${name}${whence}. Devices keep what it granted.`;
      changes.push({ kind: 'remove', id, entry: told(actor, 'rule.remove', text, { rule: step.before }) });
    } else if (step.kind === 'add') save(step.rule, undefined, 'made');
    else if (step.kind === 'change') save(step.rule, before, 'changed');
    else if (before && step.rule.unacknowledged !== before.rule.unacknowledged) save(step.rule, before, 'cleared the way for');
  }
  const wanted = steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.rule.id]));
  const was = kept.map(({ rule }) => rule.id).filter((id) => wanted.includes(id));
  const news = wanted.filter((id) => !was.includes(id));
  // Rules that were made are asked last unless something else is written down.
  if (!equal([...was, ...news], wanted)) {
    const names = steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.rule.name]));
    const text = `${actor.name} put the rules in another order${whence}: ${names.join(', then ')}.`;
    changes.push({ kind: 'order', ids: [...wanted, ...others], entry: told(actor, 'rule.order', text, {}) });
  }
  return changes;
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);
