// One timer for every "34 s ago" on the page, running only while somebody looks at it.

export type TickerDeps = { nowMs(): number; every(run: () => void, periodMs: number): () => void };

/** A clock that tells its listeners the time once a second. The time stands still between two ticks, so one render sees one time. */
export function createTicker({ nowMs, every }: TickerDeps) {
  let current = nowMs();
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;
  const tick = () => {
    current = nowMs();
    for (const listener of listeners) listener();
  };
  return {
    get: () => current,
    subscribe(listener: () => void) {
      if (listeners.size === 0) {
        current = nowMs();
        stop = every(tick, 1_000);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    dispose() {
      stop?.();
      listeners.clear();
    },
  };
}
export type Ticker = ReturnType<typeof createTicker>;
