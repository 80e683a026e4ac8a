// Take-backs as the API answers them: a plan with what each device loses, and what became of each one.
import { z } from 'zod';
import { deviceId, instant, publicKey, scopes } from './common.ts';

export const enforcement = z
  .enum(['enforced', 'until-next-connect', 'needs-new-secret'])
  .describe(
    '`enforced`: the device cannot return without a person. `until-next-connect`: it may return by itself, unasked, at its next connection. `needs-new-secret`: whoever holds the shared secret gets in without pairing. Measured per gateway version; see docs/taking-back.md.',
  );

export const takeBackState = z
  .enum(['asking', 'gone', 'failed', 'refused', 'unknown', 'returned'])
  .describe(
    '`gone`: read back and not listed. `failed`: still listed. `refused`: the gateway said no. `unknown`: its list could not be read yet. `returned`: listed again since, without a decision of this console.',
  );

export const takeBackItem = z
  .strictObject({
    gateway: z.string(),
    gatewayName: z.string(),
    deviceId,
    publicKey,
    displayName: z.string().exactOptional(),
    clientId: z.string().exactOptional(),
    connected: z.boolean().exactOptional(),
    roles: z.array(z.string()),
    rowCreatedAtMs: z
      .number()
      .exactOptional()
      .describe('When the gateway made the row, its clock, ms: one of another time is another pairing. To be sent along.'),
    holds: scopes.describe('What it holds now, all of which it loses: a gateway cannot make a grant smaller.'),
    given: scopes.describe('What the grants in question gave.'),
    grants: z.array(z.strictObject({ decisionId: z.string(), at: instant, by: z.string(), scopes })),
    enforcement,
    why: z.string().describe('Why it holds or not, and what to do beside it.'),
    needsConfirm: z.string().exactOptional().describe('The word to send as `confirm`: this one is not taken back by a mere press.'),
    impossible: z.string().exactOptional().describe('It cannot be taken back from here, and why.'),
  })
  .describe('One device of a plan, bound to what is shown.');

export const takeBackPlan = z
  .strictObject({
    rule: z.string().exactOptional(),
    ruleName: z.string().exactOptional(),
    items: z.array(takeBackItem),
    gone: z.int().describe('Devices that got something and hold none of it any more.'),
  })
  .describe('Which devices lose what, read from the gateways now.');

export const takeBackView = z
  .strictObject({
    id: z.string(),
    gateway: z.string(),
    deviceId,
    publicKey,
    displayName: z.string().exactOptional(),
    by: z.string(),
    rule: z.string().exactOptional(),
    decision: z.string().exactOptional(),
    lost: scopes,
    at: instant,
    answeredAt: instant.exactOptional(),
    state: takeBackState,
    enforcement,
    outcome: z.string().describe('What really happened, read back from the gateway, in words.'),
    returnedAt: instant.exactOptional(),
    returnedWith: scopes.exactOptional(),
  })
  .describe('One device taken back.');
