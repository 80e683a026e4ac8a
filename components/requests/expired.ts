// Requests that ended because nobody answered in time. The gateway only takes them off its list, so the page remembers them.
import type { BridgeChange, DecisionView, Overview, RequestView } from '#lib/api/shapes.ts';

export type Expired = { request: RequestView; atMs: number };

const KEPT = 20;
/** The gateway drops a request a little before or after the moment that was derived for it, ms. */
const ABOUT_MS = 10_000;

/** What expired, newest first, after one change. `overview` is the one before it. The same array when nothing expired. */
export function expiredAfter(
  expired: readonly Expired[],
  overview: Pick<Overview, 'requests'> | undefined,
  change: BridgeChange,
  nowMs: number,
): readonly Expired[] {
  if (change.topic !== 'requests' || change.op !== 'gone') return expired;
  const request = overview?.requests.items.find((item) => item.gateway === change.gateway && item.requestId === change.requestId);
  if (request === undefined || nowMs < Date.parse(request.expiresAt) - ABOUT_MS) return expired;
  return [{ request, atMs: nowMs }, ...expired].slice(0, KEPT);
}

type Standing = { requests: { items: readonly RequestView[] }; decided: readonly DecisionView[] };

/** Those that nobody decided after all, and whose device does not wait again. */
export function unanswered(expired: readonly Expired[], { requests, decided }: Standing): Expired[] {
  return expired.filter(({ request }) => {
    const same = (other: { gateway: string; deviceId: string }) => other.gateway === request.gateway && other.deviceId === request.deviceId;
    const answered = decided.some((decision) => same(decision) && Date.parse(decision.at) >= Date.parse(request.createdAt));
    return !answered && !requests.items.some(same);
  });
}
