// Reads what was typed to confirm.

/** Which of `words` stand in the text, each as a whole word, in any order, upper and lower case alike. */
export function typedWords(text: string, words: readonly string[]): Set<string> {
  const written = new Set(text.toLowerCase().split(/[\s,]+/));
  return new Set(words.filter((word) => written.has(word.toLowerCase())));
}
