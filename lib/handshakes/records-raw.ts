// The text of a line as it is shown: cut, and without what could be a credential. Most records are never shown, so it is made
// when somebody reads it: the search for credentials costs as much as the whole rest of the reading.

const SHOWN_CHARS = 2000;
// A text that holds JSON stands in the line with its quotes escaped, once or more often.
const CREDENTIAL =
  /((?:token|password|passwd|secret|authorization|api[-_ ]?key|credential)s?\\*["']?\s*[=:]\s*\\*["']?(?:(?:bearer|basic)\s+)?|\b(?:bearer|basic)\s+)[^\s"',&}\\]{6,}/gi;
const SOURCE = Symbol('source');

/** Cuts a raw line for display and takes out what could be a credential. */
export function displayRaw(raw: string): string {
  const cut = raw.length > SHOWN_CHARS ? `${raw.slice(0, SHOWN_CHARS)}…` : raw;
  return cut.replace(CREDENTIAL, '$1<hidden>');
}

type Sourced = { [SOURCE]: string };
type Shown = { raw: string };

// One descriptor with one getter for all: a function for each record would give each a shape of its own, and slow all of them.
const SHOWN: PropertyDescriptor & ThisType<Sourced> = {
  get() {
    return displayRaw(this[SOURCE]);
  },
  enumerable: true,
  configurable: true,
};

/**
 * The record with `raw`, the line as it is shown. A property of its own, so that copies and JSON carry the text; the line itself
 * is hidden from them. A line too long to show is cut at once, or it would stay in memory for as long as the record does.
 */
export function withRaw<T extends object>(record: T, line: string): T & Shown {
  const shown = record as T & Shown;
  if (line.length > SHOWN_CHARS) {
    shown.raw = displayRaw(line);
    return shown;
  }
  Object.defineProperty(shown, SOURCE, { value: line });
  return Object.defineProperty(shown, 'raw', SHOWN);
}
