// How much a gateway may say that nobody asked for: events, answers to no question, and what is no frame at all. Each costs the console
// work, and a real gateway is far below this.

const WINDOW_MS = 10_000;
/** A pairing flood of 2,000 requests in 10 s makes some 8,000 events. */
const MAX_FRAMES = 20_000;
const MAX_LENGTH = 32 * 1024 * 1024;

/** Counts such frames and their length; answers false once there was more within 10 s than any gateway sends. `now` in ms. */
export function createUnasked(now: () => number): (length: number) => boolean {
  let from = now();
  let frames = 0;
  let total = 0;
  return (length) => {
    if (now() - from >= WINDOW_MS) {
      from = now();
      frames = 0;
      total = 0;
    }
    frames += 1;
    total += length;
    return frames <= MAX_FRAMES && total <= MAX_LENGTH;
  };
}
