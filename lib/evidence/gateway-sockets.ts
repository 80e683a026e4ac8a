// Notices that the gateway took a new connection, in time to see whose it is: by the numbers of its open files, which cost next to
// nothing to list, where reading the table of all sockets takes milliseconds. Linux, and only for a process of the same user.
import { readdirSync, readlinkSync } from 'node:fs';

/** A caller's socket stands for 20 ms and more (measured), so this leaves time for the look itself. */
const EVERY_MS = 8;
/** A look may take this part of the thread's time at most, however fast callers come. */
const DUTY = 0.25;

const isSocket = (path: string): boolean => {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed in between.
    return false;
  }
};

/**
 * Calls `onSocket` whenever process `pid` holds a socket under a number that was free before. A number that was freed and taken again
 * between two looks is missed. Returns how to stop. Never throws: a process that is gone or not ours is never heard of.
 */
export function watchSockets(pid: number, onSocket: () => void): () => void {
  const folder = `/proc/${pid}/fd`;
  let before: ReadonlySet<string> | undefined;
  let restUntil = 0;

  function look() {
    const begun = performance.now();
    if (begun < restUntil) return;
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch {
      return;
    }
    const known = before;
    before = new Set(names);
    if (known === undefined || !names.some((name) => !known.has(name) && isSocket(`${folder}/${name}`))) return;
    onSocket();
    const ended = performance.now();
    restUntil = ended + (ended - begun) * (1 / DUTY - 1);
  }

  look();
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}
