'use client';
// The nodes that wait, among the cards of the Requests page, and the gateways whose queue cannot be read.
import { useState } from 'react';
import type { NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { useNow } from '../queries/console.tsx';
import { useNodeDecisions, useNodeRequests } from '../queries/node-requests.ts';
import { NodeCard } from './node-card.tsx';
import { type NodeCardState, nextNodeCards } from './node-cards.ts';

const NONE: readonly NodeRequestView[] = [];
const UNDECIDED: readonly NodeDecisionView[] = [];

/** Cards of both kinds are told apart by what they say; `named` shows the gateway on each. */
export function NodeInbox({ named }: { named: boolean }) {
  const { data } = useNodeRequests();
  const now = useNow();
  const [cards, setCards] = useState<readonly NodeCardState[]>([]);
  // A first visit without a node asks one thing less.
  const decided = useNodeDecisions(cards.length > 0 || (data?.items.length ?? 0) > 0).data?.items ?? UNDECIDED;
  const next = nextNodeCards(cards, data?.items ?? NONE, decided, now);
  // Derived while rendering, so that a row of the bridge is on screen in the same paint.
  if (next !== cards) setCards(next);
  return (
    <>
      {data?.gaps.map(({ gateway, gatewayName, why }) => (
        <p key={gateway} className="text-amber">
          Whether a node waits on {gatewayName} is not known: {why}
        </p>
      ))}
      {next.map(({ key, request, decision, goneAtMs }) => (
        <NodeCard key={key} request={request} decision={decision} gone={goneAtMs !== undefined} named={named} />
      ))}
    </>
  );
}
