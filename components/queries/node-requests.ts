// Nodes that wait for their commands, and a person's decision on one.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { NodeDecisionView, NodeRequestPage, NodeRequestView } from '#lib/api/node-shapes.ts';
import type { BridgeChange } from '#lib/api/shapes.ts';
import { ApiProblem, pathOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

const REQUESTS_KEY = ['nodeRequests'];
/** Where a queue cannot be read no row announces that it can be again. */
const REREAD_GAPS_MS = 10_000;

const sameRequest = (a: { gateway: string; requestId: string }) => (b: NodeRequestView) =>
  b.gateway === a.gateway && b.requestId === a.requestId;

/** What waits after one change; the very same page when it does not concern it. */
export function nodeRequestsAfter(page: NodeRequestPage, change: BridgeChange): NodeRequestPage {
  if (change.topic !== 'node-requests') return page;
  const { items } = page;
  if (change.op === 'gone') {
    const same = sameRequest(change);
    return items.some(same) ? { ...page, items: items.filter((item) => !same(item)) } : page;
  }
  const place = items.findIndex(sameRequest(change.item));
  return { ...page, items: place === -1 ? [change.item, ...items] : items.with(place, change.item) };
}

/** All nodes that wait, and the gateways of which nobody can say. Kept current by the bridge. */
export function useNodeRequests() {
  const { api, cache, journal } = useConsole();
  const mayRead = useMayRead();
  const live = useLive();
  useEffect(
    () =>
      live?.followChanges(
        (change) => void cache.setQueryData<NodeRequestPage>(REQUESTS_KEY, (page) => page && nodeRequestsAfter(page, change)),
      ),
    [live, cache],
  );
  return useQuery({
    queryKey: REQUESTS_KEY,
    enabled: mayRead,
    queryFn: ({ signal }) => journal.readThrough(() => api.get<NodeRequestPage>('/node-requests', signal), nodeRequestsAfter),
    refetchInterval: ({ state }) => ((state.data?.gaps.length ?? 0) > 0 ? REREAD_GAPS_MS : false),
  });
}

/** The request as it now is, from the answer to a decision on an older state of it. */
export function changedNodeRequest(error: unknown): NodeRequestView | undefined {
  if (!(error instanceof ApiProblem) || error.view.code !== 'request-changed') return undefined;
  const { nodeRequest } = error.extra;
  // The problem document carries the wire type of the list.
  return typeof nodeRequest === 'object' && nodeRequest !== null ? (nodeRequest as NodeRequestView) : undefined;
}

/** Approves or rejects what a card showed. Resolves to the decision with what the gateway really did. */
export function useDecideNode() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: ({ action, request }: { action: 'approve' | 'reject'; request: NodeRequestView }) => {
      const { gateway, requestId, nodeId, commands, caps, confirm } = request;
      return api.post<NodeDecisionView>(`/node-requests${pathOf(gateway, requestId, action)}`, {
        nodeId,
        commands,
        caps,
        ...(action === 'approve' && confirm.length > 0 ? { confirm } : {}),
      });
    },
    onSuccess: (item) => live?.enter({ topic: 'node-decisions', op: 'set', item }),
    onError: (error) => {
      const item = changedNodeRequest(error);
      if (item !== undefined) live?.enter({ topic: 'node-requests', op: 'set', item });
      else void cache.invalidateQueries({ queryKey: REQUESTS_KEY });
    },
  });
}
