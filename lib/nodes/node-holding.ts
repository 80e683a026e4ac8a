// What may be run on a paired node, by the gateway's list of nodes: a node holds commands, as an operator holds scopes. Pure.
import type { NodeHolding } from '../api/device-shapes.ts';
import { isoOf } from '../clock.ts';
import type { NodeList } from '../gateway/node-records.ts';
import { groupsOf } from './danger.ts';

/** 2026.4.14, measured: docs/nodes.md. */
const REGARDLESS =
  'This gateway lets a paired node run all that it offers, whether that was approved or not. What it offers is told only while it waits.';

/**
 * The holding of one node. `groups` is absent where nobody can say: the list is not read, or a gateway of protocol 3 lists none such and
 * lets it run what it offers all the same. A gateway of a later protocol runs nothing on a node that was never approved: no groups.
 * @param unread why the list could not be read
 * @param ourTime a time of the gateway's clock by ours, ms
 */
export function nodeHolding(
  nodeId: string,
  list: NodeList | undefined,
  { protocol, unread, ourTime }: { protocol: number | undefined; unread: string | undefined; ourTime: (ms: number) => number },
): NodeHolding {
  if (list === undefined) return { note: unread ?? 'Its commands were not read yet.' };
  const row = list.paired.find((node) => node.nodeId === nodeId);
  const waiting = list.pending.find((node) => node.nodeId === nodeId);
  const known = row !== undefined || (protocol !== undefined && protocol > 3 && list.unread === 0);
  const note = protocol === 3 ? REGARDLESS : known ? undefined : 'The gateway’s list of nodes does not tell what it holds.';
  return {
    ...(known ? { groups: groupsOf(row?.commands ?? []) } : {}),
    ...(row?.approvedAtMs === undefined ? {} : { approvedAt: isoOf(ourTime(row.approvedAtMs)) }),
    ...(waiting === undefined ? {} : { waits: groupsOf(waiting.commands) }),
    ...(note === undefined ? {} : { note }),
  };
}
