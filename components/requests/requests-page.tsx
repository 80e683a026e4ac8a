'use client';
// The home page: what waits, as cards, then what was decided lately.
import { Timer } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Overview, RequestView } from '#lib/api/shapes.ts';
import { RuleFormDialog, WindowDialog } from '../frame/later.ts';
import { NodeInbox, useNodeCards } from '../nodes/node-inbox.tsx';
import { ActButton } from '../operators/act-button.tsx';
import { Notice } from '../parts/notice.tsx';
import { PageHead, Unread, Waiting } from '../parts/page.tsx';
import { Clock } from '../parts/time.tsx';
import { useLive, useNow } from '../queries/console.tsx';
import { useNodeRequests } from '../queries/node-requests.ts';
import { useOverview } from '../queries/overview.ts';
import { RulesDoNotMatter } from '../rules/rules-matter.tsx';
import { startOfRequest, type WindowStart } from '../windows/window-draft.ts';
import { type Card, nextCards } from './cards.ts';
import { unanswered } from './expired.ts';
import { Lately } from './lately.tsx';
import { NothingWaits } from './nothing-waits.tsx';
import { RequestCard } from './request-card.tsx';
import { useStretch } from './use-stretch.tsx';

function useCards(overview: Overview, held: boolean): readonly Card[] {
  const now = useNow();
  const [cards, setCards] = useState<readonly Card[]>([]);
  const next = nextCards(cards, overview.requests.items, overview.decided, now, held);
  // Derived while rendering, so that a row of the bridge is on screen in the same paint.
  if (next !== cards) setCards(next);
  return next;
}

/** The place of the card that a link from another page names by its device, -1 without one; it gets the focus once. */
function useAddressedCard(cards: readonly Card[]): number {
  const [id, setId] = useState('');
  useEffect(() => setId(window.location.hash.slice(1)), []);
  useEffect(() => document.getElementById(id)?.focus(), [id]);
  return id === '' ? -1 : cards.findIndex(({ request }) => `device-${request.deviceId}` === id);
}

/** Whether a pointer or the focus is among the cards, so that none may move. */
function useHeld(list: RefObject<HTMLDivElement | null>): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const element = list.current;
    const on = () => setHeld(true);
    const off = () => setHeld(element?.matches(':hover') === true || element?.contains(document.activeElement) === true);
    element?.addEventListener('pointerenter', on);
    element?.addEventListener('pointerleave', off);
    element?.addEventListener('focusin', on);
    element?.addEventListener('focusout', off);
    return () => {
      element?.removeEventListener('pointerenter', on);
      element?.removeEventListener('pointerleave', off);
      element?.removeEventListener('focusin', on);
      element?.removeEventListener('focusout', off);
    };
  }, [list]);
  return held;
}

function Sight({ overview }: { overview: Overview }) {
  return overview.gateways
    .filter((gateway) => gateway.limitedSight)
    .map((gateway) => (
      <Notice key={gateway.id} kind="warn" title={`Limited sight on ${gateway.name}`}>
        <p className="text-soft">Its list shows no device but this console's own. Requests of others may wait without being seen here.</p>
      </Notice>
    ));
}

function Loaded({ overview }: { overview: Overview }) {
  const list = useRef<HTMLDivElement>(null);
  const held = useHeld(list);
  const [ruling, setRuling] = useState<RequestView>();
  const [opening, setOpening] = useState<WindowStart>();
  const cards = useCards(overview, held);
  const openWindow = useCallback((request: RequestView) => setOpening(startOfRequest(request)), []);
  const standing = new Set(cards.flatMap((card) => (card.decision === undefined ? [] : [card.decision.id])));
  const nodeCards = useNodeCards(overview.decidedNodes.items);
  const nodesStanding = new Set(nodeCards.flatMap(({ decision }) => (decision === undefined ? [] : [decision.id])));
  const standingRequests = new Set(cards.map((card) => card.request.requestId));
  const meant = useAddressedCard(cards);
  const { shown, more } = useStretch(cards.length, meant);
  const live = useLive();
  const { freshness } = overview.requests;
  return (
    <>
      <Sight overview={overview} />
      <RulesDoNotMatter gateways={overview.gateways} />
      {freshness.state === 'stale' && freshness.asOf !== undefined && (
        <p className="text-amber">
          As of <Clock at={freshness.asOf} />. The gateway has gone since; this may have changed.
        </p>
      )}
      <div ref={list} className="grid gap-3">
        <NodeInbox cards={nodeCards} named={overview.gateways.length > 1} />
        {cards.slice(0, shown).map(({ key, request, decision, goneAtMs }) => (
          <RequestCard
            key={key}
            request={request}
            decision={decision}
            gone={goneAtMs !== undefined}
            named={overview.gateways.length > 1}
            onMakeRule={setRuling}
            onWindow={openWindow}
          />
        ))}
        {more}
      </div>
      {cards.length === 0 && nodeCards.length === 0 && <NothingWaits overview={overview} />}
      <Lately
        decided={overview.decided.filter((decision) => !standing.has(decision.id))}
        nodes={overview.decidedNodes.items.filter(({ id }) => !nodesStanding.has(id))}
        damagedNodes={overview.decidedNodes.damaged}
        expired={unanswered(live?.expired() ?? [], overview).filter(({ request }) => !standingRequests.has(request.requestId))}
      />
      {opening !== undefined && <WindowDialog start={opening} onClose={() => setOpening(undefined)} />}
      {ruling !== undefined && <RuleFormDialog request={ruling} gateways={overview.gateways} onClose={() => setRuling(undefined)} />}
    </>
  );
}

/** Requests: structure at once, cards as soon as the overview is there. */
export function RequestsPage() {
  const { data, error } = useOverview();
  const nodes = useNodeRequests().data?.items.length ?? 0;
  const waiting = data && data.requests.items.length + nodes;
  const [free, setFree] = useState(false);
  return (
    <div className="grid w-full max-w-[920px] content-start gap-3 px-4 pb-8 sm:px-6">
      <PageHead title="Requests">
        <p aria-live="polite" className="tabular text-xs text-soft">
          {waiting === undefined ? '' : waiting === 0 ? '' : waiting === 1 ? '1 waits' : `${waiting} wait`}
        </p>
        <ActButton needs="approver" disabled={data === undefined || data.gateways.length === 0} onClick={() => setFree(true)}>
          <Timer size={14} aria-hidden /> Open a window
        </ActButton>
      </PageHead>
      {data === undefined ? error === null ? <Waiting rows={2} className="h-56" /> : <Unread /> : <Loaded overview={data} />}
      {free && <WindowDialog onClose={() => setFree(false)} />}
    </div>
  );
}
