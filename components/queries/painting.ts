// When rows of the bridge are painted: at once while they come one by one, together in a burst. A flood of two thousand requests would
// else paint the page some thousand times, and no click would get through.

/** So many paintings, each within `BURST_MS` of the one before, are a burst. */
const BURST = 8;
const BURST_MS = 60;
const TOGETHER_MS = 150;

export type PaintingClock = {
  /** A steady clock, ms. */
  nowMs: () => number;
  /** Runs in this very task, after what runs now. */
  soon: (run: () => void) => void;
  later: (run: () => void, delayMs: number) => void;
};

/** Takes what is to be run, runs it in order. */
export function createPainting({ nowMs, soon, later }: PaintingClock): (run: () => void) => void {
  let due: (() => void)[] = [];
  let quick = 0;
  let lastMs = Number.NEGATIVE_INFINITY;

  function paint() {
    const now = due;
    due = [];
    lastMs = nowMs();
    for (const run of now) run();
  }

  return (run) => {
    due.push(run);
    if (due.length > 1) return;
    const since = nowMs() - lastMs;
    quick = since < BURST_MS || (quick >= BURST && since < 2 * TOGETHER_MS) ? quick + 1 : 0;
    if (quick < BURST) soon(paint);
    else later(paint, TOGETHER_MS);
  };
}
