// The frames of the bridge. It is no part of OpenAPI, so its shapes stand among the components and the info text tells the rest.
import { z } from 'zod';
import { BRIDGE_TOPICS } from '../../bridge/topics.ts';
import { activityView, automationView } from './console.ts';
import { deviceActView, deviceChangeView } from './devices.ts';
import { deviceView, gatewayView } from './gateways.ts';
import { handshakeView } from './handshakes.ts';
import { nodeDecisionView, nodeRequestView } from './nodes.ts';
import { decisionView, requestView } from './requests.ts';
import { ruleView } from './rules.ts';
import { rulesFileView } from './rules-files.ts';
import { takeBackView } from './take-backs.ts';
import { permitWindowView } from './windows.ts';

const set = z.literal('set');
const gone = z.literal('gone');
const add = z.literal('add');

export const bridgeTopic = z.enum(BRIDGE_TOPICS);

export const bridgeSubscribe = z
  .strictObject({
    type: z.literal('subscribe'),
    topics: z.array(bridgeTopic),
    epoch: z.string().exactOptional(),
    after: z.int().nonnegative().exactOptional(),
  })
  .describe('The only frame that a client sends. With `epoch` and `after` it asks for what it missed.');

export const bridgeChange = z.union([
  z.strictObject({ topic: z.literal('gateways'), op: set, item: gatewayView }),
  z.strictObject({ topic: z.literal('gateways'), op: gone, id: z.string() }),
  z.strictObject({ topic: z.literal('automation'), op: set, item: automationView }),
  z.strictObject({ topic: z.literal('requests'), op: set, item: requestView }),
  z.strictObject({ topic: z.literal('requests'), op: gone, gateway: z.string(), requestId: z.string() }),
  z.strictObject({ topic: z.literal('decisions'), op: set, item: decisionView }),
  z.strictObject({ topic: z.literal('devices'), op: set, item: deviceView }),
  z.strictObject({ topic: z.literal('devices'), op: gone, gateway: z.string(), deviceId: z.string() }),
  z.strictObject({ topic: z.literal('devices'), op: z.literal('reread') }),
  z.strictObject({ topic: z.literal('handshakes'), op: add, items: z.array(handshakeView) }),
  z.strictObject({ topic: z.literal('rules'), op: set, item: ruleView }),
  z.strictObject({ topic: z.literal('rules'), op: gone, id: z.string() }),
  z.strictObject({ topic: z.literal('rules'), op: z.literal('order'), ids: z.array(z.string()) }),
  z.strictObject({ topic: z.literal('rules-file'), op: set, item: rulesFileView }),
  z.strictObject({ topic: z.literal('windows'), op: set, item: permitWindowView }),
  z.strictObject({ topic: z.literal('take-backs'), op: set, item: takeBackView }),
  z.strictObject({ topic: z.literal('device-changes'), op: set, items: z.array(deviceChangeView) }),
  z.strictObject({ topic: z.literal('device-changes'), op: z.literal('reread') }),
  z.strictObject({ topic: z.literal('device-acts'), op: set, item: deviceActView }),
  z.strictObject({ topic: z.literal('node-requests'), op: set, item: nodeRequestView }),
  z.strictObject({ topic: z.literal('node-requests'), op: gone, gateway: z.string(), requestId: z.string() }),
  z.strictObject({ topic: z.literal('node-decisions'), op: set, item: nodeDecisionView }),
  z.strictObject({ topic: z.literal('activity'), op: add, item: activityView }),
]);

export const bridgeFrame = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('hello'), version: z.string(), bridge: z.literal(1), epoch: z.string(), cursor: z.int() }),
    z.strictObject({ type: z.literal('row'), cursor: z.int(), change: bridgeChange }),
    z.strictObject({ type: z.literal('reread'), cursor: z.int() }),
  ])
  .describe('What the server sends.');
