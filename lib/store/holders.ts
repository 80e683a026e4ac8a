// Which processes hold a lock on a file, as the kernel lists them, so that a person need not search for them. Linux only; empty elsewhere.
import { readFileSync, statSync } from 'node:fs';

// "1: POSIX  ADVISORY  WRITE 1234 fd:01:5678 0 EOF": the number after the last colon of the device is the file's own.
const LINE = /^\d+: POSIX\s+\S+\s+(?:READ|WRITE)\s+(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/;

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
      .trim()
      .replace(/[^\x20-\x7e]/g, '');
  } catch {
    return '';
  }
}

/** The other processes that hold locks on any of these files, as "process 12 (sqlite3)". */
export function holdersOf(files: readonly string[]): string[] {
  const inodes = new Set(files.flatMap((file) => statSync(file, { throwIfNoEntry: false })?.ino ?? []));
  let table: string;
  try {
    table = readFileSync('/proc/locks', 'utf8');
  } catch {
    return [];
  }
  const pids = table.split('\n').flatMap((line) => {
    const found = LINE.exec(line);
    return found && inodes.has(Number(found[2])) ? [Number(found[1])] : [];
  });
  return [...new Set(pids)]
    .filter((pid) => pid > 0 && pid !== process.pid)
    .map((pid) => {
      const command = commandOf(pid);
      return `process ${pid}${command === '' ? '' : ` (${command})`}`;
    });
}
