// Remembers the changes that arrive while an answer is on its way, so that an older answer cannot undo a newer row.
import type { BridgeChange } from '#lib/api/shapes.ts';

/** A recorder of live changes for the reads that are under way. */
export function createJournal() {
  const followers = new Set<BridgeChange[]>();
  return {
    record(change: BridgeChange) {
      for (const changes of followers) changes.push(change);
    },
    /** Reads through `read` and applies to the answer, in order, every change that came in meanwhile. */
    async readThrough<T>(read: () => Promise<T>, after: (answer: T, change: BridgeChange) => T): Promise<T> {
      const changes: BridgeChange[] = [];
      followers.add(changes);
      try {
        const answer = await read();
        return changes.reduce(after, answer);
      } finally {
        followers.delete(changes);
      }
    },
  };
}
export type Journal = ReturnType<typeof createJournal>;
