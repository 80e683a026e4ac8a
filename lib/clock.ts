// Time comes in through this door, so that every lifetime, limit and window can be tested without waiting.

export type Clock = {
  /** Wall clock in ms since 1970. It may jump, also backwards. */
  nowMs: () => number;
  /** Ms from an arbitrary start; never goes back. For durations. */
  monotonicMs: () => number;
};

/** The clock of this machine. */
export function systemClock(): Clock {
  return { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
}

export type ManualClock = Clock & {
  /** Moves both clocks on by `ms`. */
  advance: (ms: number) => void;
  /** Sets the wall clock alone, as a correction of the system time would. */
  setWall: (ms: number) => void;
};

/** A clock that only moves when told to, starting at `startMs`. For tests and for the practice world. */
export function manualClock(startMs: number): ManualClock {
  let wall = startMs;
  let steady = 0;
  return {
    nowMs: () => wall,
    monotonicMs: () => steady,
    advance: (ms) => {
      wall += ms;
      steady += ms;
    },
    setWall: (ms) => {
      wall = ms;
    },
  };
}

/** The ISO 8601 text of a time in ms, as the API and the bridge carry it. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
