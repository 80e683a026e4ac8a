// A waiting node request as it is shown: its commands by danger, what it adds, who may approve it, and what this gateway does anyway.
import type { NodeRequestView } from '../api/node-shapes.ts';
import { isoOf } from '../clock.ts';
import type { NodeList, PairedNode, PendingNode } from '../gateway/node-records.ts';
import type { PairingList } from '../gateway/records.ts';
import { effectiveScopes, normaliseScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import { confirmOf, groupsOf } from './danger.ts';

/** 2026.4.14 drops a request five minutes after the node connected last; 2026.9.6 never does. Both measured. */
const LIFE_MS = 300_000;

/** What a gateway of protocol 3 (2026.4.14) does with a node's commands, whatever is decided: measured there, and not on 2026.9.6. */
const REGARDLESS =
  'This gateway lets a paired node run its commands before anybody approves them, and after a rejection too. Neither answer here stops them: only removing the device, or revoking its node token, does.';

/** Where the gateway does not say, all that it could ask. */
const ALL_IT_COULD_ASK = ['operator.pairing', 'operator.admin'];

/** A list in order: nodes by id, those that wait to be paired and those that are. */
export type NodeIndex = ReadonlyMap<string, PairedNode>;
export type DeviceIndex = { waits: ReadonlyMap<string, string>; nodes: ReadonlySet<string> };

/** Of rows with one id the first counts. */
const firstOf = <T>(pairs: readonly (readonly [string, T])[]): Map<string, T> => new Map(pairs.toReversed());

export const nodeIndex = ({ paired }: Pick<NodeList, 'paired'>): NodeIndex => firstOf(paired.map((node) => [node.nodeId, node]));

export const deviceIndex = ({ pending, paired }: Pick<PairingList, 'paired' | 'pending'>): DeviceIndex => ({
  waits: firstOf(pending.map((row) => [row.deviceId, row.requestId])),
  nodes: new Set(paired.filter((row) => row.roles.includes('node')).map((row) => row.deviceId)),
});

/** Makes something of a list once. */
export function perList<L extends object, T>(make: (list: L) => T): (list: L) => T {
  const made = new WeakMap<L, { of: T }>();
  return (list) => {
    const known = made.get(list) ?? { of: make(list) };
    made.set(list, known);
    return known.of;
  };
}

export type NodeContext = {
  gateway: string;
  gatewayName: string;
  devices: DeviceIndex | undefined;
  /** What the console's session holds; undefined while there is none. */
  grantedScopes: readonly string[] | undefined;
  protocol: number | undefined;
  /** A time of the gateway's clock by ours. */
  ourTime: (ms: number) => number;
};

/** Why a session may not do what needs these scopes; undefined when it may. */
export function lacking(granted: readonly string[] | undefined, needed: readonly string[]): string | undefined {
  if (granted === undefined) return 'The console is not connected to this gateway now.';
  const held = effectiveScopes(granted);
  const missing = needed.filter((scope) => !held.has(scope));
  return missing.length === 0 ? undefined : `The console’s own session lacks ${missing.join(' and ')} on this gateway.`;
}

/** The view of one request, beside the nodes of the list that it stands in. Pure. */
export function nodeRequestView(request: PendingNode, nodes: NodeIndex, context: NodeContext): NodeRequestView {
  const { gateway, gatewayName, devices, grantedScopes, protocol, ourTime } = context;
  const held = nodes.get(request.nodeId);
  const may = new Set(held?.commands);
  const groups = groupsOf(request.commands);
  const requiredScopes = normaliseScopes(request.requiredApproveScopes ?? ALL_IT_COULD_ASK);
  const { displayName, platform, version, remoteIp } = request;
  return {
    gateway,
    gatewayName,
    requestId: request.requestId,
    nodeId: request.nodeId,
    ...present({ displayName, platform, version, remoteIp }),
    caps: [...request.caps],
    commands: [...request.commands],
    groups,
    ...(held === undefined ? {} : { holds: [...held.commands] }),
    adds: [...new Set(request.commands)].filter((command) => !may.has(command)),
    requiredScopes,
    ...present({
      cannotApprove: lacking(grantedScopes, requiredScopes),
      deviceRequestId: devices?.waits.get(request.nodeId),
      expiresAt: protocol === 3 ? isoOf(ourTime(request.ts) + LIFE_MS) : undefined,
      regardless: protocol === 3 ? REGARDLESS : undefined,
    }),
    devicePaired: devices?.nodes.has(request.nodeId) === true,
    at: isoOf(ourTime(request.ts)),
    confirm: confirmOf(groups),
  };
}
