// The peer eye in a thread of its own: a caller's socket stands for some 10 ms after its request, and nothing else that the
// console does may stand in the way of that look. It also watches the log file, whose audit line comes before the event
// (measured on a quiet host: audit line 3 to 7 ms, event 7 to 20 ms, socket gone 9 to 25 ms after an attempt began). A client tries
// again 2 ms later: a look that is not worth its time is what makes the next one miss.
import { closeSync, constants, type FSWatcher, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { setPriority } from 'node:os';
import { basename, dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createPeerEye, type PeerSighting } from './peer.ts';

/** What the console asks of the thread. */
export type PeerAsk =
  | { ask: 'listener'; id: number; own: number[] }
  | { ask: 'look'; id: number; own: number[] }
  | { ask: 'watch'; file: string | undefined };
/** What the thread tells: after each look, what stands or stood; `id` answers an ask. */
export type PeerTold = { gatewayUid: number | undefined; seen: (PeerSighting & { key: string })[]; id?: number };

const AUDIT = Buffer.from('security audit: device');
const CHUNK = 64 * 1024;
/** Whoever came during a look is looked for right after it, so often in a row. */
const LOOKS_IN_A_ROW = 3;

const port = parentPort;
const { port: gatewayPort, inThisProcess } = z
  .object({ port: z.number(), inThisProcess: z.boolean() })
  .parse(workerData ?? { port: 0, inThisProcess: false });
if (port) serve(port);

function serve(console: NonNullable<typeof parentPort>) {
  try {
    // This thread alone, for a few ms at a time, where the system allows it: on a busy host the socket does not wait.
    setPriority(-10);
  } catch {
    // Not permitted: it looks as soon as it gets a turn.
  }
  let own: ReadonlySet<number> = new Set();
  const eye = createPeerEye({ port: gatewayPort, inThisProcess, now: Date.now, ownPorts: () => own, ownPid: process.pid });
  const keys = new WeakMap<PeerSighting, string>();
  let count = 0;
  let stopWatching = () => {};

  const keyOf = (sighting: PeerSighting) => {
    const known = keys.get(sighting);
    if (known !== undefined) return known;
    count += 1;
    keys.set(sighting, String(count));
    return String(count);
  };

  function tell(since: number, id?: number) {
    const seen = eye.sightings().flatMap((s) => (s.lastAt >= since ? [{ ...s, key: keyOf(s) }] : []));
    console.postMessage({ gatewayUid: eye.gatewayUid(), seen, ...(id === undefined ? {} : { id }) } satisfies PeerTold);
  }

  function look(id?: number) {
    const since = Date.now();
    eye.look();
    tell(since, id);
  }

  function lookIfWorth(id?: number) {
    for (let left = LOOKS_IN_A_ROW; left > 0; left -= 1) {
      const since = Date.now();
      if (!eye.lookIfNew()) break;
      tell(since);
    }
    if (id !== undefined) tell(Date.now(), id);
  }

  console.on('message', (message: PeerAsk) => {
    if (message.ask === 'listener') {
      own = new Set(message.own);
      eye.findListener();
      // Who stands there already need not be traced when somebody new comes; and the first look of a thread is its slowest.
      look(message.id);
    } else if (message.ask === 'look') {
      own = new Set(message.own);
      lookIfWorth(message.id);
    } else {
      stopWatching();
      stopWatching = message.file === undefined ? () => {} : watchForAudits(message.file, () => lookIfWorth());
    }
  });
}

/** Calls back whenever an audit line was appended. The file is opened as the raw log is: no link, nothing but a regular file. */
function watchForAudits(file: string, onAudit: () => void): () => void {
  const chunk = Buffer.alloc(CHUNK);
  let fd = -1;
  let inode = 0;
  let offset = 0;

  function open(fromEnd: boolean) {
    try {
      fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stat = fstatSync(fd);
      inode = stat.ino;
      offset = fromEnd ? stat.size : 0;
      if (!stat.isFile()) close();
    } catch {
      close();
    }
  }
  function close() {
    if (fd !== -1) closeSync(fd);
    fd = -1;
    inode = 0;
  }

  function read() {
    if (fd === -1) open(false);
    if (fd === -1) return;
    let found = false;
    try {
      const stat = fstatSync(fd);
      if (stat.nlink === 0 || stat.size < offset || statSync(file, { throwIfNoEntry: false })?.ino !== inode) {
        close();
        open(false);
      }
      for (let count = readSync(fd, chunk, 0, CHUNK, offset); count > 0; count = readSync(fd, chunk, 0, CHUNK, offset)) {
        found ||= chunk.subarray(0, count).includes(AUDIT);
        offset += count;
      }
    } catch {
      close();
    }
    if (found) onAudit();
  }

  open(true);
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file)) read();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  return () => {
    watcher?.close();
    close();
  };
}
