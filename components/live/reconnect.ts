// Keeps one connection up: opens it, waits with a growing jittered delay after each loss, and hands its schedule to the page.

export type LinkState =
  | { phase: 'connecting'; lostAtMs?: number }
  | { phase: 'open' }
  | { phase: 'waiting'; retryAtMs: number; lostAtMs: number };

/** What a connection reports: `opened` once it is of use, `closed` once, for whatever reason. */
export type LinkEvents = { opened(): void; closed(): void };

export type ReconnectDeps = {
  connect(events: LinkEvents): { close(): void };
  onState(state: LinkState): void;
  random(): number;
  nowMs(): number;
  setTimer(run: () => void, delayMs: number): () => void;
};

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 15_000;

/** Milliseconds to wait before attempt `failures` (1 is the first retry): doubles up to 15 s, with the upper half left to chance. */
export function retryDelayMs(failures: number, random: () => number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Opens a connection and opens it again after every loss until disposed. Late events of an old connection change nothing. */
export function createReconnecting({ connect, onState, random, nowMs, setTimer }: ReconnectDeps) {
  let disposed = false;
  let generation = 0;
  let failures = 0;
  let lostAtMs: number | undefined;
  let current: { close(): void } | undefined;
  let cancelTimer: (() => void) | undefined;

  const open = () => {
    cancelTimer = undefined;
    generation += 1;
    const mine = generation;
    onState(lostAtMs === undefined ? { phase: 'connecting' } : { phase: 'connecting', lostAtMs });
    current = connect({
      opened: () => {
        if (disposed || mine !== generation) return;
        failures = 0;
        lostAtMs = undefined;
        onState({ phase: 'open' });
      },
      closed: () => {
        if (disposed || mine !== generation) return;
        generation += 1;
        current = undefined;
        failures += 1;
        lostAtMs ??= nowMs();
        const delayMs = retryDelayMs(failures, random);
        onState({ phase: 'waiting', retryAtMs: nowMs() + delayMs, lostAtMs });
        cancelTimer = setTimer(open, delayMs);
      },
    });
  };
  open();

  return {
    /** Tries at once when a retry is waiting; otherwise does nothing. */
    retryNow() {
      if (disposed || cancelTimer === undefined) return;
      cancelTimer();
      open();
    },
    dispose() {
      disposed = true;
      generation += 1;
      cancelTimer?.();
      current?.close();
    },
  };
}
