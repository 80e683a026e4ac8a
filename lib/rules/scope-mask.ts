// Scopes as bits: thousands of verdicts a second compare sets of scopes, and the closed list has eight.
import { effectiveScopes, NAMED_SCOPES, SCOPES } from '../gateway/scopes.ts';

const BITS: ReadonlyMap<string, number> = new Map(SCOPES.map((scope, n) => [scope, 1 << n]));

/** One bit for each known scope; those off the closed list have none. */
export function maskOf(scopes: Iterable<string>): number {
  let mask = 0;
  for (const scope of scopes) mask |= BITS.get(scope) ?? 0;
  return mask;
}

/** Whether one of them is off the closed list: nobody knows what it gives. */
export const isStrange = (scopes: readonly string[]): boolean => scopes.some((scope) => !BITS.has(scope));

/** The scopes of a mask, least risk first. */
export const scopesOf = (mask: number): string[] => SCOPES.filter((s) => (mask & (BITS.get(s) ?? 0)) !== 0);

/** The scopes that count only when they are named twice. */
export const NAMED_MASK = maskOf(NAMED_SCOPES);

const IMPLIED: readonly number[] = SCOPES.map((scope) => maskOf(effectiveScopes([scope])));

/** All that a set allows, the implied ones included. */
export function effectiveMask(mask: number): number {
  let out = mask;
  for (let n = 0; n < IMPLIED.length; n += 1) if ((mask & (1 << n)) !== 0) out |= IMPLIED[n] ?? 0;
  return out;
}

/**
 * What a device may hold under a ceiling: whatever the ceiling implies, but a named scope only where the ceiling names it itself,
 * because nobody said that they meant it.
 */
export const allowedMask = (ceiling: number): number => (effectiveMask(ceiling) & ~NAMED_MASK) | (ceiling & NAMED_MASK);
