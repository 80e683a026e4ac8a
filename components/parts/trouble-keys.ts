// Which line of trouble is which while the list changes.
import type { TroubleView } from '#lib/api/shapes.ts';

/**
 * Each trouble with a key that no other one has: its code, and its number among those of that code. Words and times are no key, since
 * they change while the trouble stays, and a copied command would lose its mark.
 */
export function keyed(troubles: readonly TroubleView[]): { key: string; trouble: TroubleView }[] {
  const seen = new Map<string, number>();
  return troubles.map((trouble) => {
    const nth = (seen.get(trouble.code) ?? 0) + 1;
    seen.set(trouble.code, nth);
    return { key: `${trouble.code} ${nth}`, trouble };
  });
}
