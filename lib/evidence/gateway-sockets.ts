// Which sockets the gateway's process holds, by its open files: a list that costs a fraction of a millisecond, where the table of all
// sockets costs several. It tells whether somebody came since the last look, and whether that look found everybody. Linux only.
import { readdirSync, readlinkSync } from 'node:fs';

/** Strangers may hold thousands of sockets open; a list of them would cost more than it saves. */
const BUDGET_MS = 2;
const ASK_CLOCK_EVERY = 32;
const SOCKET = /^socket:\[(\d+)\]$/;

/** The inodes of the sockets that a process holds; `gone` where the process is not there or not readable, `many` beyond the budget. */
export type Held = ReadonlySet<number> | 'gone' | 'many';

/** The inode of the socket behind an open file; undefined for anything else and for one that was closed in between. */
export function socketOf(path: string): number | undefined {
  try {
    const inode = SOCKET.exec(readlinkSync(path))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch {
    return undefined;
  }
}

/** Lists the sockets of a process, for `budgetMs` at most. Never throws. */
export function socketsHeldBy(pid: number, monotonicMs: () => number, budgetMs = BUDGET_MS): Held {
  const folder = `/proc/${pid}/fd`;
  const held = new Set<number>();
  const start = monotonicMs();
  try {
    let files = 0;
    for (const name of readdirSync(folder)) {
      files += 1;
      if (files % ASK_CLOCK_EVERY === 0 && monotonicMs() - start > budgetMs) return 'many';
      const inode = socketOf(`${folder}/${name}`);
      if (inode !== undefined) held.add(inode);
    }
  } catch {
    return 'gone';
  }
  return held;
}

export type GatewaySockets = {
  /** Lists now. */
  held: () => Held;
  /** Those of `held` that no look dealt with. */
  newOf: (held: ReadonlySet<number>) => number[];
  /** A look dealt with all of these; whatever else was dealt with is gone. */
  dealtWith: (held: ReadonlySet<number>) => void;
};

/** A memory of what was looked at, for the process that listens. */
export function createGatewaySockets(pid: number, monotonicMs: () => number): GatewaySockets {
  let dealt: ReadonlySet<number> = new Set();
  return {
    held: () => socketsHeldBy(pid, monotonicMs),
    newOf: (held) => [...held].filter((inode) => !dealt.has(inode)),
    dealtWith(now) {
      dealt = now;
    },
  };
}
