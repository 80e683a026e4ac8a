// Makes one backup in a process of its own: copying and reading through a large record takes seconds, for which no request waits, and what
// it needs of memory goes with it. Arguments: source and target. Says on its output why it failed.
import { problemView } from '../problem.ts';
import { writeBackup } from './backups.ts';

const [source, target] = process.argv.slice(2);
try {
  if (source === undefined || target === undefined) throw new Error('source and target are needed');
  writeBackup(source, target);
} catch (error) {
  process.stdout.write(problemView(error).detail);
  process.exitCode = 1;
}
