// What may be done to one rule, or to the order of all: by a person or a script, while no file holds the rules.
import type { RuleView } from '../api/rule-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { RuleChange } from '../store/rules.ts';
import { makeRule, type Rule, type RuleBody } from './rule.ts';
import type { Kept } from './rulebook-entries.ts';
import { clearedText } from './rulebook-plan.ts';
import type { Shelf } from './rulebook-shelf.ts';
import { acknowledgedBy, bookBy } from './rulebook-word.ts';
import { MAX_RULES, nameKey } from './rules-text.ts';
import { sentenceOf } from './sentence.ts';

/** The changes of single rules, and of their order. `path`: the file that holds the rules; then most of them are refused. */
export function createEdits(deps: { shelf: Shelf; clock: Clock; newId: () => string; path: string | undefined }) {
  const { shelf, clock, newId, path } = deps;

  function writable() {
    if (path !== undefined) throw new Problem('rules-read-only', `The rules are kept in ${path} and are changed there.`);
  }

  function freeName(name: string, but?: Kept) {
    const key = nameKey(name);
    if (but && nameKey(but.rule.name) === key) return;
    if (shelf.kept().some(({ rule }) => rule.id !== but?.rule.id && nameKey(rule.name) === key))
      throw new Problem('input-invalid', 'body field name: another rule has this name already', { field: 'name' });
  }

  function made(input: RuleBody, by: { id: string; actor: DecisionActor }, before?: Kept): Rule {
    try {
      const rule = makeRule(input, { ...by, now: clock.nowMs(), ...(before ? { createdAt: before.rule.createdAt } : {}) });
      return acknowledgedBy(by.actor, rule, before);
    } catch (error) {
      if (error instanceof RangeError) throw new Problem('input-invalid', `body field expiresAt: ${error.message}`, { field: 'expiresAt' });
      throw error;
    }
  }

  const saving = (rule: Rule, before: Kept, actor: DecisionActor, what: string, text: string): RuleChange => ({
    kind: 'save',
    rule: { id: rule.id, position: before.position, version: before.version + 1, body: rule },
    entry: shelf.told(actor, what, text, { rule }),
  });

  /** What else changes when the rules become these: others of which a person saw or acknowledged less than they give from now on. */
  function withdrawn(actor: DecisionActor, after: readonly Rule[]): RuleChange[] {
    const by = new Map(bookBy(actor, shelf.kept(), after, clock.nowMs()).map((rule) => [rule.id, rule]));
    return shelf.kept().flatMap((before) => {
      const rule = by.get(before.rule.id);
      if (!rule || after.includes(rule)) return [];
      return [saving(rule, before, actor, 'rule.change', clearedText(actor, rule))];
    });
  }

  return {
    /** Throws Problem('rules-read-only') while a file holds the rules. */
    writable,

    /** Makes a rule, last in order. Problem('input-invalid' | 'rules-read-only' | 'store-unwritable'). */
    create: (input: RuleBody, actor: DecisionActor): Promise<RuleView> =>
      shelf.inTurn(() => {
        writable();
        if (shelf.kept().length >= MAX_RULES) throw new Problem('input-invalid', `There are ${MAX_RULES} rules already; remove one first.`);
        freeName(input.name);
        const rule = made(input, { id: newId(), actor });
        const state = rule.enabled ? (rule.shadow ? 'in shadow' : 'switched on') : 'switched off';
        return shelf.save(rule, undefined, actor, 'rule.create', `${actor.name} made the rule ${rule.name}, ${state}: ${sentenceOf(rule)}`);
      }),

    /** Replaces a rule in its place; also how it is switched on and off. Rules that it narrowed may wait for a person then. */
    replace: (id: string, input: RuleBody, actor: DecisionActor): Promise<RuleView> =>
      shelf.inTurn(async () => {
        writable();
        const before = shelf.keptOf(id);
        freeName(input.name, before);
        const rule = made(input, { id, actor }, before);
        const what = before.rule.enabled === rule.enabled ? 'rule.change' : rule.enabled ? 'rule.on' : 'rule.off';
        const verb = what === 'rule.on' ? 'switched on' : what === 'rule.off' ? 'switched off' : 'changed';
        const own = saving(rule, before, actor, what, `${actor.name} ${verb} the rule ${rule.name}: ${sentenceOf(rule)}`);
        const after = shelf.kept().map((one) => (one === before ? rule : one.rule));
        await shelf.commit([own, ...withdrawn(actor, after)]);
        return shelf.view(id);
      }),

    /** Removes a rule. What it granted stays until it is taken back. Rules that it narrowed may wait for a person then. */
    remove: (id: string, actor: DecisionActor): Promise<void> =>
      shelf.inTurn(async () => {
        writable();
        const { rule } = shelf.keptOf(id);
        const text = `${actor.name} removed the rule ${rule.name}. Devices keep what it granted.`;
        const after = shelf.kept().flatMap((one) => (one.rule === rule ? [] : [one.rule]));
        const entry = shelf.told(actor, 'rule.remove', text, { rule });
        await shelf.commit([{ kind: 'remove', id, entry }, ...withdrawn(actor, after)]);
      }),

    /** A person takes over a rule that the API token or a file made, as it was when they read it: Problem('request-changed') else. */
    acknowledge: (id: string, version: number, actor: DecisionActor): Promise<RuleView> =>
      shelf.inTurn(() => {
        const before = shelf.keptOf(id);
        const { rule } = before;
        if (before.version !== version)
          throw new Problem('request-changed', 'The rule was changed since you read it. Read it again.', { version: before.version });
        if (!before.recorded) throw new Problem('request-changed', 'This rule has no Activity row. Save it again to take it over.');
        const text = `${actor.name} acknowledged the rule ${rule.name} that ${rule.madeBy.name} made.`;
        return shelf.save({ ...rule, unacknowledged: false }, before, actor, 'rule.acknowledge', text);
      }),

    /** Puts the rules into another order; those that gain by it may wait for a person then. Every id once, or Problem('input-invalid'); Problem('request-changed') for others than there are. */
    reorder: (ids: readonly string[], actor: DecisionActor): Promise<RuleView[]> =>
      shelf.inTurn(async () => {
        writable();
        const rules = new Map(shelf.kept().map(({ rule }) => [rule.id, rule]));
        if (new Set(ids).size !== ids.length)
          throw new Problem('input-invalid', 'body field ids: name every rule exactly once', { field: 'ids' });
        const after = ids.flatMap((id) => rules.get(id) ?? []);
        if (ids.length !== rules.size || after.length !== rules.size)
          throw new Problem('request-changed', 'These are not the rules that there are now. Read them again and repeat the order.');
        const order = after.map(({ name }) => name).join(', then ');
        const entry = shelf.told(actor, 'rule.order', `${actor.name} put the rules in another order: ${order}.`, {});
        await shelf.commit([{ kind: 'order', ids, entry }, ...withdrawn(actor, after)]);
        return shelf.views();
      }),

    /** A person says that the devices of an ended rule keep what they got. Problem('request-changed') while it has not ended. */
    keepGrants: (id: string, actor: DecisionActor): Promise<RuleView> =>
      shelf.inTurn(() => {
        const before = shelf.keptOf(id);
        const { rule } = before;
        if (Date.parse(rule.expiresAt) > clock.nowMs())
          throw new Problem('request-changed', 'This rule has not ended, so nothing is asked about what it gave.');
        const grantsKept = { at: isoOf(clock.nowMs()), by: actor.name };
        const text = `${actor.name} let devices keep what the rule ${rule.name} gave, which has ended.`;
        return shelf.save({ ...rule, grantsKept }, before, actor, 'rule.keep-grants', text);
      }),
  };
}
