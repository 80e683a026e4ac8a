// What stands under "Lately": decisions on devices and on nodes and what expired without one, in one order.
import type { NodeDecisionView } from '#lib/api/node-shapes.ts';
import type { DecisionView } from '#lib/api/shapes.ts';
import type { Expired } from './expired.ts';

/** More than this is for the Activity page. */
const LINES = 10;

type LatelyEntry = { key: string; atMs: number } & ({ decision: DecisionView } | { node: NodeDecisionView } | { expired: Expired });

type Ended = { decided: readonly DecisionView[]; nodes: readonly NodeDecisionView[]; expired: readonly Expired[] };

/** The newest ten, newest first, each by when it ended. */
export function latelyOrder({ decided, nodes, expired }: Ended): LatelyEntry[] {
  const endedMs = ({ at, answeredAt }: { at: string; answeredAt?: string }) => Date.parse(answeredAt ?? at);
  const all: LatelyEntry[] = [
    ...decided.map((decision) => ({ key: decision.id, atMs: endedMs(decision), decision })),
    ...nodes.map((node) => ({ key: `node ${node.id}`, atMs: endedMs(node), node })),
    ...expired.map((one) => ({ key: `expired ${one.request.requestId}`, atMs: one.atMs, expired: one })),
  ];
  return all.sort((a, b) => b.atMs - a.atMs).slice(0, LINES);
}
