// Reads what was typed to confirm.

const spaced = (text: string): string =>
  ` ${text
    .toLowerCase()
    .split(/[\s,]+/)
    .join(' ')} `;

/** Which of `words` stand in the text, each whole, in any order, upper and lower case alike. One may itself be of several words. */
export function typedWords(text: string, words: readonly string[]): Set<string> {
  const written = spaced(text);
  return new Set(words.filter((word) => written.includes(spaced(word))));
}
