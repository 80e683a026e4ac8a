// The queue of node capability requests as a gateway lists it, read into our own types. A node's bearer token, which 2026.4.14 lists in
// clear in its paired rows and in the answer of an approval, is dropped at this door.
import { z } from 'zod';
import { anyRows, callerString, gatewayTime, gatewayId as id } from './records.ts';

const maybeSaid = z.string().transform(callerString).optional().catch(undefined);
// A list that cannot be read makes its row unread: read as empty, it would hide a command that is asked or held.
const names = z.array(z.string().transform(callerString)).max(1000).default([]);

const pendingNode = z.object({
  requestId: id,
  nodeId: id,
  displayName: maybeSaid,
  platform: maybeSaid,
  version: maybeSaid,
  remoteIp: maybeSaid,
  caps: names,
  commands: names,
  // By the gateway's own word; it is missing in events of 2026.4.14, which are never read.
  requiredApproveScopes: z.array(z.string().transform(callerString)).optional().catch(undefined),
  ts: gatewayTime,
});

const pairedNode = z.object({
  nodeId: id,
  displayName: maybeSaid,
  caps: names,
  commands: names,
  approvedAtMs: gatewayTime.optional().catch(undefined),
});

export type PendingNode = z.infer<typeof pendingNode>;
export type PairedNode = z.infer<typeof pairedNode>;
export type NodeList = {
  pending: PendingNode[];
  paired: PairedNode[];
  /** Rows that could not be read: told as a count, never dropped in silence. */
  unread: number;
};

/** So many rows of each kind are read; the others count as unread. */
const MOST_ROWS = 500;

const payload = z.object({ pending: anyRows, paired: anyRows });

/** Reads one answer of `node.pair.list`. Throws when it is none. */
export function readNodeList(value: unknown): NodeList {
  const { pending, paired } = payload.parse(value);
  const unread = Math.max(0, pending.length - MOST_ROWS) + Math.max(0, paired.length - MOST_ROWS);
  const out: NodeList = { pending: [], paired: [], unread };
  for (const row of pending.slice(0, MOST_ROWS)) {
    const read = pendingNode.safeParse(row);
    if (read.success) out.pending.push(read.data);
    else out.unread += 1;
  }
  for (const row of paired.slice(0, MOST_ROWS)) {
    const read = pairedNode.safeParse(row);
    if (read.success) out.paired.push(read.data);
    else out.unread += 1;
  }
  return out;
}
