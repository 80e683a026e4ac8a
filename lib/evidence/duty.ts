// How often something may be done that is worth doing as often as possible: so often that it takes a share of the time at most.

export type Duty = {
  /** Does the work, unless it is to rest still. The work answers which share of the time it may take, above 0 and up to 1. */
  run: (work: () => number) => void;
};

/** Works and rests by a clock in ms; the rest follows from what the work really took, so it holds on a slow host, too. */
export function createDuty({ monotonicMs }: { monotonicMs: () => number }): Duty {
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    run(work) {
      const begun = monotonicMs();
      if (begun < restUntil) return;
      const share = work();
      const ended = monotonicMs();
      restUntil = ended + (ended - begun) * (1 / share - 1);
    },
  };
}
