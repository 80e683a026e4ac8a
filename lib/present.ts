// Optional fields, under exact types: a key is there with a value, or not there at all.

/** The same object without the keys whose value is undefined. */
export function present<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const out: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (isDefined(value)) out[key] = value;
  }
  return out;
}

function isDefined<V>(value: V): value is Exclude<V, undefined> {
  return value !== undefined;
}
