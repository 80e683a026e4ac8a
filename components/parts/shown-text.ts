// What a caller wrote, made safe to look at: characters that hide, reorder or break text are shown by their number.

// Control characters, marks and embeddings that change direction, zero-width ones, line separators, and lone surrogates.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function named(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** One line of text with nothing hidden in it, cut to `longest` characters with an ellipsis. */
export function shownText(text: string, longest = 200): string {
  const shown = text.replace(HIDDEN, named);
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1)}…`;
}

/** The same for records of several lines, uncut: line breaks and tabs stay. */
export function shownRecord(text: string): string {
  return text.replace(HIDDEN, (character) => (character === '\n' || character === '\t' ? character : named(character)));
}
