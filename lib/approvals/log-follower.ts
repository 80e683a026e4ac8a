// When to look at the log next: quickly while something moves, slowly when nothing does. On the gateway's host the file tells by
// itself, and the poll is only for what the file system kept to itself; elsewhere each look is a call to the gateway.

/** ms between looks through `logs.tail`, by how long nothing moved. */
const TAIL_STEPS: readonly [quietMs: number, everyMs: number][] = [
  [30_000, 250],
  [5 * 60_000, 1000],
];
const TAIL_SLOWEST_MS = 2000;
const FILE_EVERY_MS = 1000;

export type LogFollower = {
  /** Something moved: a pairing event came, or the log grew. */
  moved: () => void;
  /** Look now, within the budget of calls. */
  poke: () => void;
  dispose: () => void;
};

/** How long to wait until the next look, ms. */
export function nextLook(source: 'raw' | 'tail' | 'none', quietMs: number): number {
  if (source !== 'tail') return FILE_EVERY_MS;
  return TAIL_STEPS.find(([quiet]) => quietMs < quiet)?.[1] ?? TAIL_SLOWEST_MS;
}

/** Looks until disposed. `poll` may reject: the next look comes all the same. */
export function createLogFollower(deps: {
  poll: () => Promise<void>;
  source: () => 'raw' | 'tail' | 'none';
  isLive: () => boolean;
  onError: (error: unknown) => void;
  monotonicMs: () => number;
}): LogFollower {
  let movedAt = deps.monotonicMs();
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  let looking = false;
  let again = false;
  let disposed = false;

  function plan() {
    if (disposed || looking) return;
    const wait = nextLook(deps.source(), deps.monotonicMs() - movedAt);
    const at = deps.monotonicMs() + wait;
    if (timer && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(look, wait);
  }

  function look() {
    clearTimeout(timer);
    timer = undefined;
    if (disposed) return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    const work = deps.isLive() ? deps.poll() : Promise.resolve();
    void work.catch(deps.onError).then(() => {
      looking = false;
      if (again) look();
      else plan();
    });
  }

  plan();
  return {
    moved() {
      movedAt = deps.monotonicMs();
      plan();
    },
    poke() {
      movedAt = deps.monotonicMs();
      look();
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
