// The shapes of node capability requests and what was decided on them, as the API description carries them.
import { z } from 'zod';
import { freshness, instant } from './common.ts';

const danger = z
  .enum(['any-command', 'watching', 'data', 'notice', 'unknown'])
  .describe('`any-command`: approving it gives away the machine. `unknown`: nobody here can say, so it counts as grave.');
const names = z.array(z.string());
export const commandGroup = z.strictObject({ danger, title: z.string(), text: z.string(), commands: names });

export const nodeRequestView = z
  .strictObject({
    gateway: z.string(),
    gatewayName: z.string(),
    requestId: z.string().describe('Of the node queue: no request of a device has it.'),
    nodeId: z.string().describe('The device id of the machine.'),
    displayName: z.string().exactOptional(),
    platform: z.string().exactOptional(),
    version: z.string().exactOptional(),
    remoteIp: z.string().exactOptional(),
    caps: names,
    commands: names,
    groups: z.array(commandGroup).describe('The commands by danger, the gravest first.'),
    holds: names.exactOptional().describe('What a node that is approved already may do now.'),
    adds: names.describe('What this adds to it.'),
    requiredScopes: names.describe('What the approver must hold, by the gateway’s own word.'),
    cannotApprove: z.string().exactOptional().describe('Why this console cannot approve it.'),
    deviceRequestId: z.string().exactOptional().describe('The device request of the same key that waits beside it.'),
    devicePaired: z.boolean().describe('Whether the key is a paired device with role node.'),
    at: instant,
    expiresAt: instant.exactOptional(),
    regardless: z.string().exactOptional().describe('What this gateway lets the node do whatever is decided.'),
    confirm: z.array(z.string()).describe('To be sent as `confirm` with an approval.'),
  })
  .describe('A node’s request for its commands. No rule ever decides it.');

export const nodeRequestPage = z
  .strictObject({
    items: z.array(nodeRequestView),
    freshness,
    gaps: z
      .array(z.strictObject({ gateway: z.string(), gatewayName: z.string(), why: z.string() }))
      .describe('Gateways whose queue cannot be read now: what waits there is not known.'),
  })
  .describe('What waits on all gateways.');

export const nodeDecisionInput = z
  .strictObject({
    nodeId: z.string().min(1).max(200),
    commands: z.array(z.string().max(200)).max(1000),
    caps: z.array(z.string().max(200)).max(1000),
    confirm: z.array(z.string().max(50)).max(10).exactOptional(),
  })
  .describe('What was shown. Anything else on the gateway is answered with 409 and what it is now.');

export const nodeDecisionView = z
  .strictObject({
    id: z.string(),
    gateway: z.string(),
    nodeId: z.string(),
    displayName: z.string().exactOptional(),
    action: z.enum(['approve', 'reject']),
    by: z.string(),
    at: instant,
    answeredAt: instant.exactOptional(),
    commands: names,
    state: z.enum(['asking', 'approved', 'rejected', 'failed', 'unknown', 'mismatch']),
    outcome: z.string().describe('What really happened, read back from the gateway.'),
  })
  .describe('A decision on the commands of a node.');
