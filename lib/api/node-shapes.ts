// What the browser and scripts see of node capability requests: a machine that offers commands, and what approving them means.
import type { Freshness } from './shapes.ts';

/** `any-command`: approving it gives away the machine. */
export type CommandDanger = 'any-command' | 'watching' | 'data' | 'notice' | 'unknown';
export type CommandGroup = { danger: CommandDanger; title: string; text: string; commands: string[] };

/** A node's request for its commands; the gateway keeps it beside device requests, with ids of its own. */
export type NodeRequestView = {
  gateway: string;
  gatewayName: string;
  requestId: string;
  /** The device id of the machine. */
  nodeId: string;
  displayName?: string;
  platform?: string;
  version?: string;
  remoteIp?: string;
  caps: string[];
  commands: string[];
  /** The gravest first. */
  groups: CommandGroup[];
  /** Of a node that is paired already: what it may do now and what this adds. */
  holds?: string[];
  adds: string[];
  /** What the approver must hold, by the gateway's own word. */
  requiredScopes: string[];
  /** Why this console cannot approve it. */
  cannotApprove?: string;
  /** The device request of the same key that waits beside it. */
  deviceRequestId?: string;
  /** Whether the key is a paired device with role node. */
  devicePaired: boolean;
  at: string;
  expiresAt?: string;
  /** What this gateway lets the node do whatever is decided here. */
  regardless?: string;
  /** To be named once more when approving. */
  confirm: string[];
};

/** A gateway whose queue cannot be read now: what waits there is not known. */
export type NodeQueueGap = { gateway: string; gatewayName: string; why: string };

/** GET /node-requests: what waits on all gateways, and where nobody can say. */
export type NodeRequestPage = { items: NodeRequestView[]; freshness: Freshness; gaps: NodeQueueGap[] };

/** POST /node-requests/{gateway}/{requestId}/approve and /reject: bound to what was shown. */
export type NodeDecisionInput = { nodeId: string; commands: string[]; caps: string[]; confirm?: string[] };

export type NodeDecisionView = {
  id: string;
  gateway: string;
  nodeId: string;
  displayName?: string;
  action: 'approve' | 'reject';
  by: string;
  at: string;
  answeredAt?: string;
  commands: string[];
  state: 'asking' | 'approved' | 'rejected' | 'failed' | 'unknown' | 'mismatch';
  /** Read back from the gateway. */
  outcome: string;
};
