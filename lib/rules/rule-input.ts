// What an author may write, field by field, with messages that say what is wrong and what would be right.
import { z } from 'zod';
import { SCOPES } from '../gateway/scopes.ts';
import { isTimeZone, WEEKDAYS } from './hours.ts';

const SHOWN = 60;
/** What ends a line, hides, or turns the direction of text: it would let a name look like another. */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const PLAIN = 'must not hold control or invisible characters';

/** What was written, short and safe to print back. */
const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `“${text.slice(0, SHOWN).replaceAll(new RegExp(UNSAFE, 'gu'), '�')}”`;
};

const oneOf = <const T extends readonly string[]>(words: T, what: string) =>
  z.enum(words, { error: (issue) => `${shown(issue.input)} is not ${what}; there are ${words.join(', ')}` });

const scope = oneOf(SCOPES, 'a scope');
const scopeList = z.array(scope).max(SCOPES.length);
const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must not be longer than ${max} characters`)
    .refine((t) => !UNSAFE.test(t), PLAIN);
const words = (max: number) => z.array(text(64)).min(1, 'an empty list would match nothing; leave it out').max(max);
const count = (most: number) => z.int().min(1, 'must be at least 1').max(most, `must be at most ${most}`);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 08:30');

const unknownField = (issue: { code?: string | undefined; keys?: unknown }): string | undefined =>
  issue.code === 'unrecognized_keys' && Array.isArray(issue.keys) ? `there is no field ${issue.keys.map(shown).join(', ')}` : undefined;

/** A strict object whose message names the field that does not exist. */
export const strictly = <T extends z.core.$ZodLooseShape>(fields: T) => z.strictObject(fields, { error: unknownField });

const hours = strictly({
  days: z.array(oneOf(WEEKDAYS, 'a day')).min(1, 'name at least one day').max(7),
  from: clockTime,
  to: clockTime,
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, { error: (issue) => `${shown(issue.input)} is no time zone; an example is Europe/Berlin` }),
});

/** The fields of a rule, each with the strictest reading where it is left out. */
export const RULE_FIELDS = {
  name: text(80),
  enabled: z.boolean(),
  shadow: z.boolean().default(false),
  effect: oneOf(['approve', 'reject', 'leave'], 'an effect').default('approve'),
  note: text(300).exactOptional(),
  origin: oneOf(['host-key', 'loopback', 'any'], 'an origin of a rule').default('host-key'),
  assurance: oneOf(['peer', 'log'], 'an assurance').default('peer'),
  agentsMayUse: z.boolean().default(false),
  gateway: text(100).exactOptional(),
  reasons: z
    .array(oneOf(['scope-upgrade', 'new-device', 'role-upgrade', 'metadata-change', 'unchanged'], 'a reason'))
    .min(1, 'name at least one reason, or leave it out')
    .max(5)
    .default(['scope-upgrade']),
  deviceId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a device id is 64 hexadecimal digits')
    .exactOptional(),
  clientIds: words(20).exactOptional(),
  clientModes: words(20).exactOptional(),
  platforms: words(20).exactOptional(),
  displayName: text(80).exactOptional(),
  pairedForHours: count(8760).exactOptional(),
  heldScopes: scopeList.min(1, 'an empty list would match nothing; leave it out').exactOptional(),
  authMethods: words(10).exactOptional(),
  hours: hours.exactOptional(),
  scopes: scopeList.min(1, 'name at least one scope'),
  confirm: scopeList.default([]),
  maxPerHour: count(60).default(10),
  maxPerDevicePerHour: count(60).exactOptional(),
  maxUses: count(10_000).exactOptional(),
  expiresAt: z.iso.datetime({ offset: true, error: 'must be a moment such as 2026-12-01T00:00:00Z' }).exactOptional(),
  coolOffMinutes: count(1440).default(60),
  acknowledge: z
    .array(oneOf(['same-user', 'log-assurance'], 'an acknowledgement'))
    .max(2)
    .default([]),
};

const bare = strictly(RULE_FIELDS);
type Written = z.infer<typeof bare>;

/** What fits no rule as a whole, though each field is good alone: the field and why. */
export function misfits(rule: Written): { field: keyof Written; message: string }[] {
  const out: { field: keyof Written; message: string }[] = [];
  const bad = (field: keyof Written, message: string) => out.push({ field, message });
  if (rule.effect === 'approve') {
    if (rule.origin === 'any') bad('origin', 'a rule that approves needs a proven origin: host-key or loopback');
    if (rule.reasons.some((r) => r !== 'scope-upgrade'))
      bad('reasons', 'a rule approves scope upgrades only; other reasons are for rules that reject or leave');
    if (rule.note !== undefined) bad('note', 'a note is for rules that reject or leave');
  } else {
    if (rule.agentsMayUse) bad('agentsMayUse', 'only a rule that approves can let agents use it');
    if (rule.confirm.length > 0) bad('confirm', 'only a rule that approves gives scopes to confirm');
    if (rule.acknowledge.length > 0) bad('acknowledge', 'only a rule that approves has something to acknowledge');
    if (rule.effect === 'leave' && rule.maxUses !== undefined)
      bad('maxUses', 'a rule that leaves requests does nothing that could be counted');
  }
  const said = (['clientIds', 'clientModes', 'platforms', 'displayName'] as const).find((f) => rule[f] !== undefined);
  if (said !== undefined && rule.deviceId === undefined && rule.origin === 'any')
    bad(said, 'this is the caller’s own word and counts only beside a device or a proven origin');
  return out;
}

/** What POST and PUT /api/v1/rules take. Unknown fields are refused: a typing error must not widen anything. */
export const ruleInput = bare.superRefine((rule, context) => {
  for (const { field, message } of misfits(rule)) context.addIssue({ code: 'custom', path: [field], message });
});
