// The shapes of devices beyond a row of the list, as the API description carries them: findings, differences, acts.
import { z } from 'zod';
import { deviceId, instant, publicKey, scopes } from './common.ts';
import { enforcement } from './take-backs.ts';

export const findingCode = z.enum([
  'token-narrower',
  'token-missing',
  'revoked-but-connecting',
  'token-wide-again',
  'looping-after-approval',
  'platform-changed',
  'many-keys',
  'silent-grant',
  'came-back',
  'never-used',
  'not-seen',
  'ephemeral',
  'mixed-roles',
]);

const held = z.strictObject({ roles: z.array(z.string()), scopes });

const changeBy = z.union([
  z.strictObject({
    kind: z.literal('console'),
    name: z.string(),
    decisionId: z.string().exactOptional(),
    ruleId: z.string().exactOptional(),
    actId: z.string().exactOptional(),
    takeBackId: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('silent'), proof: z.enum(['log', 'approved-via', 'no-decision']) }),
  z.strictObject({ kind: z.literal('gateway-tools'), proof: z.enum(['log', 'approved-via']) }),
  z.strictObject({ kind: z.literal('gateway'), proof: z.literal('log') }).describe('Its own housekeeping.'),
  z.strictObject({ kind: z.literal('device') }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

export const deviceChangeView = z
  .strictObject({
    id: z.string(),
    seq: z.int(),
    gateway: z.string(),
    deviceId,
    displayName: z.string().exactOptional(),
    at: instant.describe('When a reading showed it.'),
    notBefore: instant.exactOptional().describe('When the reading before did not.'),
    toldAt: instant.exactOptional().describe('When the gateway says that it happened.'),
    kind: z.enum([
      'first-seen',
      'paired',
      'paired-anew',
      'removed',
      'scopes-grew',
      'scopes-shrank',
      'roles-changed',
      'token-issued',
      'token-rotated',
      'token-narrowed',
      'token-revoked',
      'token-removed',
      'renamed',
      'platform-changed',
      'unreadable',
    ]),
    by: changeBy,
    gained: held,
    lost: held,
    text: z.string(),
    record: z.string().exactOptional().describe('The line of the log that proves it.'),
    unclicked: z.boolean().describe('A grant that nobody clicked.'),
    acknowledged: z.strictObject({ by: z.string(), at: instant }).exactOptional(),
    closed: z
      .strictObject({ at: instant, why: z.string() })
      .exactOptional()
      .describe('It waits for nobody any more, without anybody’s word: its pairing ended.'),
  })
  .describe('A difference between two readings of a gateway’s list, and who made it as far as something proves it.');

const act = z.enum(['rename', 'rotate', 'narrow', 'revoke']);

export const deviceActView = z
  .strictObject({
    id: z.string(),
    act,
    gateway: z.string(),
    deviceId,
    displayName: z.string().exactOptional(),
    role: z.string().exactOptional(),
    by: z.string(),
    at: instant,
    answeredAt: instant.exactOptional(),
    state: z.enum(['asking', 'done', 'failed', 'unknown', 'undone']),
    outcome: z.string().describe('What really happened, read back from the gateway.'),
    undoneAt: instant.exactOptional(),
  })
  .describe('An act on one device.');

export const deviceActPlan = z
  .strictObject({
    items: z.array(
      z.strictObject({
        act,
        gateway: z.string(),
        gatewayName: z.string(),
        deviceId,
        publicKey,
        rowCreatedAtMs: z.number().exactOptional().describe('To be sent along: a row of another time is another pairing.'),
        displayName: z.string().exactOptional(),
        roles: z.array(z.string()),
        holds: scopes,
        role: z.string().exactOptional().describe('Whose token it is about. To be sent along.'),
        tokenScopes: scopes.exactOptional().describe('What that token holds now. To be sent along.'),
        what: z.string(),
        breaks: z.array(z.string()).describe('Who loses what, and until when.'),
        enforcement: enforcement.exactOptional(),
        why: z.string().exactOptional(),
        needsConfirm: z.string().exactOptional().describe('The word to send as `confirm`.'),
        impossible: z.string().exactOptional().describe('It cannot be done from here, and why.'),
      }),
    ),
    gone: z.array(z.strictObject({ gateway: z.string(), deviceId })).describe('Devices that the gateway does not list.'),
  })
  .describe('What an act does to each device, read from the gateways now.');

export const deviceActInput = z
  .strictObject({
    act,
    gateway: z.string(),
    deviceId,
    publicKey,
    rowCreatedAtMs: z.number().exactOptional(),
    holds: scopes,
    role: z.string().max(64).exactOptional(),
    tokenScopes: scopes.exactOptional(),
    scopes: scopes.exactOptional(),
    label: z.string().max(64).exactOptional(),
    confirm: z.string().max(200).exactOptional(),
  })
  .describe('One act on one device, bound to what the plan showed.');
