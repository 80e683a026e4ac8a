// Notices that the gateway took a new connection, in time to see whose it is: by its open files, which cost next to nothing to list,
// where reading the table of all sockets takes milliseconds. Linux, and only for a process of the same user.
import { readdirSync, readlinkSync } from 'node:fs';
import { createDuty } from './duty.ts';

/** A caller's socket stands for 20 ms and more (measured), so this leaves time for the look itself. */
const EVERY_MS = 8;
/** A look may take this part of the thread's time at most, however fast callers come. */
const LOOK_SHARE = 0.25;
/** Listing alone takes less: strangers that hold thousands of sockets open make it long for as long as they like. */
const LIST_SHARE = 0.1;
/** An open file that was the same for so many looks is taken for lasting, and only now and then looked at again. */
const LASTING = 60;

type OpenFile = { target: string; looks: number };

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed in between.
    return '';
  }
}

/**
 * Calls `onSocket` whenever process `pid` holds a socket that it did not hold before. Returns how to stop. Never throws: a process
 * that is gone or not ours is never heard of.
 */
export function watchSockets(pid: number, onSocket: () => void): () => void {
  const folder = `/proc/${pid}/fd`;
  let before: ReadonlyMap<string, OpenFile> = new Map();
  const duty = createDuty({ monotonicMs: () => performance.now() });

  /** The open files now, and whether a socket is new among them. A number that is free again soon carries something else. */
  function read(): boolean {
    const now = new Map<string, OpenFile>();
    let fresh = false;
    for (const name of readdirSync(folder)) {
      const known = before.get(name);
      if (known !== undefined && known.looks % LASTING > 0 && known.looks > LASTING) {
        known.looks += 1;
        now.set(name, known);
        continue;
      }
      const target = targetOf(`${folder}/${name}`);
      const same = known?.target === target;
      if (!same && target.startsWith('socket:')) fresh = true;
      now.set(name, { target, looks: same ? known.looks + 1 : 0 });
    }
    before = now;
    return fresh;
  }

  /** Answers the share of the time that this look may take. */
  function look(first: boolean): number {
    try {
      if (!read() || first) return LIST_SHARE;
    } catch {
      return LIST_SHARE;
    }
    onSocket();
    return LOOK_SHARE;
  }

  duty.run(() => look(true));
  const timer = setInterval(() => duty.run(() => look(false)), EVERY_MS);
  return () => clearInterval(timer);
}
