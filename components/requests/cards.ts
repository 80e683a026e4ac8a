// Which cards stand on the page, in which order. A card outlives its request for a moment, and nothing moves under a pointer.
import type { DecisionView, RequestView } from '#lib/api/shapes.ts';

export type Card = {
  key: string;
  request: RequestView;
  /** The decision that ended the request, while the card still stands. */
  decision?: DecisionView;
  /** Set once the request does not wait any more. */
  goneAtMs?: number;
};

/** How long a decided card stays with its outcome, ms. */
export const STAYS_DECIDED_MS = 6_000;
/** How long a card stays whose request ended without a decision: the gateway swaps ids at every retry. */
export const STAYS_VANISHED_MS = 4_000;

/** Cards are keyed by device, because a retry gives the same wish a new request id. */
function keyed(requests: readonly RequestView[]): Map<string, RequestView> {
  const cards = new Map<string, RequestView>();
  for (const request of requests) {
    const key = `${request.gateway}/${request.deviceId}`;
    cards.set(cards.has(key) ? `${key}/${request.requestId}` : key, request);
  }
  return cards;
}

function decisionOf(card: Card, decided: readonly DecisionView[]): DecisionView | undefined {
  const { gateway, deviceId, requestId, createdAt } = card.request;
  return decided.find(
    (decision) =>
      decision.gateway === gateway &&
      decision.deviceId === deviceId &&
      // A retry may have swapped the id under the decision; an older decision on the device is none on this request.
      (decision.requestId === requestId || decision.id === card.decision?.id || Date.parse(decision.at) >= Date.parse(createdAt)),
  );
}

function after(card: Card, request: RequestView | undefined, decided: readonly DecisionView[], nowMs: number): Card | undefined {
  if (request !== undefined) {
    return card.goneAtMs === undefined && card.request === request ? card : { key: card.key, request };
  }
  const decision = decisionOf(card, decided);
  const goneAtMs = card.goneAtMs ?? nowMs;
  const stays = decision === undefined ? STAYS_VANISHED_MS : STAYS_DECIDED_MS;
  if (decision?.state !== 'asking' && nowMs - goneAtMs >= stays) return undefined;
  if (card.goneAtMs !== undefined && card.decision === decision) return card;
  return decision === undefined
    ? { key: card.key, request: card.request, goneAtMs }
    : { key: card.key, request: card.request, goneAtMs, decision };
}

const RISKS: readonly RequestView['risk'][] = ['read', 'write', 'elevated', 'admin', 'node'];

/**
 * The cards after a new reading. Cards keep their order; a new one goes on top, or to the end while `held` (a pointer or focus is among them).
 * Returns `before` itself when nothing changed, so that it can be called in a render.
 */
export function nextCards(
  before: readonly Card[],
  requests: readonly RequestView[],
  decided: readonly DecisionView[],
  nowMs: number,
  held: boolean,
): readonly Card[] {
  const waiting = keyed(requests);
  const kept = before.flatMap((card) => {
    const next = after(card, waiting.get(card.key), decided, nowMs);
    return next === undefined ? [] : [next];
  });
  const known = new Set(before.map((card) => card.key));
  const added = [...waiting].filter(([key]) => !known.has(key)).map(([key, request]): Card => ({ key, request }));
  // Of those that come together, the one that could do most stands first; then the newest.
  const weight = ({ request }: Card) => RISKS.indexOf(request.risk);
  added.sort((a, b) => weight(b) - weight(a) || Date.parse(b.request.createdAt) - Date.parse(a.request.createdAt));
  const next = held ? [...kept, ...added] : [...added, ...kept];
  return next.length === before.length && next.every((card, index) => card === before[index]) ? before : next;
}
