// Rules and what they say: a rule as it is kept, a verdict with each condition of the rule behind it, the ready-made rules.
import { z } from 'zod';
import { WEEKDAYS } from '../../rules/hours.ts';
import { ruleInput } from '../../rules/rule.ts';
import { actor, assurance, deviceId, instant, reason, scopes, verdictReason } from './common.ts';

export const effect = z
  .enum(['approve', 'reject', 'leave'])
  .describe('`approve` needs a proven origin. `reject` and `leave` give nothing; `leave` keeps the request for a person.');

export const conditionView = z
  .strictObject({
    name: z.enum([
      'gateway',
      'reason',
      'origin',
      'assurance',
      'agents',
      'device',
      'client-id',
      'client-mode',
      'platform',
      'display-name',
      'paired-for',
      'held-scopes',
      'auth',
      'hours',
      'scopes',
      'role',
      'per-hour',
      'per-device',
      'uses',
      'cool-off',
    ]),
    label: z.string(),
    wanted: z.string(),
    value: z.string(),
    held: z.boolean().exactOptional().describe('Absent: not known, which never counts for an approval.'),
    said: z.literal(true).exactOptional().describe('The caller’s own word: it proves nothing.'),
  })
  .describe('One condition of a rule beside what the request has.');

export const ruleTrace = z
  .strictObject({
    rule: z.string(),
    ruleName: z.string(),
    version: z.int(),
    effect,
    shadow: z.boolean(),
    outcome: z
      .enum(['matches', 'no-match', 'doubt', 'limited', 'blocked'])
      .describe(
        '`doubt`: it would reject or leave, but a condition is not known. `limited`: it matches and rests. `blocked`: it cannot act.',
      ),
    conditions: z.array(conditionView),
    reasons: z.array(verdictReason).describe('What blocks or limits it.'),
  })
  .describe('One rule against one request.');

export const shadowCall = z
  .strictObject({ rule: z.string(), ruleName: z.string(), version: z.int(), would: effect })
  .describe('What a rule in shadow would have done at its place.');

export const verdict = z
  .strictObject({
    kind: z.enum(['approve', 'reject', 'hold']),
    rule: z.string().exactOptional().describe('The rule that decided, or that matched and was held back.'),
    ruleName: z.string().exactOptional(),
    ruleVersion: z.int().exactOptional(),
    window: z.string().exactOptional().describe('The permit window that decided, or that was held back.'),
    note: z.string().exactOptional().describe('Of a rule that leaves or rejects, for the person.'),
    reasons: z.array(verdictReason),
    trace: ruleTrace.exactOptional().describe('The rule of `rule`; without one, the rule that came nearest.'),
    shadows: z.array(shadowCall).exactOptional(),
  })
  .describe('What the rules say. `hold` leaves the request to a person.');

export const ruleHours = z
  .strictObject({ days: z.array(z.enum(WEEKDAYS)), from: z.string(), to: z.string(), timeZone: z.string() })
  .describe('When it is awake, HH:MM on the clock of that zone. `to` at or before `from` runs past midnight; days name its beginning.');

export const agreementView = z
  .strictObject({
    decided: z.int(),
    agreed: z.int(),
    lastDisagreement: z.strictObject({ at: instant, gateway: z.string(), deviceId, text: z.string() }).exactOptional(),
  })
  .describe('Of the requests that the rule would have decided and a person did decide, how often both said the same.');

const words = z.array(z.string()).exactOptional();

export const ruleView = z
  .strictObject({
    id: z.string(),
    version: z.int().describe('Grows by one with every change.'),
    name: z.string(),
    enabled: z.boolean(),
    shadow: z.boolean().describe('Only records what it would have done.'),
    effect,
    note: z.string().exactOptional(),
    origin: z.enum(['host-key', 'loopback', 'any']),
    assurance,
    agentsMayUse: z.boolean(),
    gateway: z.string().exactOptional(),
    reasons: z.array(reason),
    deviceId: deviceId.exactOptional(),
    clientIds: words.describe('The caller’s word, as the next three.'),
    clientModes: words,
    platforms: words,
    displayName: z.string().exactOptional(),
    pairedForHours: z.int().exactOptional(),
    heldScopes: scopes.exactOptional(),
    authMethods: words,
    hours: ruleHours.exactOptional(),
    scopes: scopes.describe('Approving: the most that the device may hold afterwards. Else: any of these is asked.'),
    confirm: scopes,
    maxPerHour: z.int(),
    maxPerDevicePerHour: z.int(),
    maxUses: z.int().exactOptional(),
    expiresAt: instant,
    coolOffMinutes: z.int(),
    createdAt: instant,
    updatedAt: instant,
    madeBy: actor,
    source: z.enum(['console', 'file']).describe('Where it is kept: a rule of the rules file is changed there.'),
    unacknowledged: z
      .boolean()
      .describe(
        'Made by the API token, or let give more by it, or made by a file that agents can write, and not yet acknowledged by a person.',
      ),
    hits: z.int(),
    lastHitAt: instant.exactOptional(),
    agreement: agreementView,
    grants: z.strictObject({ devices: z.int() }).describe('Devices that got something from it and still hold it.'),
    ended: z.boolean(),
    grantsKept: z.strictObject({ at: instant, by: z.string() }).exactOptional(),
    blockedBy: z.array(verdictReason).describe('Why it cannot fire although it is switched on.'),
    sentence: z.string().describe('The rule read aloud.'),
  })
  .describe('A rule. The first one that matches decides.');

export const ruleTemplate = z
  .strictObject({ key: z.string(), name: z.string(), sentence: z.string(), gives: z.string(), body: ruleInput })
  .describe('A ready-made rule. Nothing is stored until it is posted.');
