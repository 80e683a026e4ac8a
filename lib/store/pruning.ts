// When the handshake log forgets: soon after the start, then at intervals, one run at a time, and given up when the store closes.

/** The start goes first; a console that is restarted often still forgets. */
const FIRST_MS = 60_000;
const PAUSE_MS = 600_000;

/**
 * Runs `prune` a minute after the start, then each time 10 minutes after the last run ended. `dispose` tells a running one to stop and
 * resolves when it has; it never rejects.
 */
export function createPruning({
  prune,
  onFailure,
}: {
  prune: (left: AbortSignal) => Promise<unknown>;
  onFailure: (error: unknown) => void;
}): { dispose: () => Promise<void> } {
  const end = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let timer = plan(FIRST_MS);

  function plan(ms: number) {
    const planned = setTimeout(() => {
      running = run();
    }, ms);
    planned.unref();
    return planned;
  }

  async function run() {
    try {
      await prune(end.signal);
    } catch (error) {
      onFailure(error);
    }
    if (!end.signal.aborted) timer = plan(PAUSE_MS);
  }

  return {
    async dispose() {
      end.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
