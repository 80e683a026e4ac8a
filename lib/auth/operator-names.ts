// Names of operators and tokens: they stand in Activity for good, so what a name may hold is narrow.
import { z } from 'zod';
import { RIGHTS, type Right } from './rights.ts';

const SHAPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+'’-]*$/u;
/** The console speaks under these itself. */
const TAKEN = new Set(['gatehouse', 'terminal']);

/** An operator's or a token's name, as it is kept: trimmed, composed, without control or direction characters. */
export const nameInput = z
  .string()
  .max(200)
  .transform((text) => text.normalize('NFC').trim().replace(/ +/g, ' '))
  .pipe(
    z
      .string()
      .min(1, 'must not be empty')
      .max(64, 'must have at most 64 characters')
      .regex(SHAPE, "must begin with a letter or digit and hold letters, digits, spaces and . _ @ + ' - only")
      .refine((text) => !TAKEN.has(text.toLowerCase()), 'is a name of the console itself'),
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
