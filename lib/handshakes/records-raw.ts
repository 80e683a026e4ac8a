// The text of a line as it is shown: cut, and without what could be a credential. Most records are never shown, so it is made
// when somebody reads it: the search for credentials costs as much as the whole rest of the reading.
import { hideCredentials } from './credentials.ts';

const SHOWN_CHARS = 2000;
const SOURCE = Symbol('source');

/** The line as it is shown: what could be a credential is hidden first, so that a cut cannot part it from its name. */
export function displayRaw(raw: string): string {
  const shown = hideCredentials(raw);
  return shown.length > SHOWN_CHARS ? `${shown.slice(0, SHOWN_CHARS)}…` : shown;
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
