// Signing in, sessions, operators and tokens, as the document describes them. Tests hold them to operator-shapes.ts.
import { z } from 'zod';
import { RIGHTS } from '../../auth/rights.ts';
import { instant } from './common.ts';

const right = z
  .enum(RIGHTS)
  .describe('`viewer` reads, `approver` decides what waits, `admin` changes rules, gateways, operators and devices.');
const rights = z.array(right);
const way = z.enum(['password', 'passkey', 'link', 'setup', 'proxy']);

export const sessionStarted = z
  .strictObject({
    key: z.string().describe('The second secret, for X-Gatehouse-Key and the bridge.'),
    expiresAt: instant,
    operator: z.string().describe('The name of who signed in.'),
  })
  .describe('A session. The first secret is the cookie.');

export const signInOptions = z
  .strictObject({
    setup: z.boolean().describe('No operator exists yet.'),
    password: z.boolean(),
    passkey: z.boolean().describe('False at an address for which browsers keep none.'),
    proxy: z.string().exactOptional().describe('The operator whom a trusted proxy names for this very request.'),
    record: z
      .strictObject({ kind: z.enum(['lost', 'restored']), at: instant })
      .exactOptional()
      .describe('The record is not the one that was last written here, and no person has read of it yet.'),
  })
  .describe('Which ways in there are.');

export const linkView = z
  .strictObject({
    purpose: z.enum(['setup', 'sign-in', 'invitation', 'reset']),
    operator: z.string().exactOptional(),
    expiresAt: instant,
  })
  .describe('What a link is for.');

export const passkeyAsked = z
  .strictObject({
    challengeId: z.string().describe('Comes back with the answer.'),
    options: z.record(z.string(), z.unknown()).describe('For navigator.credentials, in its JSON form.'),
  })
  .describe('What an authenticator is asked.');

export const callerView = z
  .union([
    z.strictObject({
      kind: z.literal('person'),
      sessionId: z.string(),
      operatorId: z.string(),
      name: z.string(),
      rights,
      way,
      freshUntil: instant.exactOptional().describe('Until when operators, tokens and credentials can be changed without confirming.'),
    }),
    z.strictObject({ kind: z.literal('api-token'), name: z.string(), rights }),
  ])
  .describe('Who calls.');

export const confirmed = z.strictObject({ freshUntil: instant });

export const sessionView = z
  .strictObject({
    id: z.string(),
    operatorId: z.string(),
    operator: z.string(),
    way,
    startedAt: instant,
    lastSeenAt: instant,
    expiresAt: instant,
    userAgent: z.string().exactOptional().describe('The browser’s own word, cut.'),
    address: z.string().exactOptional(),
    current: z.boolean().describe('The session that asks.'),
  })
  .describe('A browser that is signed in.');

export const credentialView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['passkey', 'password']),
    name: z.string(),
    createdAt: instant,
    lastUsedAt: instant.exactOptional(),
  })
  .describe('How an operator can sign in.');

export const operatorView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    rights,
    state: z.enum(['active', 'disabled', 'invited']),
    createdAt: instant,
    createdBy: z.string(),
    lastSignInAt: instant.exactOptional(),
    credentials: z.strictObject({ passkeys: z.int(), password: z.boolean() }),
    sessions: z.int(),
    you: z.boolean(),
  })
  .describe('Somebody who may sign in.');

export const operatorInvited = z
  .strictObject({
    operator: operatorView,
    link: z.strictObject({ secret: z.string().describe('Told this once; opened as /sign-in#secret.'), expiresAt: instant }),
  })
  .describe('An operator, with a link to hand over.');

export const apiTokenView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    right,
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instant.exactOptional(),
    lastUsedAt: instant.exactOptional(),
    revokedAt: instant.exactOptional(),
    source: z.enum(['console', 'environment']).describe('`environment`: GATEHOUSE_API_TOKEN, with approver and admin.'),
  })
  .describe('An API token, without its text.');

export const tokenMade = z.strictObject({ token: apiTokenView, secret: z.string().describe('The token. It is told this once.') });
