// One clock for this process and the pages it opens: both are set by the machine's wall clock, finer than its milliseconds.

/** Answers the present time in ms since 1970, with the fraction that `Date.now` lacks. Never runs backwards. */
export type Clock = () => number;

/**
 * Sets a monotonic clock by the moment at which `Date.now` steps to its next millisecond. Blocks for about 20 ms.
 * The page sets its own in the same way (marks.ts).
 */
export function createClock(): Clock {
  let origin = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const before = Date.now();
    let wall = before;
    while (wall === before) wall = Date.now();
    // Being interrupted between the two readings only makes an origin look earlier or later; the earliest step is the truest.
    origin = Math.min(origin, wall - performance.now());
  }
  return () => origin + performance.now();
}
