// At most so many calls in any span of time: `logs.tail` is work for the gateway, whoever of this console asks for it.

/** `turn` resolves when the next call may begin, in the order of asking. */
export type CallBudget = { turn: () => Promise<void> };

/** @param monotonicMs a clock that never goes back @param wait resolves after so many ms */
export function createCallBudget(deps: {
  calls: number;
  perMs: number;
  monotonicMs: () => number;
  wait: (ms: number) => Promise<void>;
}): CallBudget {
  let began: number[] = [];
  let queue: Promise<void> = Promise.resolve();

  async function next() {
    for (;;) {
      const now = deps.monotonicMs();
      const oldest = began.length >= deps.calls ? (began[0] ?? 0) + deps.perMs : now;
      if (oldest <= now) {
        began = [...began, now].slice(-deps.calls);
        return;
      }
      await deps.wait(oldest - now);
    }
  }

  return {
    turn() {
      queue = queue.then(next);
      return queue;
    },
  };
}
