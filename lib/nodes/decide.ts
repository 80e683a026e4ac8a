// One decision of a person or a script on a node's commands: bound to what was shown, read again right before, written before the
// gateway is asked, and told by what the gateway lists after it. No rule ever gets here.
import type { NodeDecisionInput, NodeDecisionView, NodeRequestView } from '../api/node-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import type { NodeList, PendingNode } from '../gateway/node-records.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import type { NodeDecisionPatch, StoredNodeDecision } from '../store/node-decisions.ts';
import { approvedOutcome, rejectedOutcome, sameContent } from './outcome.ts';

export type NodeIntent = { action: 'approve' | 'reject'; requestId: string; seen: NodeDecisionInput; actor: DecisionActor };

export type NodeDecideDeps = {
  gateway: string;
  /** Reads `node.pair.list` now. */
  readList: () => Promise<NodeList>;
  viewOf: (request: PendingNode, list: NodeList) => NodeRequestView;
  request: (method: GatewayMethod, params: Record<string, unknown>) => Promise<unknown>;
  begin: (decision: StoredNodeDecision) => Promise<void>;
  complete: (id: string, patch: NodeDecisionPatch, actor: DecisionActor) => Promise<NodeDecisionView>;
  clock: Clock;
  newId: () => string;
};

/** The request that is meant: its id with exactly what was seen, or the same content of the same node under a newer id. */
function find(list: NodeList, { requestId, seen }: NodeIntent, viewOf: NodeDecideDeps['viewOf']): PendingNode {
  const isSeen = (row: PendingNode) => row.nodeId === seen.nodeId && sameContent(row, seen);
  const byId = list.pending.find((row) => row.requestId === requestId);
  const same = byId ?? list.pending.find(isSeen);
  if (same && isSeen(same)) return same;
  const other = same ?? list.pending.find((row) => row.nodeId === seen.nodeId);
  if (other)
    throw new Problem('request-changed', 'The node asks for something else than what you saw.', {
      requestId: other.requestId,
      nodeRequest: viewOf(other, list),
    });
  throw new Problem('request-gone', 'This node request does not wait on the gateway any more.');
}

/** Throws unless an approval is possible and names every grave group once more. */
function checkApproval(view: NodeRequestView, { seen }: NodeIntent) {
  if (view.cannotApprove !== undefined) throw new Problem('gateway-limited', view.cannotApprove);
  const missing = view.confirm.filter((name) => !seen.confirm?.includes(name));
  if (missing.length > 0)
    throw new Problem('input-invalid', `body field confirm: approving this names once more what it gives: ${missing.join(', ')}`, {
      field: 'confirm',
    });
}

const unread = (error: unknown) => (error instanceof Error ? error.message : 'its list could not be read');

/**
 * Carries a decision out. Resolves with what was read back, a refusal of the gateway included (state `failed`). Rejects before
 * anything was asked with Problem('request-gone' | 'request-changed' | 'input-invalid' | 'gateway-limited' | 'store-unwritable'),
 * and with Problem('gateway-down') when no answer came: it stays `asking` then, and a later list settles it. Nothing is repeated.
 */
export async function decideNode(intent: NodeIntent, deps: NodeDecideDeps): Promise<NodeDecisionView> {
  const { action, actor, seen } = intent;
  const list = await deps.readList();
  const request = find(list, intent, deps.viewOf);
  const shown = deps.viewOf(request, list);
  if (action === 'approve') checkApproval(shown, intent);
  const view: NodeDecisionView = {
    id: deps.newId(),
    gateway: deps.gateway,
    nodeId: request.nodeId,
    ...present({ displayName: request.displayName }),
    action,
    by: actor.name,
    at: isoOf(deps.clock.nowMs()),
    commands: [...request.commands],
    state: 'asking',
    outcome: 'Asked the gateway; no answer yet.',
  };
  await deps.begin({ view, requestId: request.requestId, caps: [...request.caps] });
  const done = (patch: NodeDecisionPatch) => deps.complete(view.id, { answeredAt: isoOf(deps.clock.nowMs()), ...patch }, actor);
  try {
    // What it answers may hold the node's token (2026.4.14): it is not looked at.
    await deps.request(action === 'approve' ? 'node.pair.approve' : 'node.pair.reject', { requestId: request.requestId });
  } catch (error) {
    if (error instanceof GatewayRefusal) {
      const text = /unknown requestId/i.test(error.message)
        ? 'It did not wait any more when the decision reached the gateway: it expired, was replaced, or was decided elsewhere. Nothing was done.'
        : `The gateway said no: ${error.message}. Nothing was done.`;
      return done({ state: 'failed', outcome: text });
    }
    if (error instanceof Problem && error.code !== 'gateway-down') return done({ state: 'failed', outcome: error.message });
    throw error;
  }
  let after: NodeList;
  try {
    after = await deps.readList();
  } catch (error) {
    return done({ state: 'unknown', outcome: `The gateway answered yes, but what it holds now could not be read: ${unread(error)}` });
  }
  return done(
    action === 'approve'
      ? approvedOutcome(request.nodeId, seen, after)
      : rejectedOutcome(request.nodeId, request.requestId, after, shown.regardless !== undefined),
  );
}
