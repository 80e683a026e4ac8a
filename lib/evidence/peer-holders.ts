// Which process holds a socket, by the open files of all processes that this user may read. A caller's socket stands for some 10 ms,
// so the likeliest are asked first: who called before, and who was started since the last look. Linux only.
import { readdirSync, readFileSync } from 'node:fs';
import { socketOf, socketsHeldBy } from './gateway-sockets.ts';

/** All processes of a busy host. */
const SEARCH_BUDGET_MS = 120;
/** Spent before the table of all sockets is read, so that a caller who is gone after it was seen with its process. */
const LIKELY_BUDGET_MS = 4;
const NEWEST = 6;
const CALLERS = 4;

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => b - a);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) || 0;
  } catch {
    return 0;
  }
}

/** Whether a process is `ancestor` or was started by it, at any depth. */
export function isStartedBy(pid: number, ancestor: number): boolean {
  for (let at = pid, depth = 0; at > 0 && depth < 64; at = parentOf(at), depth += 1) if (at === ancestor) return true;
  return false;
}

/** A process that holds a socket, or undefined. */
export function holderOf(inode: number): number | undefined {
  return pids().find((pid) => findIn(pid, new Set([inode])).length > 0);
}

function findIn(pid: number, wanted: ReadonlySet<number>): number[] {
  const found: number[] = [];
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const inode = socketOf(`/proc/${pid}/fd/${name}`);
      if (inode !== undefined && wanted.has(inode)) found.push(inode);
      if (found.length === wanted.size) break;
    }
  } catch {
    // Gone, or another user's process: not readable.
  }
  return found;
}

/**
 * Lists processes, those that the lists before did not show first: numbers begin anew after the highest, on many systems after 32,768
 * processes, so the highest number says little of who is the newest.
 * @param list the numbers of all processes, in the order that is to stand among those that came together
 */
export function createNewestFirst(list: () => readonly number[]): () => number[] {
  let since = new Map<number, number>();
  let turn = 0;
  return () => {
    turn += 1;
    const now = list();
    since = new Map(now.map((pid) => [pid, since.get(pid) ?? turn]));
    return [...since].sort(([, a], [, b]) => b - a).map(([pid]) => pid);
  };
}

export type PeerHolders = {
  /** Who holds which socket now, by inode, among the processes where a caller is likeliest; `own` are the gateway's, listed just now. */
  likely: (own: ReadonlySet<number>) => Map<number, number>;
  /** A caller was found in this process. */
  called: (pid: number) => void;
  /** Looks for these sockets in every process, the gateway first; those not found are left out. */
  search: (wanted: ReadonlySet<number>) => Map<number, number>;
};

/**
 * @param gatewayPid asked before all others, so that what it shares with another process is taken for its own
 * @param ownPid the console, whose sockets are found next
 */
export function createPeerHolders(gatewayPid: number, ownPid: number | undefined, monotonicMs: () => number): PeerHolders {
  const first = new Set(ownPid === undefined ? [gatewayPid] : [gatewayPid, ownPid]);
  /** Processes in which a caller was found lately, the last one first: a client that asks once asks again. */
  let callers: number[] = [];
  const order = createNewestFirst(pids);
  const inOrder = () => new Set([...first, ...callers, ...order()]);

  return {
    likely(own) {
      const holders = new Map([...own].map((inode) => [inode, gatewayPid]));
      const end = monotonicMs() + LIKELY_BUDGET_MS;
      let left = callers.length + NEWEST;
      for (const pid of inOrder()) {
        const rest = end - monotonicMs();
        if (left === 0 || rest <= 0) break;
        // The console's own are known by their ports, mostly.
        if (first.has(pid)) continue;
        left -= 1;
        const held = socketsHeldBy(pid, monotonicMs, rest);
        if (typeof held !== 'string') for (const inode of held) if (!holders.has(inode)) holders.set(inode, pid);
      }
      return holders;
    },
    called(pid) {
      if (!first.has(pid)) callers = [pid, ...callers.filter((p) => p !== pid)].slice(0, CALLERS);
    },
    search(wanted) {
      const holders = new Map<number, number>();
      const left = new Set(wanted);
      const end = monotonicMs() + SEARCH_BUDGET_MS;
      for (const pid of inOrder()) {
        if (left.size === 0 || monotonicMs() > end) break;
        for (const inode of findIn(pid, left)) {
          left.delete(inode);
          holders.set(inode, pid);
        }
      }
      return holders;
    },
  };
}
