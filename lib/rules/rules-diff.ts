// What a rules file would change, rule by rule and field by field. The name is the key: a renamed rule is a new one.
import { createHash } from 'node:crypto';
import type { RulesDiff } from '../api/rule-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { makeRule, type Rule, type RuleBody, sentenceOf } from './rule.ts';
import { acknowledgedBy } from './rulebook-word.ts';
import { gives, widens } from './rules-diff-widens.ts';
import { nameKey } from './rules-text.ts';
import { bodyOf, FIELDS } from './rules-text-write.ts';

export type Change = RulesDiff['changes'][number];

/**
 * One rule of the file beside the kept one of its name. `rule` is what would be kept; one that says the same stays as it is kept. `cleared`:
 * it loses what a person acknowledged of it, on account of other rules.
 */
export type Step =
  | { kind: 'add' | 'change' | 'move' | 'same'; rule: Rule; before?: Rule; fields: Change['fields']; widens: boolean; cleared?: true }
  | { kind: 'remove'; before: Rule; fields: []; widens: boolean };

const SHOWN = 200;
const LISTS: readonly string[] = ['clientIds', 'clientModes', 'platforms', 'authMethods', 'heldScopes', 'reasons', 'acknowledge'];

const text = (value: unknown): string | undefined =>
  value === undefined ? undefined : (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, SHOWN);

/** Lists say the same in any order. */
const settled = (field: string, value: unknown): unknown =>
  LISTS.includes(field) && Array.isArray(value) ? value.map(String).sort() : value;

/** The fields in which two rules differ, with both values in words. */
export function fieldsThatDiffer(before: Rule, after: Rule): Change['fields'] {
  const a: Record<string, unknown> = bodyOf(before);
  const b: Record<string, unknown> = bodyOf(after);
  return FIELDS.flatMap((field) => {
    if (JSON.stringify(settled(field, a[field])) === JSON.stringify(settled(field, b[field]))) return [];
    const was = text(a[field]);
    const is = text(b[field]);
    return [{ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}

/** A kept rule as a diff sees it. One that nobody recorded, or that cannot be read, has nothing that a new form could be the same as. */
export type Before = { rule: Rule; recorded: boolean; unreadable?: true };

export type Maker = { newId: () => string; actor: DecisionActor; now: number; source: Rule['source'] };

/**
 * The rule that a file's words make, keeping id and birthday of the one of this name. Without an end it keeps that one's end, so that a
 * file which is read again never makes a rule live longer; an end that is past is none's fault: the rule has ended. Of what the file
 * acknowledges it has what `by.actor` can say.
 */
export function candidateOf(body: RuleBody, kept: Before | undefined, by: Maker): Rule {
  const before = kept?.rule;
  const made = makeRule(
    { ...body, expiresAt: body.expiresAt ?? before?.expiresAt ?? new Date(by.now + 30 * 86_400_000).toISOString(), enabled: false },
    { id: before?.id ?? by.newId(), actor: by.actor, now: by.now, source: by.source, ...(before ? { createdAt: before.createdAt } : {}) },
  );
  return acknowledgedBy(by.actor, { ...made, enabled: body.enabled }, kept);
}

/** The longest run of places that stays in order: what is not in it was moved. */
function stays(places: readonly number[]): Set<number> {
  const best: { length: number; from: number }[] = [];
  for (const [at, place] of places.entries()) {
    let length = 1;
    let from = -1;
    for (let i = 0; i < at; i++) {
      const run = best[i];
      if ((places[i] ?? 0) < place && run && run.length + 1 > length) {
        length = run.length + 1;
        from = i;
      }
    }
    best.push({ length, from });
  }
  const kept = new Set<number>();
  let at = best.reduce((top, run, i) => (run.length > (best[top]?.length ?? 0) ? i : top), 0);
  while (at >= 0 && best[at]) {
    kept.add(at);
    at = best[at]?.from ?? -1;
  }
  return kept;
}

const allFields = (rule: Rule): Change['fields'] => {
  const written: Record<string, unknown> = bodyOf(rule);
  return FIELDS.flatMap((field) => {
    const is = text(written[field]);
    return is === undefined ? [] : [{ field, after: is }];
  });
};

/** What it takes to get from the kept rules to those of a file, in the file's order, removals last. */
export function stepsTo(bodies: readonly RuleBody[], before: readonly Before[], by: Maker): Step[] {
  const kept = before.map(({ rule }) => rule);
  const unknown = new Set(before.filter(({ recorded, unreadable }) => !recorded || unreadable).map(({ rule }) => rule.id));
  const byName = new Map<string, Before>();
  for (const one of before) if (!byName.has(nameKey(one.rule.name))) byName.set(nameKey(one.rule.name), one);
  const pairs = bodies.map((body) => {
    const same = byName.get(nameKey(body.name));
    return { before: same?.rule, rule: candidateOf(body, same, by) };
  });
  const common = pairs.filter((pair) => pair.before !== undefined);
  const unmoved = stays(common.map(({ before }) => (before ? kept.indexOf(before) : 0)));
  const steps: Step[] = pairs.map((pair) => {
    const { before, rule } = pair;
    if (!before) return { kind: 'add', rule, fields: [], widens: widens(undefined, rule) };
    const vouched = !unknown.has(before.id);
    const fields = vouched ? fieldsThatDiffer(before, rule) : allFields(rule);
    const place = common.indexOf(pair);
    const moved = !unmoved.has(place);
    // The first rule that matches decides, also when it only holds: to pass one can let more through, whichever of the two gives.
    const passes = moved && common.some((other, at) => passed(other.before, at) && (gives(rule) || gives(other.rule)));
    function passed(other: Rule | undefined, at: number): boolean {
      if (!before || !other || other === before) return false;
      return kept.indexOf(other) < kept.indexOf(before) !== at < place;
    }
    const order = moved ? [{ field: 'order', before: String(kept.indexOf(before) + 1), after: String(pairs.indexOf(pair) + 1) }] : [];
    const kind = fields.length > 0 ? 'change' : moved ? 'move' : 'same';
    return {
      kind,
      rule: kind === 'change' ? rule : before,
      before,
      fields: [...fields, ...order],
      widens: passes || (fields.length > 0 && widens(vouched ? before : undefined, rule)),
    };
  });
  const gone = kept.filter((rule) => !pairs.some(({ before }) => before === rule));
  return [...steps, ...gone.map((before): Step => ({ kind: 'remove', before, fields: [], widens: widens(before, undefined) }))];
}

/** The steps as they are shown. */
export const changesOf = (steps: readonly Step[]): Change[] =>
  steps.map((step): Change => {
    const { before } = step;
    return {
      kind: step.kind,
      name: step.kind === 'remove' ? step.before.name : step.rule.name,
      ...(before === undefined ? {} : { id: before.id, before: sentenceOf(before) }),
      ...(step.kind === 'remove' ? {} : { after: sentenceOf(step.rule) }),
      fields: step.fields,
      widens: step.widens,
    };
  });

/** What an import is bound to: exactly this text, and exactly these rules in this order. */
export function importDigest(file: string, kept: readonly { rule: Rule; version: number }[]): string {
  const book = kept.map(({ rule, version }) => `${rule.id} ${version}`).join('\n');
  return createHash('sha256').update(`${book}\n\n${file}`).digest('hex');
}
