// A rule: what its author wrote, with the strictest reading of everything left out.
import { z } from 'zod';
import type { DecisionActor } from '../api/shapes.ts';
import { SCOPES } from '../gateway/scopes.ts';
import { perDeviceOf } from './per-device.ts';
import { misfits, RULE_FIELDS, ruleInput, strictly } from './rule-input.ts';

export { ceilingOf } from './ceiling.ts';
export { sentenceOf } from './sentence.ts';
export { ruleInput };

const DAY_MS = 86_400_000;
const DEFAULT_LIFE_MS = 30 * DAY_MS;
const MAX_LIFE_MS = 366 * DAY_MS;

/** Without a word of the author one device gets half of what a rule may do in an hour, rounded up. */
const stored = strictly({
  ...RULE_FIELDS,
  id: z.string(),
  expiresAt: z.iso.datetime({ offset: true }),
  createdAt: z.string(),
  updatedAt: z.string(),
  madeBy: z.object({ kind: z.enum(['person', 'rule', 'api-token', 'gateway', 'file', 'terminal']), name: z.string() }),
  source: z.enum(['console', 'file']).default('console'),
  unacknowledged: z.boolean(),
  grantsKept: z.strictObject({ at: z.string(), by: z.string() }).exactOptional(),
})
  .refine((rule) => misfits(rule).length === 0)
  .transform((rule) => ({ ...rule, maxPerDevicePerHour: perDeviceOf(rule) }));

/** A rule as it is kept. Its version and position are the store's. */
export type Rule = z.infer<typeof stored>;

/** What a rule is made of: the checked input, defaults filled in. */
export type RuleBody = z.infer<typeof ruleInput>;

/**
 * Reads a stored body back, also one of before a field existed, which then has its strictest reading; undefined when it is none, and
 * then it never fires.
 */
export function readRule(body: unknown): Rule | undefined {
  const parsed = stored.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

const told = z
  .object({ name: z.string().min(1).max(80).optional().catch(undefined), enabled: z.boolean().catch(true) })
  .catch({ enabled: true });

/**
 * What stands for a kept rule that cannot be read, as after a newer console wrote it: it leaves every request to a person. It might have
 * rejected or left something, which a rule below must not approve.
 */
export function unreadableRule(id: string, body: unknown): Rule {
  const { name, enabled } = told.parse(body);
  return stored.parse({
    name: name ?? `Rule ${id.slice(0, 8)}`,
    enabled,
    effect: 'leave',
    origin: 'any',
    reasons: ['scope-upgrade', 'new-device', 'role-upgrade', 'metadata-change', 'unchanged'],
    scopes: [...SCOPES],
    id,
    expiresAt: '9999-12-31T00:00:00.000Z',
    createdAt: '1970-01-01T00:00:00.000Z',
    updatedAt: '1970-01-01T00:00:00.000Z',
    madeBy: { kind: 'gateway', name: 'Gatehouse' },
    unacknowledged: false,
  });
}

const inOrder = <T>(order: readonly T[], some: readonly T[]): T[] => order.filter((one) => some.includes(one));

/**
 * Makes a rule of an input. Life is 30 days unless said, a year at most. A rule of the API token is marked until a person
 * acknowledges it. Throws a RangeError for an end that is past or too far.
 */
export function makeRule(
  input: RuleBody,
  by: { id: string; actor: DecisionActor; now: number; createdAt?: string; source?: Rule['source'] },
): Rule {
  const expires = input.expiresAt === undefined ? by.now + DEFAULT_LIFE_MS : Date.parse(input.expiresAt);
  if (expires <= by.now && input.enabled) throw new RangeError('expiresAt lies in the past');
  if (expires > by.now + MAX_LIFE_MS) throw new RangeError('expiresAt lies more than a year ahead; a rule for ever does not exist');
  const at = new Date(by.now).toISOString();
  return {
    ...input,
    scopes: inOrder(SCOPES, input.scopes),
    confirm: inOrder(SCOPES, input.confirm),
    ...(input.heldScopes === undefined ? {} : { heldScopes: inOrder(SCOPES, input.heldScopes) }),
    maxPerDevicePerHour: perDeviceOf(input),
    id: by.id,
    expiresAt: new Date(expires).toISOString(),
    createdAt: by.createdAt ?? at,
    updatedAt: at,
    madeBy: { kind: by.actor.kind, name: by.actor.name },
    source: by.source ?? 'console',
    unacknowledged: by.actor.kind === 'api-token',
  };
}
