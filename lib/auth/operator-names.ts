// Names of operators and tokens: they stand in Activity for good, so what a name may hold is narrow.
import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { Repositories } from '../store/open.ts';
import { RIGHTS, type Right } from './rights.ts';

const SHAPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+'’-]*$/u;
/** The console speaks under these itself. */
const TAKEN = ['gatehouse', 'terminal', 'api token'];
/** Scripts with letters that look like Latin ones. */
const LOOKALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
const LATIN = /\p{Script=Latin}/u;
/** Letters of those scripts that are read as a Latin one, small. */
const READ_AS = new Map(
  'аa вb сc ԁd еe һh нh іi јj кk ӏl мm оo рp ԛq гr ѕs тt ѵv ԝw хx уy αa βb εe ηn ιi κk μu νv οo ρp σo τt υu χx ζz օo ոn սu հh ցg 1l 0o ıi łl øo'
    .split(' ')
    .map(([from = '', to = '']): [string, string] => [from, to]),
);

/** What a name looks like: two with the same look are taken for each other. */
export const lookOf = (name: string): string =>
  [...name.normalize('NFKD').toLowerCase()]
    .filter((letter) => !/[\p{M}\p{Default_Ignorable_Code_Point} ._@+'’-]/u.test(letter))
    .map((letter) => READ_AS.get(letter) ?? letter)
    .join('');

/** Throws Problem('operator-exists') where an operator is read as this name, too. */
export async function requireUnlikeOperators(inside: Repositories, name: string): Promise<void> {
  const alike = (await inside.operators.list()).find((operator) => lookOf(operator.name) === lookOf(name));
  if (alike) throw new Problem('operator-exists', `There is an operator ${alike.name} already.`);
}

/** Throws Problem('operator-exists') where a token that lives is read as this name. */
export async function requireUnlikeTokens(inside: Repositories, name: string, nowMs: number): Promise<void> {
  const living = (await inside.tokens.list()).filter((token) => token.revokedMs === undefined && token.expiresMs > nowMs);
  const alike = living.find((token) => lookOf(token.name) === lookOf(name));
  if (alike) throw new Problem('operator-exists', `There is an API token ${alike.name} already.`);
}

/** An operator's or a token's name, as it is kept: trimmed, composed, without control or direction characters. */
export const nameInput = z
  .string()
  .max(200)
  .transform((text) => text.normalize('NFKC').trim().replace(/ +/g, ' '))
  .pipe(
    z
      .string()
      .min(1, 'must not be empty')
      .max(64, 'must have at most 64 characters')
      .regex(SHAPE, "must begin with a letter or digit and hold letters, digits, spaces and . _ @ + ' - only")
      .refine((text) => !/\p{Default_Ignorable_Code_Point}/u.test(text), 'must hold no character that nobody sees')
      .refine((text) => !(LATIN.test(text) && LOOKALIKE.test(text)), 'must not mix Latin letters with others that look like them')
      .refine((text) => !TAKEN.some((name) => lookOf(name) === lookOf(text)), 'is a name of the console itself, or looks like one'),
  );

/** A set of rights in one order. `viewer` is in every other right and stands only where it is alone. */
export const rightsInput = z
  .array(z.enum(RIGHTS))
  .min(1)
  .max(RIGHTS.length)
  .transform((given): Right[] => {
    const more = RIGHTS.filter((right) => right !== 'viewer' && given.includes(right));
    return more.length > 0 ? more : ['viewer'];
  });

/** Rights for a sentence. */
export const rightsWords = (rights: readonly Right[]): string => rights.join(' and ');
