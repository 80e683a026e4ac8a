// The latest changes, kept as they were sent, so that a browser that was away for a moment misses nothing.
import type { BridgeTopic } from './topics.ts';

export type RingRow = { cursor: number; topic: BridgeTopic; frame: Buffer };

/** Keeps at most `maxRows` rows and `maxBytes` bytes; the oldest go first. */
export function createRing({ maxRows, maxBytes }: { maxRows: number; maxBytes: number }) {
  const rows: RingRow[] = [];
  // Rows are dropped from the front by moving this mark; the array is cut when half of it is behind the mark.
  let head = 0;
  let bytes = 0;
  let newest = 0;

  const dropOldest = () => {
    bytes -= rows[head]?.frame.length ?? 0;
    head += 1;
    if (head > 64 && head * 2 > rows.length) {
      rows.splice(0, head);
      head = 0;
    }
  };

  return {
    /** The number of the newest row ever added, 0 before the first. */
    cursor: (): number => newest,

    /** Adds a row under the number after the newest. */
    add(row: RingRow): void {
      newest = row.cursor;
      rows.push(row);
      bytes += row.frame.length;
      while (rows.length - head > maxRows || (bytes > maxBytes && head < rows.length)) dropOldest();
    },

    /** The rows after `cursor` in order, or undefined when some are gone or `cursor` was never given out. */
    after(cursor: number): RingRow[] | undefined {
      const oldest = newest - (rows.length - head) + 1;
      if (cursor > newest || cursor < oldest - 1) return undefined;
      return rows.slice(head + (cursor - oldest + 1));
    },
  };
}
