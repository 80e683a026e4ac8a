// `gatehouse link`: another one-time sign-in link of the running console.
import { randomBytes } from 'node:crypto';
import { dropLink, LINK_LIFE_MS } from '#lib/auth/link-drop.ts';
import { systemClock } from '#lib/clock.ts';
import { runningConsole } from './running.ts';

/** Prints the link. Answers the exit code. Throws Problem('data-folder-unusable'). */
export function link(): number {
  const found = runningConsole();
  if (!found) return 1;
  const { secret } = dropLink(found.folder, { clock: systemClock(), random: randomBytes });
  console.log(`Open this link within ${LINK_LIFE_MS / 60_000} minutes; it works once:\n`);
  console.log(`  ${new URL('/sign-in', found.url).href}#${secret}\n`);
  return 0;
}
