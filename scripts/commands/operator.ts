// `gatehouse operator ...`: who there is, and the way back in for whoever can write the data folder.
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { nameInput, rightsInput, rightsWords } from '#lib/auth/operator-names.ts';
import { Problem } from '#lib/problem.ts';
import { nameKey } from '#lib/store/operators.ts';
import { printLink } from './link.ts';
import { operatorNamed, readOperators } from './operators-read.ts';
import { runningConsole } from './running.ts';

export const OPERATOR_HELP = `  npm run gatehouse -- operator list
                                 the operators, with their rights and when they last signed in
  npm run gatehouse -- operator reset NAME [--admin]
                                 print a link that lets NAME in again: when it is opened, the passkeys and the password of NAME
                                 are dropped, every session of NAME ends, and NAME is switched on; --admin makes NAME an admin
  npm run gatehouse -- operator invite NAME --rights viewer|approver|admin[,...]
                                 print a link that makes the operator NAME when it is opened`;

type Running = { folder: string; url: string };

function list({ folder }: Running): number {
  const operators = readOperators(folder);
  if (operators.length === 0) console.log('There is no operator yet. A link to the set-up is printed by: npm run gatehouse -- link');
  for (const { name, rights, state, last_sign_in_ms: lastMs } of operators) {
    const seen = lastMs === null ? 'never signed in' : `signed in last at ${new Date(lastMs).toISOString()}`;
    console.log(`${name}: ${rightsWords(rights)}, ${state}, ${seen}`);
  }
  return 0;
}

function reset(found: Running, name: string, admin: boolean): number {
  const { name: known, rights } = operatorNamed(readOperators(found.folder), name);
  const more = admin && !rights.includes('admin') ? ` and makes ${known} an admin` : '';
  console.log(`This resets ${known}${more}. Nothing changes before the link is opened.`);
  printLink(found, '/sign-in', { purpose: 'reset', operator: known, ...(admin ? { admin: true } : {}) });
  return 0;
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem('input-invalid', `${what} ${result.error.issues[0]?.message ?? 'is not valid'}`);
}

function invite(found: Running, given: string, asked: string): number {
  const name = checked(nameInput, given, 'The name');
  const rights = checked(
    rightsInput,
    asked.split(',').map((right) => right.trim()),
    '--rights:',
  );
  const operators = readOperators(found.folder);
  if (operators.length === 0)
    throw new Problem('setup-required', 'There is no operator yet; the first one is made by: npm run gatehouse -- link');
  if (operators.some((operator) => nameKey(operator.name) === nameKey(name)))
    throw new Problem('operator-exists', `There is an operator ${name} already.`);
  console.log(`This makes the operator ${name}, as ${rightsWords(rights)}. Nothing changes before the link is opened.`);
  printLink(found, '/sign-in', { purpose: 'invitation', operator: name, rights });
  return 0;
}

/** Runs the command. Answers the exit code. Throws Problem('operator-unknown' | 'operator-exists' | 'data-folder-unusable'). */
export function operator(args: string[]): number {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { admin: { type: 'boolean' }, rights: { type: 'string' } },
  });
  const [act, name, ...more] = positionals;
  const fits =
    more.length === 0 &&
    ((act === 'list' && name === undefined) ||
      (act === 'reset' && name !== undefined) ||
      (act === 'invite' && name !== undefined && values.rights !== undefined));
  if (!fits) {
    console.error(OPERATOR_HELP);
    return 2;
  }
  const found = runningConsole();
  if (!found) return 1;
  if (name === undefined) return list(found);
  return act === 'reset' ? reset(found, name, values.admin === true) : invite(found, name, values.rights ?? '');
}
