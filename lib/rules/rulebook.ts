// The rules in force, in order, with every change recorded in the same breath.

import type { z } from 'zod';
import type { RuleView } from '../api/rule-shapes.ts';
import type { ActivityView, DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { ListedRule } from '../store/rules.ts';
import { makeRule, type Rule, readRule, type ruleInput, sentenceOf } from './rule.ts';
import { type RuleInForce, ruleBlocks } from './verdict.ts';

export type RuleBody = z.infer<typeof ruleInput>;

export type Rulebook = {
  /** In the order in which they are asked. */
  inForce: () => readonly RuleInForce[];
  views: () => Promise<RuleView[]>;
  view: (id: string) => Promise<RuleView>;
  create: (input: RuleBody, actor: DecisionActor) => Promise<RuleView>;
  replace: (id: string, input: RuleBody, actor: DecisionActor) => Promise<RuleView>;
  remove: (id: string, actor: DecisionActor) => Promise<void>;
  /** A person takes over a rule that the API token made. */
  acknowledge: (id: string, version: number, actor: DecisionActor) => Promise<RuleView>;
};

type Entry = RuleInForce & { version: number; position: number };

const readEntry = (listed: ListedRule): Entry | undefined => {
  const rule = readRule(listed.body);
  return rule ? { rule, recorded: listed.recorded, version: listed.version, position: listed.position } : undefined;
};

/** Loads the rules. `sameUser` is asked at each view: whether any gateway runs as the console's own user. */
export async function createRulebook(deps: {
  store: Store;
  clock: Clock;
  newId: () => string;
  sameUser: (gateway: string | undefined) => boolean;
  statement: (gateway: string | undefined) => boolean | undefined;
  onChange: (change: { set: RuleView } | { gone: string }, activity: ActivityView) => void;
}): Promise<Rulebook> {
  const { store, clock } = deps;
  let entries: Entry[] = [];

  async function load() {
    entries = (await store.rules.list()).map(readEntry).filter((e) => e !== undefined);
  }
  await load();

  async function viewOf(entry: Entry): Promise<RuleView> {
    const { rule } = entry;
    const { hits, lastAtMs } = await store.decisions.hitsOf(rule.id);
    const { gateway, deviceId, acknowledge: _acknowledge, ...fields } = rule;
    return {
      ...fields,
      madeBy: rule.madeBy,
      ...(gateway === undefined ? {} : { gateway }),
      ...(deviceId === undefined ? {} : { deviceId }),
      hits,
      ...(lastAtMs === undefined ? {} : { lastHitAt: isoOf(lastAtMs) }),
      blockedBy: ruleBlocks(entry, { now: clock.nowMs(), sameUser: deps.sameUser(gateway), statement: deps.statement(gateway) }).filter(
        (b) => b.code !== 'rule-off',
      ),
      sentence: sentenceOf(plain(rule)),
      version: entry.version,
    };
  }

  function find(id: string): Entry {
    const entry = entries.find((e) => e.rule.id === id);
    if (!entry) throw new Problem('rule-unknown', 'There is no rule with this id.');
    return entry;
  }

  function made(input: RuleBody, by: { id: string; actor: DecisionActor; createdAt?: string }): Rule {
    try {
      return makeRule(input, { ...by, now: clock.nowMs() });
    } catch (error) {
      if (error instanceof RangeError) throw new Problem('input-invalid', `body field expiresAt: ${error.message}`, { field: 'expiresAt' });
      throw error;
    }
  }

  const entry = (actor: DecisionActor, what: string, text: string, rule: Rule): NewActivity => ({
    id: deps.newId(),
    at: isoOf(clock.nowMs()),
    actor,
    what,
    text,
    details: { rule },
  });

  async function save(rule: Rule, version: number, position: number, actor: DecisionActor, what: string, text: string): Promise<RuleView> {
    const activity = await store.rules.saveWithActivity({ id: rule.id, position, version, body: rule }, entry(actor, what, text, rule));
    await load();
    const view = await viewOf(find(rule.id));
    deps.onChange({ set: view }, activity);
    return view;
  }

  return {
    inForce: () => entries,
    views: () => Promise.all(entries.map(viewOf)),
    view: async (id) => viewOf(find(id)),
    async create(input, actor) {
      if (entries.length >= 200) throw new Problem('input-invalid', 'There are 200 rules already; remove one first.');
      const rule = made(input, { id: deps.newId(), actor });
      const position = (entries.at(-1)?.position ?? 0) + 1;
      return save(
        rule,
        1,
        position,
        actor,
        'rule.create',
        `${actor.name} made the rule ${rule.name}, ${rule.enabled ? 'switched on' : 'switched off'}: ${sentenceOf(plain(rule))}`,
      );
    },
    async replace(id, input, actor) {
      const before = find(id);
      const rule = made(input, { id, actor, createdAt: before.rule.createdAt });
      const what = before.rule.enabled === rule.enabled ? 'rule.change' : rule.enabled ? 'rule.on' : 'rule.off';
      const verb = what === 'rule.on' ? 'switched on' : what === 'rule.off' ? 'switched off' : 'changed';
      return save(
        rule,
        before.version + 1,
        before.position,
        actor,
        what,
        `${actor.name} ${verb} the rule ${rule.name}: ${sentenceOf(plain(rule))}`,
      );
    },
    async remove(id, actor) {
      const { rule } = find(id);
      const activity = await store.rules.removeWithActivity(
        id,
        entry(actor, 'rule.remove', `${actor.name} removed the rule ${rule.name}. Devices keep what it granted.`, rule),
      );
      await load();
      deps.onChange({ gone: id }, activity);
    },
    async acknowledge(id, version, actor) {
      const before = find(id);
      if (before.version !== version)
        throw new Problem('request-changed', 'The rule was changed since you read it. Read it again.', { version: before.version });
      if (!before.recorded) throw new Problem('request-changed', 'This rule has no Activity row. Save it again to take it over.');
      return save(
        { ...before.rule, unacknowledged: false },
        before.version + 1,
        before.position,
        actor,
        'rule.acknowledge',
        `${actor.name} acknowledged the rule ${before.rule.name} that ${before.rule.madeBy.name} made.`,
      );
    },
  };
}

/** The rule without keys that are undefined, as the sentence and the wire want it. */
function plain(rule: Rule) {
  const { gateway, deviceId, ...rest } = rule;
  return { ...rest, ...(gateway === undefined ? {} : { gateway }), ...(deviceId === undefined ? {} : { deviceId }) };
}
