// Reads JSON bodies back into their types. The store writes them itself, so a short check of what is relied upon is enough.
import type { ActivityView, DecisionView } from '../api/shapes.ts';
import { Problem } from '../problem.ts';

type Fields = Record<string, unknown>;

/** Whether a value is an object with fields. */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const hasTexts = (value: Fields, ...keys: string[]) => keys.every((key) => typeof value[key] === 'string');
const hasLists = (value: Fields, ...keys: string[]) => keys.every((key) => Array.isArray(value[key]));

const isDecision = (value: unknown): value is DecisionView =>
  isFields(value) &&
  hasTexts(value, 'id', 'gateway', 'requestId', 'deviceId', 'action', 'state', 'at', 'outcome') &&
  hasLists(value, 'roles', 'scopes', 'heldScopes', 'addedScopes') &&
  isFields(value.actor) &&
  isFields(value.origin);

const isActivity = (value: unknown): value is Omit<ActivityView, 'seq' | 'prev' | 'hash'> =>
  isFields(value) && hasTexts(value, 'id', 'at', 'what', 'text') && isFields(value.actor);

/** The value behind a stored JSON text. Throws Problem('store-unwritable') when the text is damaged. */
export function readJson(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw damaged(name);
  }
}

/** What is thrown for a stored text that is not what was written. */
export const damaged = (name: string) => new Problem('store-unwritable', `A stored ${name} is damaged and cannot be read.`);

function read<T>(text: string, name: string, guard: (value: unknown) => value is T): T {
  const value = readJson(text, name);
  if (!guard(value)) throw damaged(name);
  return value;
}

/** A stored decision. Throws Problem('store-unwritable') when it is damaged. */
export const readDecision = (text: string): DecisionView => read(text, 'decision', isDecision);

/** A stored activity entry with its number. Throws Problem('store-unwritable') when it is damaged. */
export const readActivity = (row: { seq: number; body: string; prev: string; hash: string }): ActivityView => ({
  ...read(row.body, 'activity entry', isActivity),
  seq: row.seq,
  prev: row.prev,
  hash: row.hash,
});
