'use client';
// The nodes that wait, among the cards of the Requests page, and the gateways whose queue cannot be read.
import { useState } from 'react';
import type { NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { useNow } from '../queries/console.tsx';
import { useNodeRequests } from '../queries/node-requests.ts';
import { NodeCard } from './node-card.tsx';
import { type NodeCardState, nextNodeCards } from './node-cards.ts';

const NONE: readonly NodeRequestView[] = [];

/** The cards that stand now, those that were just decided included. */
export function useNodeCards(decided: readonly NodeDecisionView[]): readonly NodeCardState[] {
  const { data } = useNodeRequests();
  const now = useNow();
  const [cards, setCards] = useState<readonly NodeCardState[]>([]);
  const next = nextNodeCards(cards, data?.items ?? NONE, decided, now);
  // Derived while rendering, so that a row of the bridge is on screen in the same paint.
  if (next !== cards) setCards(next);
  return next;
}

/** Cards of both kinds are told apart by what they say; `named` shows the gateway on each. */
export function NodeInbox({ cards, named }: { cards: readonly NodeCardState[]; named: boolean }) {
  const { data } = useNodeRequests();
  return (
    <>
      {data?.gaps.map(({ gateway, gatewayName, why }) => (
        <p key={gateway} className="text-amber">
          Whether a node waits on {gatewayName} is not known: {why}
        </p>
      ))}
      {cards.map(({ key, request, decision, goneAtMs }) => (
        <NodeCard key={key} request={request} decision={decision} gone={goneAtMs !== undefined} named={named} />
      ))}
    </>
  );
}
