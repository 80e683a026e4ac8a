// Work that events ask for. Who tells of something all the time sets neither how often it is done nor how much of it runs at once.

export type Paced = {
  /** Does the work at once, or, where it was begun less than the pace ago, once when that has passed. */
  now: () => void;
  /** Does it once when the pace has passed, also where it is done before: then it was too early. */
  soon: () => void;
  dispose: () => void;
};

/** Work that is begun at most once in `paceMs`. `now` in ms; a clock that is set back only delays it by the pace. */
export function paced(work: () => void, paceMs: number, now: () => number): Paced {
  let begunAt = Number.NEGATIVE_INFINITY;
  let later: NodeJS.Timeout | undefined;

  function begin() {
    begunAt = now();
    work();
  }
  function soon() {
    later ??= setTimeout(() => {
      later = undefined;
      begin();
    }, paceMs);
  }
  return {
    now() {
      if (now() - begunAt >= paceMs) begin();
      else soon();
    },
    soon,
    dispose: () => clearTimeout(later),
  };
}
