// How much one frame of a gateway may hold. A text of JSON takes many times its size once it is read, so it is measured before.

/** A list of 10,000 devices is some 9 MB. */
export const MAX_FRAME_BYTES = 10 * 1024 * 1024;
/** Before the sign-in nothing but a challenge and a hello comes. */
export const MAX_EARLY_LENGTH = 1024 * 1024;
/** A configuration nests deepest, some 15 levels. */
const MAX_DEPTH = 200;
/** A list of 10,000 devices holds some 450,000 values. */
const MAX_VALUES = 600_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPENING_LIST, OPENING_OBJECT] = [0x5b, 0x7b];
const [CLOSING_LIST, CLOSING_OBJECT] = [0x5d, 0x7d];

/** Whether a text of JSON nests deeper, or holds more values, than anything that a gateway sends. Looks at signs alone. */
export function isOversized(text: string): boolean {
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (inText) {
      if (sign === BACKSLASH) at += 1;
      else if (sign === QUOTE) inText = false;
    } else if (sign === QUOTE) inText = true;
    else if (sign === COMMA) values += 1;
    else if (sign === OPENING_LIST || sign === OPENING_OBJECT) {
      depth += 1;
      values += 1;
    } else if (sign === CLOSING_LIST || sign === CLOSING_OBJECT) depth -= 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
  }
  return false;
}
