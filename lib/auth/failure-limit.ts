// Counts wrong secrets. The right one always passes: nobody can lock the operator out by guessing.
import type { Clock } from '../clock.ts';

const MINUTE_MS = 60_000;

export type FailureLimit = {
  /** Notes a failed attempt and says how it is to be answered: `over` when there were too many within a minute. */
  note: (what: string) => { over: boolean };
};

/**
 * Counts failures within a sliding minute. `report` hears of each one up to the limit, and once of going over it,
 * so that a guesser cannot flood the log either.
 */
export function createFailureLimit({
  clock,
  perMinute,
  report,
}: {
  clock: Clock;
  perMinute: number;
  report: (what: string, over: boolean) => void;
}): FailureLimit {
  let times: number[] = [];
  let saidOver = false;
  return {
    note: (what) => {
      const now = clock.monotonicMs();
      times = times.filter((time) => now - time < MINUTE_MS);
      if (times.length < perMinute) {
        times.push(now);
        saidOver = false;
        report(what, false);
        return { over: false };
      }
      if (!saidOver) report(what, true);
      saidOver = true;
      return { over: true };
    },
  };
}
