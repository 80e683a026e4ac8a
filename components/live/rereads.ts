// Reads something again after live rows, at most one read at a time: its answers count for the page, never the rows themselves.

export type RereadsDeps = {
  /** Starts a read and ends with it; failures are the reader's to show. */
  read(): Promise<unknown>;
  /** The least time from a row, or from the end of a read, to the next read, ms. */
  pauseMs: number;
  setTimer(run: () => void, delayMs: number): () => void;
};

/**
 * After every `due` one read follows that begins after it, however long a read takes and however many rows come meanwhile.
 * Nothing is read once disposed.
 */
export function createRereads({ read, pauseMs, setTimer }: RereadsDeps) {
  let cancel: (() => void) | undefined;
  let reading = false;
  let again = false;
  let disposed = false;

  const plan = () => {
    cancel ??= setTimer(start, pauseMs);
  };
  const ended = () => {
    reading = false;
    if (!again || disposed) return;
    again = false;
    plan();
  };
  const start = () => {
    cancel = undefined;
    reading = true;
    read().then(ended, ended);
  };

  return {
    /** What was read last may be out of date. */
    due(): void {
      if (disposed) return;
      if (reading) again = true;
      else plan();
    },
    dispose(): void {
      disposed = true;
      cancel?.();
    },
  };
}
