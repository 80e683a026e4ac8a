// A person's decision on one request. It names what was on the card; anything wider on the gateway comes back as `request-changed`.
import { useMutation } from '@tanstack/react-query';
import type { DecisionView, RequestView } from '#lib/api/shapes.ts';
import { ApiProblem, pathOf } from './api.ts';
import { useConsole, useLive } from './console.tsx';

/** `confirm` names the scopes of the second press; only an approval has it. */
export type Decision = { action: 'approve'; request: RequestView; confirm: string[] } | { action: 'reject'; request: RequestView };

const optional = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });

/** The request as it now is, from the answer to a decision on an older state of it. */
export function changedRequest(error: unknown): RequestView | undefined {
  if (!(error instanceof ApiProblem) || error.view.code !== 'request-changed') return undefined;
  const { request } = error.extra;
  // The problem document carries the wire type of the list.
  return typeof request === 'object' && request !== null ? (request as RequestView) : undefined;
}

/** Approves or rejects. Resolves to the decision with what the gateway really did. */
export function useDecide() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (decision: Decision) => {
      const { gateway, requestId, publicKey, roles, scopes, platform, deviceFamily } = decision.request;
      return api.post<DecisionView>(`/requests${pathOf(gateway, requestId, decision.action)}`, {
        publicKey,
        roles,
        scopes,
        ...optional('platform', platform),
        ...optional('deviceFamily', deviceFamily),
        ...(decision.action === 'approve' && decision.confirm.length > 0 ? { confirm: decision.confirm } : {}),
      });
    },
    onSuccess: (item, { request }) => {
      live?.enter({ topic: 'decisions', op: 'set', item });
      live?.enter({ topic: 'requests', op: 'gone', gateway: request.gateway, requestId: request.requestId });
    },
    onError: (error) => {
      const item = changedRequest(error);
      if (item !== undefined) live?.enter({ topic: 'requests', op: 'set', item });
      else void cache.invalidateQueries({ queryKey: ['overview'] });
    },
  });
}
