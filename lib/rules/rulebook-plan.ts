// From the steps of a file to changes of the store: each with its own Activity entry, all in one transaction.
import type { DecisionActor } from '../api/shapes.ts';
import type { NewActivity } from '../store/activity.ts';
import type { RuleChange } from '../store/rules.ts';
import type { Rule } from './rule.ts';
import type { Kept } from './rulebook-entries.ts';
import { clearedBy } from './rules-cleared.ts';
import type { Step } from './rules-diff.ts';
import { aboveWrite, gives, holdsBack } from './rules-diff-widens.ts';
import { sentenceOf } from './sentence.ts';

/**
 * Marks what a file gives beyond what a person has seen: rules that give above write or more than before, and every rule that gives when
 * something was taken out of its way. Only a file that agents can write waits on the mark; it is made for every file, since who can write
 * it may change.
 */
export function markUnseen(steps: readonly Step[], kept: readonly Kept[], now: number): Step[] {
  const cleared = steps.some(
    ({ kind, before, widens: more }) => more && (kind === 'remove' || kind === 'move' || (before !== undefined && holdsBack(before))),
  );
  const marked = steps.map((step): Step => {
    if (step.kind === 'remove') return step;
    const { rule, before, kind } = step;
    const fresh = gives(rule) && (step.widens || cleared || (kind !== 'same' && kind !== 'move' && aboveWrite(rule)));
    const unacknowledged = rule.effect === 'approve' && (fresh || (before?.unacknowledged ?? false));
    return { ...step, rule: { ...rule, unacknowledged } };
  });
  // Also what only limits others narrows them, and what waits from now on does not limit them any more.
  const freed = clearedBy(kept, bookAfter(marked, kept, kept), now);
  return marked.map((step) =>
    step.kind === 'remove' || !gives(step.rule) || !freed.has(step.rule.id)
      ? step
      : { ...step, rule: { ...step.rule, unacknowledged: true } },
  );
}

/** What Activity says where a rule was left alone and yet gives more, because of what became of others. */
export const clearedText = (actor: DecisionActor, rule: Rule, whence = ''): string =>
  `${actor.name} cleared the way for the rule ${rule.name}${whence}${actor.kind === 'file' ? '' : ', so it counts as one that no person has acknowledged'}: ${sentenceOf(rule)}`;

/** The ids in their new order, where it is another one. Rules that were made are asked last unless something else is written down. */
function reordered(steps: readonly Step[], own: readonly string[]): string[] | undefined {
  const wanted = steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.rule.id]));
  const was = own.filter((id) => wanted.includes(id));
  const news = wanted.filter((id) => !was.includes(id));
  return equal([...was, ...news], wanted) ? undefined : wanted;
}

/** The rules in the order in which they are asked after these steps. `own` are those that the steps have a say in, `all` every kept one. */
export function bookAfter(steps: readonly Step[], own: readonly Kept[], all: readonly Kept[]): Rule[] {
  const made = new Map(steps.flatMap((step) => (step.kind === 'remove' ? [] : [[step.rule.id, step.rule] as const])));
  const ids = own.map(({ rule }) => rule.id);
  const others = all.filter(({ rule }) => !ids.includes(rule.id)).map(({ rule }) => rule);
  if (reordered(steps, ids)) return [...made.values(), ...others];
  const kept = all.flatMap(({ rule }) => (ids.includes(rule.id) ? (made.get(rule.id) ?? []) : [rule]));
  return [...kept, ...[...made.values()].filter(({ id }) => !ids.includes(id))];
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
  const saved = (verb: string, rule: Rule) => `${actor.name} ${verb} the rule ${rule.name}${whence}: ${sentenceOf(rule)}`;
  const save = (rule: Rule, before: Kept | undefined, text: string) =>
    changes.push({
      kind: 'save',
      rule: { id: rule.id, position: before?.position ?? ++position, version: (before?.version ?? 0) + 1, body: rule },
      entry: told(actor, before ? 'rule.change' : 'rule.create', text, { rule }),
    });
  for (const step of steps) {
    const before = kept.find(({ rule }) => rule.id === step.before?.id);
    if (step.kind === 'remove') {
      const { id, name } = step.before;
      const text = `${actor.name} removed the rule ${name}${whence}. Devices keep what it granted.`;
      changes.push({ kind: 'remove', id, entry: told(actor, 'rule.remove', text, { rule: step.before }) });
    } else if (step.kind === 'add') save(step.rule, undefined, saved('made', step.rule));
    else if (step.kind === 'change' && !step.cleared) save(step.rule, before, saved('changed', step.rule));
    else if (before && (step.cleared || step.rule.unacknowledged !== before.rule.unacknowledged))
      save(step.rule, before, clearedText(actor, step.rule, whence));
  }
  const wanted = reordered(
    steps,
    kept.map(({ rule }) => rule.id),
  );
  if (wanted) {
    const names = steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.rule.name]));
    const text = `${actor.name} put the rules in another order${whence}: ${names.join(', then ')}.`;
    changes.push({ kind: 'order', ids: [...wanted, ...others], entry: told(actor, 'rule.order', text, {}) });
  }
  return changes;
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);
