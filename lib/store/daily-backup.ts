// A backup a day, made by the running console; at start too when the last one is older than that.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { backupName, listBackups, pruneBackups, RECORD_FILE } from './backups.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 15 * 60_000;
/** Whoever starts the console waits for the page, and not for a backup. */
const FIRST_LOOK_MS = 3_000;
const answer = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), detail: z.string() })]);

/** Writes a backup in a thread. Rejects with Problem('backup-unusable'). */
function inThread(source: string, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData: { source, target } });
    const failed = (detail: string) => reject(new Problem('backup-unusable', detail));
    worker.once('message', (message) => {
      const said = answer.parse(message);
      if (said.ok) resolve();
      else failed(said.detail);
    });
    worker.once('error', () => failed('The thread that makes the backup failed.'));
    worker.once('exit', () => failed('The thread that makes the backup ended before it was done.'));
  });
}

/**
 * Keeps the daily backups of a data folder; the first look comes `firstMs` after the start. `onDone` hears of each new one, `onFailure` of each that could not be made; that one is tried
 * again at the next look. `dispose` lets a backup that is under way end.
 */
export function createDailyBackup({
  folder,
  clock,
  onDone,
  onFailure,
  make = inThread,
  everyMs = LOOK_EVERY_MS,
  firstMs = FIRST_LOOK_MS,
}: {
  folder: string;
  clock: Clock;
  onDone: (file: string) => void;
  onFailure: (error: unknown) => void;
  make?: (source: string, target: string) => Promise<void>;
  everyMs?: number;
  firstMs?: number;
}): { look: () => Promise<void>; dispose: () => Promise<void> } {
  let underWay: Promise<void> | undefined;
  let disposed = false;

  async function backUp(): Promise<void> {
    const nowMs = clock.nowMs();
    const newest = listBackups(folder)[0];
    // One from the future, after the clock went back, says nothing of how old the last one is.
    if (newest !== undefined && newest.atMs <= nowMs && nowMs - newest.atMs < DAY_MS) return;
    const target = backupName(folder, nowMs);
    try {
      await make(join(folder, RECORD_FILE), target);
      pruneBackups(folder);
      onDone(target);
    } catch (error) {
      onFailure(error);
    }
  }

  function look(): Promise<void> {
    if (disposed) return Promise.resolve();
    underWay ??= backUp().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  const first = setTimeout(() => void look(), firstMs);
  first.unref();
  return {
    look,
    async dispose() {
      disposed = true;
      clearInterval(timer);
      clearTimeout(first);
      await underWay;
    },
  };
}
