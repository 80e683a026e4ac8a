// Requests and what was decided on them, as the API answers them.
import { z } from 'zod';
import { actor, deviceId, instant, originView, problemView, publicKey, reason, risk, scopes } from './common.ts';
import { verdict } from './rules.ts';
import { takeBackState } from './take-backs.ts';

export const requestView = z
  .strictObject({
    gateway: z.string(),
    gatewayName: z.string(),
    requestId: z.string(),
    deviceId,
    publicKey,
    displayName: z.string().exactOptional().describe('The caller’s own word, like clientId, clientMode, platform and deviceFamily.'),
    clientId: z.string().exactOptional(),
    clientMode: z.string().exactOptional(),
    platform: z.string().exactOptional(),
    deviceFamily: z.string().exactOptional(),
    remoteIp: z.string().exactOptional().describe('As the gateway tells it. Absent is not the same as loopback.'),
    reason,
    roles: z.array(z.string()),
    scopes,
    unknownScopes: z.array(z.string()).describe('Asked strings that are no known scope. They hold the request.'),
    heldRoles: z.array(z.string()),
    heldScopes: scopes,
    addedScopes: scopes.describe('The asked scopes that it does not hold yet.'),
    resultScopes: scopes.describe('What the device will hold after an approval.'),
    risk,
    needsConfirm: z.array(z.string()).describe('What an approval gives that must be named once more, in `confirm`.'),
    origin: originView,
    verdict,
    attempts: z.strictObject({ count: z.int(), firstAt: instant.exactOptional(), lastAt: instant.exactOptional() }),
    createdAt: instant,
    expiresAt: instant.describe('When the gateway drops it, derived from its version.'),
    stuck: z.boolean().describe('A silent request older than 5 s: shown, can only be rejected.'),
    isHostKey: z.boolean().describe('It is signed with the gateway’s own key.'),
    refusedBefore: z.boolean().describe('A person refused, revoked or removed this key; only a person lifts that.'),
    readBack: z.boolean().describe('False until the row of an event was found in the gateway’s list.'),
  })
  .describe('A pairing request that waits.');

export const decisionView = z
  .strictObject({
    id: z.string(),
    gateway: z.string(),
    requestId: z.string(),
    deviceId,
    publicKey,
    displayName: z.string().exactOptional(),
    clientId: z.string().exactOptional(),
    action: z.enum(['approve', 'reject']),
    state: z.enum(['asking', 'approved', 'rejected', 'failed', 'undone', 'settled-approved', 'settled-not-done', 'settled-unknown']),
    actor,
    reason,
    roles: z.array(z.string()),
    scopes,
    heldScopes: scopes,
    addedScopes: scopes,
    risk,
    at: instant,
    answeredAt: instant.exactOptional(),
    outcome: z.string().describe('What really happened, read back from the gateway, in words.'),
    problem: problemView.exactOptional(),
    origin: originView,
    verdict: verdict.exactOptional(),
    rowCreatedAtMs: z
      .number()
      .exactOptional()
      .describe('When the gateway made the row that the approval left, its clock, ms: a row of another time is another pairing.'),
    refusedAgainAt: instant.exactOptional().describe('The same device was refused again after the approval.'),
    takenBack: z
      .strictObject({ id: z.string(), at: instant, state: takeBackState })
      .exactOptional()
      .describe('The newest take-back on account of this decision.'),
  })
  .describe('A decision. A state that starts with `settled` was read from the gateway after an answer had been missed.');
