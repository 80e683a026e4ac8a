// How much memory a process of the test holds, by the system's own count.
import { readFileSync } from 'node:fs';

/** Whether this system tells. */
export const tellsMemory = process.platform === 'linux';

/** What the process holds now, and the most that it ever held, in MiB. */
export function memoryOf(pid: number): { nowMiB: number; mostMiB: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { nowMiB: figure('VmRSS'), mostMiB: figure('VmHWM') };
}
