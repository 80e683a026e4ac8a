// A backup a day, made by the running console; at start too when the last one is older than that.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { backupName, listBackups, pruneBackups, RECORD_FILE, removeDatabase } from './backups.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 15 * 60_000;
/** Whoever starts the console waits for the page, and not for a backup. */
const FIRST_LOOK_MS = 3_000;
const SAID_MAX = 2000;

/** Writes a backup in a process of its own. Rejects with Problem('backup-unusable'), also when it was stopped. */
function inProcess(source: string, target: string, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./backup-child.ts', import.meta.url)), source, target], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { NODE_ENV: 'production' },
      signal: stop,
    });
    let said = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      said = (said + text).slice(0, SAID_MAX);
    });
    child.on('error', () => undefined);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      // Whatever it had begun is nobody's backup.
      removeDatabase(`${target}.draft`);
      reject(new Problem('backup-unusable', said || 'The process that makes the backup was stopped before it was done.'));
    });
  });
}

/**
 * Keeps the daily backups of a data folder; the first look comes `firstMs` after the start. `onDone` hears of each new one, `onFailure` of each that could not be made; that one is tried
 * again at the next look. `dispose` stops one that is under way: the next start makes it.
 */
export function createDailyBackup({
  folder,
  clock,
  onDone,
  onFailure,
  make = inProcess,
  everyMs = LOOK_EVERY_MS,
  firstMs = FIRST_LOOK_MS,
}: {
  folder: string;
  clock: Clock;
  onDone: (file: string) => void;
  onFailure: (error: unknown) => void;
  make?: (source: string, target: string, stop: AbortSignal) => Promise<void>;
  everyMs?: number;
  firstMs?: number;
}): { look: () => Promise<void>; dispose: () => Promise<void> } {
  let underWay: Promise<void> | undefined;
  const stop = new AbortController();

  async function backUp(): Promise<void> {
    const nowMs = clock.nowMs();
    // One from the future, after the clock went back, says nothing of how old the last one is.
    const newest = listBackups(folder).find(({ atMs }) => atMs <= nowMs);
    if (newest !== undefined && nowMs - newest.atMs < DAY_MS) return;
    const target = backupName(folder, nowMs);
    try {
      await make(join(folder, RECORD_FILE), target, stop.signal);
      pruneBackups(folder);
      onDone(target);
    } catch (error) {
      if (!stop.signal.aborted) onFailure(error);
    }
  }

  function look(): Promise<void> {
    if (stop.signal.aborted) return Promise.resolve();
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
      stop.abort();
      clearInterval(timer);
      clearTimeout(first);
      await underWay;
    },
  };
}
