// Rules, automation, activity and the overview: what belongs to the console itself.
import { z } from 'zod';
import { RIGHTS } from '../../auth/rights.ts';
import { actor, freshness, instant } from './common.ts';
import { gatewayView } from './gateways.ts';
import { nodeDecisionView } from './nodes.ts';
import { decisionView, requestView } from './requests.ts';
import { ruleView } from './rules.ts';
import { rulesFileView } from './rules-files.ts';
import { permitWindowView } from './windows.ts';

const cause = z.enum([
  'flood',
  'rate',
  'undone',
  'identity-changed',
  'clock',
  'store',
  'token-drift',
  'record-broken',
  'record-lost',
  'record-restored',
]);
export const automationView = z
  .strictObject({
    state: z.enum(['on', 'off', 'suspended']),
    text: z.string(),
    since: instant,
    cause: cause.exactOptional(),
    causes: z.array(cause).exactOptional().describe('With `cause`, all that stand; the text names each.'),
    rearmsAt: instant.exactOptional().describe('Set for `flood` and `rate`; the other stops wait for a person.'),
  })
  .describe('The one switch over all rules.');

export const activityView = z
  .strictObject({
    id: z.string(),
    seq: z.int(),
    at: instant,
    actor,
    what: z.string().describe('Such as decision.approve, rule.create, statement.set, automation.off.'),
    gateway: z.string().exactOptional(),
    text: z.string(),
    decision: decisionView.exactOptional(),
    details: z.record(z.string(), z.unknown()).exactOptional(),
    prev: z.string().describe('The hash of the row before, hex SHA-256.'),
    hash: z.string().describe('The hash of this row, which the next one carries.'),
  })
  .describe('A decision or change, with who made it.');

export const auditView = z
  .strictObject({
    head: z.strictObject({ rows: z.int(), hash: z.string() }).describe('The end of the record now.'),
    state: z.enum(['checking', 'holds', 'broken', 'unread']).describe('What the last walk over the whole record found.'),
    checkedAt: instant.exactOptional(),
    walked: z
      .strictObject({ rows: z.int(), hash: z.string() })
      .exactOptional()
      .describe('The end of what the last walk found whole; rows that came later are not walked yet.'),
    since: instant.exactOptional().describe('From when on the chain can vouch.'),
    broken: z
      .strictObject({
        seq: z.int(),
        at: instant.exactOptional(),
        what: z.string().exactOptional(),
        kind: z.enum(['changed', 'missing', 'not-linked']),
        text: z.string(),
      })
      .exactOptional()
      .describe('The first row that does not hold.'),
  })
  .describe('The chain of the record.');

export const overview = z
  .strictObject({
    you: z
      .strictObject({ kind: z.enum(['person', 'api-token']), name: z.string(), rights: z.array(z.enum(RIGHTS)) })
      .describe('Who asks, and what they may do.'),
    version: z.string(),
    gateways: z.array(gatewayView),
    automation: automationView,
    requests: z.strictObject({ items: z.array(requestView), freshness }),
    decided: z.array(decisionView).describe('The newest 20.'),
    decidedNodes: z
      .strictObject({ items: z.array(nodeDecisionView), damaged: z.int().describe('Rows among them that cannot be read.') })
      .describe('Decisions on the commands of nodes, the newest 20.'),
    recentFailures: z.int().describe('Failed handshakes in the last 5 minutes.'),
    rules: z.array(ruleView),
    rulesFile: rulesFileView.exactOptional().describe('Set when a file holds the rules.'),
    windows: z.array(permitWindowView).describe('Open permit windows, and those that closed in the last 10 minutes.'),
  })
  .describe('All that the frame and the Requests page need.');
