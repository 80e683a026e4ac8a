// The node queue of the practice gateway, in the manner of 2026.4.14: what a machine that offers commands waits for, beside its device
// pairing. There its commands are live whatever is decided here, and an approved node is listed with a bearer token of its own.
import type { ConnectParams } from './connect-params.ts';
import { firstMissing } from './grants.ts';

export type NodeRequest = {
  requestId: string;
  nodeId: string;
  displayName?: string | undefined;
  platform: string;
  version: string;
  caps: string[];
  commands: string[];
  silent: boolean;
  ts: number;
};
type Offered = Pick<NodeRequest, 'nodeId' | 'displayName' | 'platform' | 'version' | 'caps' | 'commands'>;
export type ApprovedNode = Offered & { token: string; createdAtMs: number; approvedAtMs: number };
type Approval = { kind: 'unknown' } | { kind: 'forbidden'; message: string } | { kind: 'approved'; node: ApprovedNode };

export type NodePairing = {
  /** A node connected; answers its request and whether it is new. Nothing is asked while it offers no more than was approved. */
  seen: (params: Pick<ConnectParams, 'client' | 'caps' | 'commands'>, deviceId: string) => { request: NodeRequest; created: boolean };
  pending: () => (NodeRequest & { requiredApproveScopes: string[] })[];
  paired: () => ApprovedNode[];
  /** By a caller with these scopes. */
  approve: (requestId: string, scopes: readonly string[]) => Approval;
  /** The node whose request it was; undefined when none waits under this id. */
  reject: (requestId: string) => string | undefined;
};

const LIFE_MS = 300_000;
/** What needs admin there, by the gateway's own list. */
const GRAVE: ReadonlySet<string> = new Set(['system.run.prepare', 'system.run', 'system.which']);

function requiredScopes(commands: readonly string[]): string[] {
  if (commands.some((command) => GRAVE.has(command))) return ['operator.pairing', 'operator.admin'];
  return commands.length > 0 ? ['operator.pairing', 'operator.write'] : ['operator.pairing'];
}

/** Empty lists. `now` answers ms, `token` a new secret. */
export function createNodePairing({ now, id, token }: { now: () => number; id: () => string; token: () => string }): NodePairing {
  const waiting = new Map<string, NodeRequest>();
  const approved = new Map<string, ApprovedNode>();

  function live(): NodeRequest[] {
    const at = now();
    for (const [nodeId, { ts }] of waiting) if (at - ts > LIFE_MS) waiting.delete(nodeId);
    return [...waiting.values()];
  }
  const byId = (requestId: string) => live().find((request) => request.requestId === requestId);

  return {
    seen: ({ client, caps, commands }, nodeId) => {
      live();
      const old = waiting.get(nodeId);
      const request: NodeRequest = {
        requestId: old?.requestId ?? id(),
        nodeId,
        displayName: client.displayName,
        platform: client.platform,
        version: client.version,
        caps: caps ?? [],
        commands: commands ?? [],
        silent: false,
        ts: now(),
      };
      const held = approved.get(nodeId);
      if (held && request.commands.every((command) => held.commands.includes(command))) return { request, created: false };
      waiting.set(nodeId, request);
      return { request, created: !old };
    },
    pending: () => live().map((request) => ({ ...request, requiredApproveScopes: requiredScopes(request.commands) })),
    paired: () => [...approved.values()].sort((a, b) => b.approvedAtMs - a.approvedAtMs),
    approve: (requestId, scopes) => {
      const request = byId(requestId);
      if (!request) return { kind: 'unknown' };
      const missing = firstMissing('operator', requiredScopes(request.commands), scopes);
      if (missing !== undefined) return { kind: 'forbidden', message: `missing scope: ${missing}` };
      const { nodeId, displayName, platform, version, caps, commands } = request;
      const at = now();
      const createdAtMs = approved.get(nodeId)?.createdAtMs ?? at;
      const node: ApprovedNode = { nodeId, displayName, platform, version, caps, commands, token: token(), createdAtMs, approvedAtMs: at };
      approved.set(nodeId, node);
      waiting.delete(nodeId);
      return { kind: 'approved', node };
    },
    reject: (requestId) => {
      const request = byId(requestId);
      if (request) waiting.delete(request.nodeId);
      return request?.nodeId;
    },
  };
}
