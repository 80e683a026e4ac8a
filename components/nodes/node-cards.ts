// Which node cards stand, in which order: as device cards, one outlives its request for a moment, with what became of it.
import type { NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { STAYS_DECIDED_MS, STAYS_VANISHED_MS } from '../requests/cards.ts';

export type NodeCardState = { key: string; request: NodeRequestView; decision?: NodeDecisionView; goneAtMs?: number };

const keyOf = ({ gateway, nodeId }: NodeRequestView) => `${gateway}/${nodeId}`;

function ended(card: NodeCardState, decided: readonly NodeDecisionView[], nowMs: number): NodeCardState | undefined {
  const { gateway, nodeId } = card.request;
  // Newest first. One that ended before the request was there is no decision on it.
  const decision = decided.find(
    (d) => d.gateway === gateway && d.nodeId === nodeId && Date.parse(d.answeredAt ?? d.at) >= Date.parse(card.request.at),
  );
  const goneAtMs = card.goneAtMs ?? nowMs;
  const stays = decision === undefined ? STAYS_VANISHED_MS : STAYS_DECIDED_MS;
  if (decision?.state !== 'asking' && nowMs - goneAtMs >= stays) return undefined;
  if (card.goneAtMs !== undefined && card.decision === decision) return card;
  return { key: card.key, request: card.request, goneAtMs, ...(decision === undefined ? {} : { decision }) };
}

/** The cards after a new reading; `before` itself when nothing changed. Cards keep their order, a new one goes to the end. */
export function nextNodeCards(
  before: readonly NodeCardState[],
  requests: readonly NodeRequestView[],
  decided: readonly NodeDecisionView[],
  nowMs: number,
): readonly NodeCardState[] {
  const waiting = new Map(requests.map((request) => [keyOf(request), request]));
  const kept = before.flatMap((card) => {
    const request = waiting.get(card.key);
    if (request === undefined) return ended(card, decided, nowMs) ?? [];
    return card.goneAtMs === undefined && card.request === request ? card : { key: card.key, request };
  });
  const known = new Set(before.map(({ key }) => key));
  const next = [...kept, ...[...waiting].flatMap(([key, request]) => (known.has(key) ? [] : [{ key, request }]))];
  return next.length === before.length && next.every((card, index) => card === before[index]) ? before : next;
}
