// Display-name patterns: `*` for any run of characters, `?` for one. A matcher of its own, because a caller chooses the name and a
// regular expression made of a pattern can be driven into taking minutes.

/** A name or pattern as it is compared: composed, lower case, by character. */
export const foldName = (name: string): string[] => [...name.normalize('NFC').toLowerCase()];

/**
 * Whether the whole folded name fits the folded pattern. At most pattern times name steps: a later `*` makes every earlier choice
 * final, so only the last one is ever tried again.
 */
export function fits(pattern: readonly string[], name: readonly string[]): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let tried = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      tried = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      tried += 1;
      n = tried;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
