// The command line beside a running console: `npm run gatehouse -- link`. It never opens the console's database.
import { randomBytes } from 'node:crypto';
import { dropLink, LINK_LIFE_MS } from '#lib/auth/link-drop.ts';
import { systemClock } from '#lib/clock.ts';
import { practiceFolder } from '#lib/practice/choice.ts';
import { problemView } from '#lib/problem.ts';
import { readSettings, takeSecrets } from '#lib/settings.ts';
import { readRunning } from '#lib/store/lock.ts';

const HELP = `Gatehouse, the pairing and scope console for OpenClaw gateways.

  npm start                      install, build and start the console
  npm run gatehouse -- link      print another one-time sign-in link of the running console
  npm run gatehouse -- help      print this

The data folder is ~/.gatehouse or what GATEHOUSE_DATA_DIR says; README.md lists all settings.`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function printLink(): number {
  const { dataDir } = readSettings(takeSecrets(process.env));
  // The practice console keeps a folder of its own within.
  const found = [dataDir, practiceFolder(dataDir)].flatMap((folder) => {
    const running = readRunning(folder);
    return running?.url !== undefined && isAlive(running.pid) ? [{ folder, url: running.url }] : [];
  })[0];
  if (!found) {
    console.error(`No console runs on the data folder ${dataDir}. Start one with: npm start`);
    return 1;
  }
  const { secret } = dropLink(found.folder, { clock: systemClock(), random: randomBytes });
  console.log(`Open this link within ${LINK_LIFE_MS / 60_000} minutes; it works once:\n`);
  console.log(`  ${new URL('/sign-in', found.url).href}#${secret}\n`);
  return 0;
}

function main(command: string | undefined): number {
  switch (command) {
    case 'link':
      return printLink();
    case undefined:
    case 'help':
    case '--help':
      console.log(HELP);
      return 0;
    default:
      console.error(`There is no command ${JSON.stringify(command)}.\n\n${HELP}`);
      return 2;
  }
}

try {
  process.exitCode = main(process.argv[2]);
} catch (error) {
  const { code, detail, fix } = problemView(error);
  console.error(`${detail}\n${fix} [${code}]`);
  process.exitCode = 1;
}
