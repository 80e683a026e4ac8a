// Node pairing requests of the practice gateway: what a machine that offers commands waits for, beside its device pairing.
import type { ConnectParams } from './connect-params.ts';

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
export type NodePairing = {
  /** A node connected; answers its request and whether it is new. */
  seen: (params: ConnectParams, deviceId: string) => { request: NodeRequest; created: boolean };
  pending: () => (NodeRequest & { requiredApproveScopes: string[] })[];
};

const LIFE_MS = 300_000;

function requiredScopes(commands: readonly string[]): string[] {
  if (commands.some((command) => command.startsWith('system.run'))) return ['operator.pairing', 'operator.admin'];
  return commands.length > 0 ? ['operator.pairing', 'operator.write'] : ['operator.pairing'];
}

/** An empty list of node requests. `now` answers ms. */
export function createNodePairing({ now, id }: { now: () => number; id: () => string }): NodePairing {
  const waiting = new Map<string, NodeRequest>();
  return {
    seen: ({ client, caps, commands }, nodeId) => {
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
      waiting.set(nodeId, request);
      return { request, created: !old };
    },
    pending: () => {
      const at = now();
      for (const [nodeId, { ts }] of waiting) if (at - ts > LIFE_MS) waiting.delete(nodeId);
      return [...waiting.values()].map((request) => ({ ...request, requiredApproveScopes: requiredScopes(request.commands) }));
    },
  };
}
