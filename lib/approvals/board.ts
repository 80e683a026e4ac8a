// What a gateway's lists show, kept current: pairing events are put on the board at once as hints, `device.pair.list` is the truth.
import { type PairingList, type PendingRequest, readPending } from '../gateway/records.ts';

/** Whether the list was read; else it is the one before with what came now, or without what left. */
export type ListedHow = { read: true } | { read: false; came: readonly PendingRequest[] };

/** What the record under an id showed first, and whether it ever showed anything else. */
type Metadata = { first: string; rewritten: boolean };

export type Board = {
  list: () => PairingList | undefined;
  /** When the list was last read, ms. */
  readAt: () => number | undefined;
  /** Whether the last reading failed, such as by a gateway that refuses it: what stands here is then of `readAt`. */
  isBehind: () => boolean;
  isReadBack: (requestId: string) => boolean;
  /** Whether the record under this id ever showed another platform or family: 2026.4.x rewrites them in place, without an event. */
  wasRewritten: (requestId: string) => boolean;
  /** Puts the record of an event on the board; undefined when it is none. After 200 it waits for the next reading. */
  hint: (payload: unknown) => PendingRequest | undefined;
  /** Takes a resolved id off the board until the next reading. */
  takeOff: (requestId: string) => void;
  /** Reads the list; calls during a reading share one further reading, so that the answer is never older than the call. */
  refresh: () => Promise<PairingList>;
};

/** Hints between two readings. The list tells of more a moment later; each hint shows the whole board again. */
const MAX_HINTS = 200;

export function createBoard(deps: {
  read: () => Promise<PairingList>;
  now: () => number;
  onList: (list: PairingList, how: ListedHow) => void;
}): Board {
  let list: PairingList | undefined;
  let at: number | undefined;
  let behind = false;
  let hinted = new Set<string>();
  let hints: PendingRequest[] = [];
  let metadata = new Map<string, Metadata>();
  let running: Promise<PairingList> | undefined;
  let queued: Promise<PairingList> | undefined;

  function metadataOf({ requestId, platform, deviceFamily }: PendingRequest): Metadata {
    const now = JSON.stringify([platform, deviceFamily]);
    const before = metadata.get(requestId);
    return { first: before?.first ?? now, rewritten: before !== undefined && (before.rewritten || before.first !== now) };
  }

  function show(next: PairingList, how: ListedHow) {
    list = next;
    deps.onList(next, how);
  }

  async function readOnce(): Promise<PairingList> {
    const before = new Set(hints.map((h) => h.requestId));
    const fresh = await deps.read().catch((error: unknown) => {
      behind = true;
      throw error;
    });
    behind = false;
    // A hint that came while the list was on its way is newer than the list.
    hints = hints.filter((h) => !before.has(h.requestId));
    const newer = hints.filter((h) => !fresh.pending.some((p) => p.requestId === h.requestId));
    hinted = new Set(newer.map((h) => h.requestId));
    const replaced = new Set(newer.map((h) => h.deviceId));
    const next = { ...fresh, pending: [...newer, ...fresh.pending.filter((p) => !replaced.has(p.deviceId))] };
    at = deps.now();
    metadata = new Map(next.pending.map((request) => [request.requestId, metadataOf(request)]));
    show(next, { read: true });
    return next;
  }

  function refresh(): Promise<PairingList> {
    if (!running) {
      running = readOnce().finally(() => {
        running = undefined;
      });
      return running;
    }
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return refresh();
      });
    return queued;
  }

  return {
    list: () => list,
    readAt: () => at,
    isBehind: () => behind,
    wasRewritten: (requestId) => metadata.get(requestId)?.rewritten === true,
    isReadBack: (requestId) => !hinted.has(requestId),
    hint(payload) {
      const request = readPending(payload);
      if (!request) return undefined;
      if (hints.length >= MAX_HINTS) return request;
      hints.push(request);
      hinted.add(request.requestId);
      metadata.set(request.requestId, metadataOf(request));
      const base = list ?? { pending: [], paired: [], unread: 0 };
      // A newer id of a device replaces its older ones on both versions.
      const pending = [request, ...base.pending.filter((p) => p.deviceId !== request.deviceId)];
      show({ ...base, pending }, { read: false, came: [request] });
      return request;
    },
    takeOff(requestId) {
      hints = hints.filter((h) => h.requestId !== requestId);
      if (!list) return;
      show({ ...list, pending: list.pending.filter((p) => p.requestId !== requestId) }, { read: false, came: [] });
    },
    refresh,
  };
}
