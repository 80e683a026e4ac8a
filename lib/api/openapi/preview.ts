// What a draft of a rule would have done, as the API answers it: progress, then the result, one line of JSON each.
import { z } from 'zod';
import { deviceId, instant, scopes } from './common.ts';
import { verdict } from './rules.ts';

const said = z.string().exactOptional();

export const previewItem = z
  .strictObject({
    gateway: z.string(),
    deviceId,
    displayName: said.describe('The caller’s own word, as clientId.'),
    clientId: said,
    at: instant,
    heldScopes: scopes,
    scopes,
    addedScopes: scopes,
    would: z.enum(['approved', 'rejected', 'left']).describe('`left` also where another rule or a guard stood before the draft.'),
    why: z.string(),
    became: z
      .enum(['approved-by-person', 'rejected-by-person', 'approved-by-rule', 'rejected-by-rule', 'unanswered', 'waiting'])
      .describe('What really became of it. A person may also have decided with another tool.'),
    red: z
      .array(z.enum(['person-rejected', 'gives-admin']))
      .describe('A person rejected what the draft would approve, or it would have given admin.'),
    times: z.int().describe('How often it was asked: a loop is one request.'),
  })
  .describe('One recorded request under a draft.');

export const previewView = z
  .strictObject({
    from: instant,
    to: instant,
    looked: z.int(),
    since: instant.exactOptional().describe('Recording began later than `from`.'),
    approved: z.int(),
    rejected: z.int(),
    left: z.int(),
    personRejected: z.int(),
    givesAdmin: z.int(),
    leftBecause: z.array(z.strictObject({ code: z.string(), text: z.string(), count: z.int() })).describe('Most frequent first.'),
    items: z.array(previewItem).describe('Marked ones first, then newest first; at most 200.'),
    waiting: z
      .array(
        z.strictObject({
          gateway: z.string(),
          requestId: z.string(),
          deviceId,
          displayName: said,
          clientId: said,
          verdict: verdict.describe('With the draft in its place. `trace` is always the draft’s own.'),
        }),
      )
      .describe('What waits now; at most 200.'),
  })
  .describe('What a draft would have done with the recorded requests.');

export const previewFrame = z
  .union([z.strictObject({ done: z.int(), total: z.int() }), z.strictObject({ result: previewView })])
  .describe('One line of the answer of POST /rules/preview.');
