// The command line beside a running console: `npm run gatehouse -- link`. Each command is a file of its own.
import { problemView } from '#lib/problem.ts';
import { AUDIT_HELP, audit } from './commands/audit.ts';
import { BACKUP_HELP, backup, backups, restore } from './commands/backup.ts';
import { KEY_HELP, key } from './commands/key.ts';
import { LINK_HELP, link } from './commands/link.ts';
import { OPERATOR_HELP, operator } from './commands/operator.ts';

const HELP = `Gatehouse, the pairing and scope console for OpenClaw gateways.

  npm start                      install, build and start the console
${LINK_HELP}
${OPERATOR_HELP}
${AUDIT_HELP}
${BACKUP_HELP}
${KEY_HELP}
  npm run gatehouse -- help      print this

The data folder is ~/.gatehouse or what GATEHOUSE_DATA_DIR says; README.md lists all settings.`;

/** Each takes what stands after its name and answers the exit code. */
const COMMANDS: Readonly<Record<string, (args: string[]) => number | Promise<number>>> = {
  link,
  operator,
  audit,
  backup,
  backups,
  restore,
  key,
};

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (name === 'help' || name === '--help') {
    console.log(HELP);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return await command(args);
  console.error(`There is no command ${JSON.stringify(name)}.\n\n${HELP}`);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else {
    const { code, detail, fix } = problemView(error);
    console.error(`${detail}\n${fix} [${code}]`);
    process.exitCode = 1;
  }
}
