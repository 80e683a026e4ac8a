// `gatehouse link [NAME]`: another one-time sign-in link of the running console.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dropLink, LINK_LIFE_MS, type LinkOrder } from '#lib/auth/link-drop.ts';
import { systemClock } from '#lib/clock.ts';
import { Problem } from '#lib/problem.ts';
import { operatorNamed, readOperators } from './operators-read.ts';
import { runningConsole } from './running.ts';

export const LINK_HELP = `  npm run gatehouse -- link [NAME]
                                 print another one-time sign-in link of the running console, for the named operator or the
                                 first admin; before the set-up it leads there`;

/** Leaves a link for the running console and prints it, under the page that takes it. Throws Problem('data-folder-unusable'). */
export function printLink({ folder, url }: { folder: string; url: string }, page: '/sign-in' | '/set-up', order: LinkOrder): void {
  const { secret } = dropLink(folder, { clock: systemClock(), random: randomBytes }, order);
  console.log(`Open this link within ${LINK_LIFE_MS / 60_000} minutes; it works once:\n`);
  console.log(`  ${new URL(page, url).href}#${secret}\n`);
}

/** Prints the link. Answers the exit code. Throws Problem('data-folder-unusable' | 'operator-unknown' | 'operator-disabled'). */
export function link(args: string[]): number {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name] = positionals;
  if (positionals.length > 1) {
    console.error(LINK_HELP);
    return 2;
  }
  const found = runningConsole();
  if (!found) return 1;
  const operators = readOperators(found.folder);
  if (operators.length === 0 && name === undefined) {
    printLink(found, '/set-up', { purpose: 'sign-in' });
    return 0;
  }
  const owner = name === undefined ? undefined : operatorNamed(operators, name);
  if (owner && owner.state !== 'active')
    throw new Problem(
      'operator-disabled',
      `${owner.name} is ${owner.state === 'disabled' ? 'switched off' : 'invited and has not accepted yet'}. What lets ${owner.name} in: npm run gatehouse -- operator reset ${JSON.stringify(owner.name)}`,
    );
  printLink(found, '/sign-in', { purpose: 'sign-in', ...(owner ? { operator: owner.name } : {}) });
  return 0;
}
