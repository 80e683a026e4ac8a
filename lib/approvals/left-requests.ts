// Which requests no longer wait: told once when neither their id nor their content is listed any more. Ids churn (gateway-facts, trap 4).
import type { PendingRequest } from '../gateway/records.ts';
import { contentKey } from './reason.ts';

/** Takes each reading of the list; `onLeft` is told of every wish that was in the one before and is in this one under no id. */
export function createLeftRequests(onLeft: (request: PendingRequest) => void): (pending: readonly PendingRequest[]) => void {
  let before = new Map<string, PendingRequest>();
  return (pending) => {
    const now = new Map(pending.map((request) => [contentKey(request), request]));
    const left = [...before].filter(([key]) => !now.has(key));
    before = now;
    for (const [, request] of left) onLeft(request);
  };
}
