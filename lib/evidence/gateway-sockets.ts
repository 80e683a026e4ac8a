// Notices that the gateway took a new connection, in time to see whose it is: by its open files, which cost next to nothing to list,
// where reading the table of all sockets takes milliseconds. Linux, and only for a process of the same user.
import { readdirSync, readlinkSync } from 'node:fs';

/** A caller's socket stands for 20 ms and more (measured), so this leaves time for the look itself. */
const EVERY_MS = 8;
/** A look may take this part of the thread's time at most, however fast callers come. */
const DUTY = 0.25;
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
  let restUntil = 0;

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

  function look(first: boolean) {
    const begun = performance.now();
    if (begun < restUntil) return;
    try {
      if (!read() || first) return;
    } catch {
      return;
    }
    onSocket();
    const ended = performance.now();
    restUntil = ended + (ended - begun) * (1 / DUTY - 1);
  }

  look(true);
  const timer = setInterval(look, EVERY_MS, false);
  return () => clearInterval(timer);
}
