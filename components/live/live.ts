// Joins bridge and query cache: rows go into the cached lists, losses make them read again, and the page hears the state of the link.
import type { QueryClient } from '@tanstack/react-query';
import type { TakeBackView } from '#lib/api/grant-shapes.ts';
import type { ActivityView, BridgeChange, DeviceView, HandshakeView, Overview, Page } from '#lib/api/shapes.ts';
import { type Expired, expiredAfter } from '../requests/expired.ts';
import { applyChange, type CachedLists, type ListName, type Pages } from './apply-change.ts';
import { type BridgeDeps, createBridge } from './bridge.ts';
import type { Journal } from './journal.ts';
import type { LinkState } from './reconnect.ts';

/** Handshakes come in bursts: the first of them is shown at once, those that follow it within this time together. */
const HANDSHAKE_FLUSH_MS = 250;

/** Who follows the handshake log: its rows in batches, and the word that some were lost on the way. */
export type HandshakeFollower = { arrive(items: readonly HandshakeView[]): void; reread(): void };

export type LiveDeps = Pick<BridgeDeps, 'openSocket' | 'random' | 'nowMs' | 'setTimer'> & { cache: QueryClient; journal: Journal };

const keyOf = (name: ListName) => [name] as const;

/** Starts following the server. `get` and `subscribe` serve useSyncExternalStore. */
export function createLive({ cache, journal, setTimer, ...deps }: LiveDeps) {
  let state: LinkState = { phase: 'connecting' };
  let expired: readonly Expired[] = [];
  const listeners = new Set<() => void>();
  const followers = new Set<HandshakeFollower>();
  const changeListeners = new Set<(change: BridgeChange) => void>();
  let held: HandshakeView[] = [];
  let cancelFlush: (() => void) | undefined;

  const enter = (change: BridgeChange) => {
    journal.record(change);
    const before: CachedLists = {
      overview: cache.getQueryData<Overview>(keyOf('overview')),
      devices: cache.getQueryData<Page<DeviceView>>(keyOf('devices')),
      activity: cache.getQueryData<Pages<ActivityView>>(keyOf('activity')),
      takeBacks: cache.getQueryData<Page<TakeBackView>>(keyOf('takeBacks')),
    };
    expired = expiredAfter(expired, before.overview, change, deps.nowMs());
    const { lists, reread } = applyChange(before, change);
    if (lists.overview !== before.overview) cache.setQueryData(keyOf('overview'), lists.overview);
    if (lists.devices !== before.devices) cache.setQueryData(keyOf('devices'), lists.devices);
    if (lists.activity !== before.activity) cache.setQueryData(keyOf('activity'), lists.activity);
    if (lists.takeBacks !== before.takeBacks) cache.setQueryData(keyOf('takeBacks'), lists.takeBacks);
    for (const name of reread) void cache.invalidateQueries({ queryKey: keyOf(name) });
    for (const listener of changeListeners) listener(change);
  };

  const flush = () => {
    cancelFlush = undefined;
    const items = held;
    if (items.length === 0) return;
    held = [];
    cancelFlush = setTimer(flush, HANDSHAKE_FLUSH_MS);
    enter({ topic: 'handshakes', op: 'add', items });
    for (const { arrive } of followers) arrive(items);
  };

  const bridge = createBridge({
    ...deps,
    setTimer,
    onChange: (change) => {
      if (change.topic !== 'handshakes') return enter(change);
      held.push(...change.items);
      if (cancelFlush === undefined) flush();
    },
    onReread: () => {
      // What came before the loss is known; what is missing lies behind it.
      cancelFlush?.();
      flush();
      void cache.invalidateQueries();
      for (const { reread } of followers) reread();
    },
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
    /** Requests that nobody answered, newest first. They change together with the overview, so whoever shows that sees them. */
    expired: () => expired,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Hands every handshake row on, in batches, until the answer is called. */
    followHandshakes(follower: HandshakeFollower) {
      followers.add(follower);
      return () => void followers.delete(follower);
    },
    /** Hands every change on, once it is in the lists, until the answer is called: for lists that only one page keeps. */
    followChanges(listener: (change: BridgeChange) => void) {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
    retryNow: () => bridge.retryNow(),
    dispose() {
      cancelFlush?.();
      bridge.dispose();
      listeners.clear();
      followers.clear();
      changeListeners.clear();
    },
  };
}
export type Live = ReturnType<typeof createLive>;
