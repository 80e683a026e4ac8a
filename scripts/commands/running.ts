// Which console runs on the data folder of this environment.
import { practiceFolder } from '#lib/practice/choice.ts';
import { readSettings, takeSecrets } from '#lib/settings.ts';
import { readRunning } from '#lib/store/lock.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The data folders of this environment: its own, and the one that the practice console keeps within. */
export function dataFolders(): string[] {
  const { dataDir } = readSettings(takeSecrets(process.env));
  return [dataDir, practiceFolder(dataDir)];
}

/** The folder and address of the console that runs there, or undefined after saying so in one line. */
export function runningConsole(): { folder: string; url: string } | undefined {
  const folders = dataFolders();
  for (const folder of folders) {
    const running = readRunning(folder);
    if (running?.url !== undefined && isAlive(running.pid)) return { folder, url: running.url };
  }
  console.error(`No console runs on the data folder ${folders[0]}. Start one with: npm start`);
  return undefined;
}
