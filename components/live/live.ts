// Joins bridge and query cache: rows go into the cached lists, losses make them read again, and the page hears the state of the link.
import type { QueryClient } from '@tanstack/react-query';
import type { ActivityView, BridgeChange, DeviceView, HandshakeView, Overview, Page } from '#lib/api/shapes.ts';
import { applyChange, type CachedLists, type ListName, type Pages } from './apply-change.ts';
import { type BridgeDeps, createBridge } from './bridge.ts';
import type { Journal } from './journal.ts';
import type { LinkState } from './reconnect.ts';

/** Handshakes come in bursts; a request never waits, a handshake row at most this long. */
const HANDSHAKE_FLUSH_MS = 120;

export type LiveDeps = Pick<BridgeDeps, 'openSocket' | 'random' | 'nowMs' | 'setTimer'> & { cache: QueryClient; journal: Journal };

const keyOf = (name: ListName) => [name] as const;

/** Starts following the server. `get` and `subscribe` serve useSyncExternalStore. */
export function createLive({ cache, journal, setTimer, ...deps }: LiveDeps) {
  let state: LinkState = { phase: 'connecting' };
  const listeners = new Set<() => void>();
  let held: HandshakeView[] = [];
  let cancelFlush: (() => void) | undefined;

  const enter = (change: BridgeChange) => {
    journal.record(change);
    const before: CachedLists = {
      overview: cache.getQueryData<Overview>(keyOf('overview')),
      devices: cache.getQueryData<Page<DeviceView>>(keyOf('devices')),
      handshakes: cache.getQueryData<Pages<HandshakeView>>(keyOf('handshakes')),
      activity: cache.getQueryData<Pages<ActivityView>>(keyOf('activity')),
    };
    const { lists, reread } = applyChange(before, change);
    if (lists.overview !== before.overview) cache.setQueryData(keyOf('overview'), lists.overview);
    if (lists.devices !== before.devices) cache.setQueryData(keyOf('devices'), lists.devices);
    if (lists.handshakes !== before.handshakes) cache.setQueryData(keyOf('handshakes'), lists.handshakes);
    if (lists.activity !== before.activity) cache.setQueryData(keyOf('activity'), lists.activity);
    for (const name of reread) void cache.invalidateQueries({ queryKey: keyOf(name) });
  };

  const flush = () => {
    cancelFlush = undefined;
    const items = held;
    held = [];
    if (items.length > 0) enter({ topic: 'handshakes', op: 'add', items });
  };

  const bridge = createBridge({
    ...deps,
    setTimer,
    onChange: (change) => {
      if (change.topic !== 'handshakes') return enter(change);
      held = [...held, ...change.items];
      cancelFlush ??= setTimer(flush, HANDSHAKE_FLUSH_MS);
    },
    onReread: () => void cache.invalidateQueries(),
    onRefused: () => void cache.invalidateQueries({ queryKey: keyOf('overview') }),
    onState: (next) => {
      state = next;
      for (const listener of listeners) listener();
    },
  });

  return {
    /** Puts a change into the cache that an answer of the API brought along. */
    enter,
    get: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    retryNow: () => bridge.retryNow(),
    dispose() {
      cancelFlush?.();
      bridge.dispose();
      listeners.clear();
    },
  };
}
export type Live = ReturnType<typeof createLive>;
