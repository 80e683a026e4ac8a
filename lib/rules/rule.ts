// A rule: what its author wrote, with the strictest reading of everything left out.
import { z } from 'zod';
import type { RuleInput } from '../api/rule-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { NAMED_SCOPES, normaliseScopes, SCOPES } from '../gateway/scopes.ts';

const DAY_MS = 86_400_000;
const DEFAULT_LIFE_MS = 30 * DAY_MS;
const MAX_LIFE_MS = 366 * DAY_MS;

/** What POST and PUT /api/v1/rules take. Unknown fields are refused: a typing error must not widen anything. */
export const ruleInput = z.strictObject({
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  origin: z.enum(['host-key', 'loopback']).default('host-key'),
  assurance: z.enum(['peer', 'log']).default('peer'),
  confirm: z.array(z.enum(SCOPES)).max(SCOPES.length).default([]),
  agentsMayUse: z.boolean().default(false),
  gateway: z.string().min(1).max(100).optional(),
  deviceId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a device id is 64 hexadecimal digits')
    .optional(),
  maxPerHour: z.number().int().min(1).max(60).default(10),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  acknowledge: z
    .array(z.enum(['same-user', 'log-assurance']))
    .max(2)
    .default([]),
});

const actor = z.object({ kind: z.enum(['person', 'rule', 'api-token', 'gateway']), name: z.string() });

const stored = ruleInput.extend({
  id: z.string(),
  expiresAt: z.iso.datetime({ offset: true }),
  createdAt: z.string(),
  updatedAt: z.string(),
  madeBy: actor,
  unacknowledged: z.boolean(),
});

/** A rule as it is kept. Its version and position are the store's. */
export type Rule = z.infer<typeof stored>;

/** Reads a stored body back; undefined when it is none, and then it never fires. */
export function readRule(body: unknown): Rule | undefined {
  const parsed = stored.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/** Makes a rule of an input. Life is 30 days unless said, a year at most. Throws a RangeError for an end that is past or too far. */
export function makeRule(
  input: z.infer<typeof ruleInput>,
  by: { id: string; actor: DecisionActor; now: number; createdAt?: string },
): Rule {
  const expires = input.expiresAt === undefined ? by.now + DEFAULT_LIFE_MS : Date.parse(input.expiresAt);
  if (expires <= by.now && input.enabled) throw new RangeError('expiresAt lies in the past');
  if (expires > by.now + MAX_LIFE_MS) throw new RangeError('expiresAt lies more than a year ahead; a rule for ever does not exist');
  const at = new Date(by.now).toISOString();
  return {
    ...input,
    scopes: SCOPES.filter((s) => input.scopes.includes(s)),
    confirm: SCOPES.filter((s) => input.confirm.includes(s)),
    id: by.id,
    expiresAt: new Date(expires).toISOString(),
    createdAt: by.createdAt ?? at,
    updatedAt: at,
    madeBy: { kind: by.actor.kind, name: by.actor.name },
    unacknowledged: by.actor.kind === 'api-token',
  };
}

/** The scopes that the rule can really give: the named ones count only when its author named them twice. */
export function ceilingOf(rule: Pick<Rule, 'scopes' | 'confirm'>): string[] {
  return normaliseScopes(rule.scopes.filter((s) => !NAMED_SCOPES.includes(s) || rule.confirm.includes(s)));
}

const short = (scope: string) => scope.replace('operator.', '');
const listed = (scopes: readonly string[]) => scopes.map(short).join(', ') || 'nothing';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A day in words, UTC. */
export const dayOf = (iso: string): string => DAY.format(new Date(iso));

/** The rule read aloud. */
export function sentenceOf(rule: RuleInput & { expiresAt?: string }): string {
  const host = rule.origin !== 'loopback';
  const who = rule.deviceId
    ? `the device ${rule.deviceId.slice(0, 8)}`
    : host
      ? rule.agentsMayUse
        ? 'this host, agents included,'
        : 'the CLI on this host'
      : 'a paired device over loopback';
  const given = ceilingOf({
    scopes: SCOPES.filter((s) => rule.scopes.includes(s)),
    confirm: SCOPES.filter((s) => rule.confirm?.includes(s) ?? false),
  });
  const where = rule.gateway ? ` on ${rule.gateway}` : '';
  const weaker = rule.assurance === 'log' ? ', even where the caller’s socket cannot be seen' : '';
  const until = rule.expiresAt ? `, until ${dayOf(rule.expiresAt)}` : ', for 30 days';
  return `When ${who} asks${where}${weaker} for no more than ${listed(given)}, approve it, at most ${rule.maxPerHour ?? 10} times an hour${until}.`;
}
