// What a list of the gateway says of a decision on a node's commands: after an answer, and where no answer ever came. Pure.
import type { NodeDecisionView } from '../api/node-shapes.ts';
import type { NodeList, PairedNode } from '../gateway/node-records.ts';
import type { NodeDecisionPatch, StoredNodeDecision } from '../store/node-decisions.ts';

type Content = { commands: readonly string[]; caps: readonly string[] };
type Outcome = Required<Pick<NodeDecisionPatch, 'state' | 'outcome'>>;

/** The clocks of console and gateway are compared to within this, ms. */
const SLACK_MS = 5000;

const asOne = (names: readonly string[]) => JSON.stringify([...new Set(names)].sort());

/** Whether two lists name the same things, in any order. */
export const sameNames = (a: readonly string[], b: readonly string[]): boolean => asOne(a) === asOne(b);
export const sameContent = (a: Content, b: Content): boolean => sameNames(a.commands, b.commands) && sameNames(a.caps, b.caps);

const told = (names: readonly string[]) => (names.length === 0 ? 'no commands' : [...names].sort().join(', '));

/** Why what a node holds is not what was approved; undefined when it is. */
function mismatchOf(held: PairedNode, wanted: Content): string | undefined {
  if (!sameNames(held.commands, wanted.commands)) return `commands: ${told(held.commands)}`;
  if (!sameNames(held.caps, wanted.caps)) return `capabilities: ${told(held.caps)}`;
  return undefined;
}

const mismatch = (what: string): Outcome => ({
  state: 'mismatch',
  outcome: `The gateway gave this node something else than what was approved (${what}). Look at it now; removing the device takes its commands away.`,
});

/** After a yes: what the gateway lists of the node now. */
export function approvedOutcome(nodeId: string, wanted: Content, after: NodeList): Outcome {
  const held = after.paired.find((node) => node.nodeId === nodeId);
  if (!held) return { state: 'unknown', outcome: 'The gateway answered yes, but lists no such node. Look at it.' };
  const other = mismatchOf(held, wanted);
  if (other !== undefined) return mismatch(other);
  return {
    state: 'approved',
    outcome: `Approved. It may now run: ${told(held.commands)}.`,
  };
}

/** After a rejection that the gateway took: what waits of the node now, and what it may run all the same. */
export function rejectedOutcome(nodeId: string, requestId: string, after: NodeList, regardless: boolean): Outcome {
  if (after.pending.some((request) => request.requestId === requestId))
    return { state: 'unknown', outcome: 'The gateway answered that it was rejected, but it still waits there. Look at it.' };
  const held = after.paired.find((node) => node.nodeId === nodeId);
  const keeps = held === undefined ? '' : ` It keeps what was approved before: ${told(held.commands)}.`;
  const live = regardless ? ' This gateway lets it run its commands all the same while the device is paired.' : '';
  return { state: 'rejected', outcome: `Rejected.${keeps}${live} The node asks again when it connects again.` };
}

/** What a list read after it says of a decision whose answer never came. `ourTime` turns the gateway's clock into ours. */
export function settledOutcome({ view, requestId, caps }: StoredNodeDecision, list: NodeList, ourTime: (ms: number) => number): Outcome {
  const lead = 'No answer of the gateway was seen.';
  const wanted = { commands: view.commands, caps };
  const held = list.paired.find((node) => node.nodeId === view.nodeId);
  const since = held?.approvedAtMs !== undefined && ourTime(held.approvedAtMs) >= Date.parse(view.at) - SLACK_MS;
  if (view.action === 'approve' && held && since) {
    const other = mismatchOf(held, wanted);
    if (other === undefined) return { state: 'approved', outcome: `${lead} The node holds what was approved: ${told(held.commands)}.` };
    return mismatch(other);
  }
  // 2026.4.14 keeps the id when the node asks for something else: the id alone says that it waits.
  if (list.pending.some((request) => request.requestId === requestId))
    return { state: 'failed', outcome: `${lead} The request still waits: nothing was done.` };
  return { state: 'unknown', outcome: `${lead} The request is gone, and nothing shows whether this decision ended it. Look at the node.` };
}

/** How an entry of the activity is called after its end. */
export const ENTRIES: Record<Exclude<NodeDecisionView['state'], 'asking'>, string> = {
  approved: 'node.approved',
  rejected: 'node.rejected',
  failed: 'node.decision-failed',
  unknown: 'node.decision-unknown',
  mismatch: 'node.mismatch',
};
