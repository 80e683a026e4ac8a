// A request with nothing new known of it keeps its card: in a flood, two thousand of them are shown at every event.
import type { RequestView } from '../api/shapes.ts';
import { sameEach } from '../devices/findings-kept.ts';
import type { PendingRequest } from '../gateway/records.ts';

/** Cards by request. `known` is all that stands in the card beside the request, compared by identity. */
export function createKeptCards() {
  const kept = new WeakMap<PendingRequest, { known: readonly unknown[]; card: RequestView }>();
  return (request: PendingRequest, known: readonly unknown[], make: () => RequestView): RequestView => {
    const before = kept.get(request);
    if (before && sameEach(before.known, known)) return before.card;
    const card = make();
    kept.set(request, { known, card });
    return card;
  };
}
