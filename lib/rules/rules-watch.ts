// Follows the rules file: hears of changes where the system tells them, looks every two seconds where it does not, and hands on only what has
// come to rest, since editors write in steps.
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { FileReading } from './rules-file.ts';
import { formatOf } from './rules-text.ts';
import { createRest } from './rules-watch-rest.ts';

export type WatchTimes = {
  /** How often the file is looked at without being told of a change, ms. */
  pollMs: number;
  /** How long a text must stay as it is, ms. One that gives more than the last good one: as long, `WIDER_RESTS` times in a row. */
  restMs: number;
};

export const WATCH_TIMES: WatchTimes = { pollMs: 2000, restMs: 200 };
/** Five seconds with the usual times: whoever writes a file in steps does not pause for so long between two of them. */
const WIDER_RESTS = 25;

const same = (a: FileReading | undefined, b: FileReading): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Watches a file through `read`. `onReading` gets each reading that differs from the last one it took; when it rejects, the same reading
 * is handed to it again at the next look. Readings never overlap. `onWaiting` hears when a text that gives more begins to wait, and when
 * it was taken or is gone.
 */
export function createRulesWatch(deps: {
  path: string;
  read: () => FileReading;
  onReading: (reading: FileReading) => Promise<void>;
  onWaiting?: (waiting: boolean) => void;
  onError: (error: unknown) => void;
  times?: WatchTimes;
}) {
  const { path, read, times = WATCH_TIMES } = deps;
  const restOf = createRest(formatOf(path));
  let taken: FileReading | undefined;
  let watcher: FSWatcher | undefined;
  let poll: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let disposed = false;

  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, times.restMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Reads until it says something else or has said the same for long enough; answers the last reading and whether it stayed. */
  async function watchRest(reading: FileReading): Promise<{ later: FileReading; stayed: boolean }> {
    const waits = restOf.widens(reading);
    let later = reading;
    if (waits) deps.onWaiting?.(true);
    try {
      for (let rests = waits ? WIDER_RESTS : 1; rests > 0 && !disposed && same(reading, later); rests--) {
        await rest();
        if (!disposed) later = read();
      }
    } finally {
      if (waits) deps.onWaiting?.(false);
    }
    return { later, stayed: same(reading, later) };
  }

  async function settle(): Promise<void> {
    let reading = read();
    while (!disposed && !same(taken, reading)) {
      const { later, stayed } = await watchRest(reading);
      if (disposed) return;
      if (stayed) {
        await deps.onReading(later);
        taken = later;
        restOf.took(later);
      }
      reading = later;
    }
  }

  /** One look; whoever asks during one gets another right after it. */
  function look(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        try {
          await settle();
        } catch (error) {
          deps.onError(error);
        }
      } while (again && !disposed);
      running = undefined;
    })();
    return running;
  }

  function listen() {
    try {
      // The folder, not the file: editors and config maps put another file, or another link, in its place.
      watcher = watch(dirname(path), { persistent: false }, () => void look());
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // A folder that is not there, or no more watches to be had: looking is enough.
      watcher = undefined;
    }
  }

  return {
    /** Reads the file for the first time and follows it from then on. Resolves when what stands there now was taken. */
    async start(): Promise<void> {
      listen();
      poll = setInterval(() => {
        if (!watcher) listen();
        void look();
      }, times.pollMs);
      await look();
    },
    look,
    async dispose(): Promise<void> {
      disposed = true;
      clearInterval(poll);
      watcher?.close();
      wake?.();
      await running;
    },
  };
}
