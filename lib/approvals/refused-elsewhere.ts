// A person who rejects a request with any other tool has decided as well: no rule may approve that key afterwards.
// 2026.9.x also says `rejected` when a request is replaced by the same device's next one; that one was made before the word
// was sent, so its time tells the two apart. A key under suspicion is held until it is known.
import { z } from 'zod';
import type { PendingRequest } from '../gateway/records.ts';

const resolved = z.object({
  requestId: z.string(),
  deviceId: z.string().optional(),
  decision: z.string().optional(),
  ts: z.number().optional(),
});

/** `askedAt`: when the rejected request was made; `ts`: when it was said to be rejected. Gateway's clock, ms. */
export type Rejection = { requestId: string; deviceId: string; publicKey: string; askedAt: number; ts: number };

export type RefusedElsewhere = {
  /** Each request that was seen, from an event or a list. */
  note: (request: PendingRequest) => void;
  /** A request that this console is about to decide itself. */
  own: (requestId: string) => void;
  /** The event `device.pair.resolved`. */
  resolved: (payload: unknown, pending: PendingRequest | undefined) => void;
  /** Whether a key may just have been rejected. */
  suspects: (deviceId: string) => boolean;
  dispose: () => void;
};

const KNOWN_PER_DEVICE = 20;
const DEVICES = 2000;
/** How long a replacing request may take to be seen after the word, ms. */
const WAIT_MS = 1500;

/**
 * @param onRejected told of each rejection that was nobody's here; resolves when it is kept
 * @param onCleared told the device when a suspicion ended without one
 */
export function createRefusedElsewhere(deps: {
  onRejected: (rejection: Rejection) => Promise<void>;
  onCleared: (deviceId: string) => void;
}): RefusedElsewhere {
  const asks = new Map<string, { requestId: string; ts: number }[]>();
  const mine = new Set<string>();
  const suspects = new Map<string, { rejection: Rejection; timer: NodeJS.Timeout }>();

  /** A request of the same device that was made after the rejected one and before the word of its rejection took its place. */
  const replaced = ({ requestId, deviceId, askedAt, ts }: Rejection) =>
    asks.get(deviceId)?.some((a) => a.requestId !== requestId && a.ts >= askedAt && a.ts <= ts) ?? false;

  function clear(deviceId: string) {
    const suspect = suspects.get(deviceId);
    if (!suspect || !replaced(suspect.rejection)) return;
    clearTimeout(suspect.timer);
    suspects.delete(deviceId);
    deps.onCleared(deviceId);
  }

  return {
    note(request) {
      const known = asks.get(request.deviceId) ?? [];
      if (known.some((a) => a.requestId === request.requestId)) return;
      asks.delete(request.deviceId);
      asks.set(request.deviceId, [...known, { requestId: request.requestId, ts: request.ts }].slice(-KNOWN_PER_DEVICE));
      if (asks.size > DEVICES) asks.delete(asks.keys().next().value ?? '');
      clear(request.deviceId);
    },
    own(requestId) {
      mine.add(requestId);
      if (mine.size > DEVICES) mine.delete(mine.values().next().value ?? '');
    },
    resolved(payload, pending) {
      const event = resolved.safeParse(payload).data;
      if (event?.decision !== 'rejected' || !pending || mine.has(event.requestId)) return;
      const rejection = {
        requestId: event.requestId,
        deviceId: pending.deviceId,
        publicKey: pending.publicKey,
        askedAt: pending.ts,
        ts: event.ts ?? pending.ts,
      };
      if (replaced(rejection)) return;
      clearTimeout(suspects.get(pending.deviceId)?.timer);
      const timer = setTimeout(() => {
        // Under suspicion until it is written: no moment in between in which a rule could act.
        void deps.onRejected(rejection).finally(() => suspects.delete(pending.deviceId));
      }, WAIT_MS);
      suspects.set(pending.deviceId, { rejection, timer });
    },
    suspects: (deviceId) => suspects.has(deviceId),
    dispose() {
      for (const { timer } of suspects.values()) clearTimeout(timer);
    },
  };
}
