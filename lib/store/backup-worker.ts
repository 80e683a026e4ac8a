// Makes one backup in a thread of its own: copying and reading through a large record takes seconds, and no request waits for that.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { problemView } from '../problem.ts';
import { writeBackup } from './backups.ts';

const { source, target } = z.object({ source: z.string(), target: z.string() }).parse(workerData);
try {
  writeBackup(source, target);
  parentPort?.postMessage({ ok: true });
} catch (error) {
  parentPort?.postMessage({ ok: false, detail: problemView(error).detail });
}
