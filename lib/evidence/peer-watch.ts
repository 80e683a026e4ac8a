// The console's side of the peer eye: asks the thread to look, and keeps what it saw.
import { Worker } from 'node:worker_threads';
import { type PeerSighting, socketsReadable } from './peer.ts';
import type { PeerAsk, PeerTold } from './peer-worker.ts';

export type PeerWatch = {
  /** 'none' only where the system does not show its sockets. A listener that is not found, or a dead thread, is blindness within reach. */
  reach: () => 'proc' | 'none';
  gatewayUid: () => number | undefined;
  /** Looks at once, in the thread. Never waits. */
  look: () => void;
  /** Resolves when every look asked for so far is done. */
  looked: () => Promise<void>;
  sightings: () => readonly PeerSighting[];
  /** Finds the listener anew, as after a reconnect. */
  findListener: () => Promise<number | undefined>;
  /** From now on also looks whenever an audit line is appended to this file. */
  watchLog: (file: string | undefined) => void;
  dispose: () => Promise<void>;
};

const KEEP_MS = 12 * 60_000;
const KEEP = 5000;
const ANSWER_MS = 1000;

/**
 * Starts the thread. One that dies sees nothing more, so that nothing is taken for seen that was not.
 * @param onForeignPeer told of each caller of another user than the gateway's
 */
export function createPeerWatch(deps: {
  port: number;
  /** The gateway lives in this very process (practice): what this process started is not the gateway's. */
  inThisProcess: boolean;
  ownPorts: () => ReadonlySet<number>;
  onForeignPeer: () => void;
  now: () => number;
}): PeerWatch {
  let gatewayUid: number | undefined;
  const readable = socketsReadable();
  let dead = !readable;
  let sightings = new Map<string, PeerSighting>();
  const waiting = new Map<number, () => void>();
  let asked = 0;
  let lastLook: Promise<void> = Promise.resolve();
  const worker = dead
    ? undefined
    : new Worker(new URL('./peer-worker.ts', import.meta.url), {
        workerData: { port: deps.port, inThisProcess: deps.inThisProcess },
        resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 },
      });
  worker?.unref();
  const died = () => {
    dead = true;
    gatewayUid = undefined;
    for (const done of waiting.values()) done();
    waiting.clear();
  };
  worker?.on('error', died);
  worker?.on('exit', died);
  worker?.on('message', (told: PeerTold) => {
    gatewayUid = told.gatewayUid;
    for (const { key, ...sighting } of told.seen) {
      if (!sightings.has(key) && gatewayUid !== undefined && sighting.uid !== gatewayUid) deps.onForeignPeer();
      sightings.set(key, sighting);
    }
    if (sightings.size > KEEP) {
      const oldest = deps.now() - KEEP_MS;
      sightings = new Map([...sightings].filter(([, s]) => s.lastAt >= oldest).slice(-KEEP));
    }
    if (told.id !== undefined) {
      waiting.get(told.id)?.();
      waiting.delete(told.id);
    }
  });

  function ask(make: (id: number) => PeerAsk): Promise<void> {
    if (dead || !worker) return Promise.resolve();
    asked += 1;
    const id = asked;
    const answered = new Promise<void>((resolve) => {
      waiting.set(id, resolve);
      setTimeout(resolve, ANSWER_MS).unref();
    });
    worker.postMessage(make(id));
    return answered;
  }

  return {
    reach: () => (readable ? 'proc' : 'none'),
    gatewayUid: () => gatewayUid,
    look() {
      lastLook = ask((id) => ({ ask: 'look', id, own: [...deps.ownPorts()] }));
    },
    looked: () => lastLook,
    sightings: () => [...sightings.values()],
    async findListener() {
      await ask((id) => ({ ask: 'listener', id, own: [...deps.ownPorts()] }));
      return gatewayUid;
    },
    watchLog(file) {
      worker?.postMessage({ ask: 'watch', file } satisfies PeerAsk);
    },
    async dispose() {
      await worker?.terminate();
    },
  };
}
