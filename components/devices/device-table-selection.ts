// Which devices are selected for a bulk act: one by one, a range from the last one on, or all that pass the filter. Pure.

export type Selection = {
  keys: ReadonlySet<string>;
  /** The last device that was selected or left out by itself; a range begins there. */
  anchor: string | undefined;
};

export const NO_SELECTION: Selection = { keys: new Set(), anchor: undefined };

/** Selects a device, or leaves it out when it is selected. */
export function toggled({ keys }: Selection, key: string): Selection {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return { keys: next, anchor: key };
}

/** Selects everything from the anchor to `key` in the order of the list; `key` alone when the anchor is not in the list any more. */
export function ranged(selection: Selection, key: string, order: readonly string[]): Selection {
  const from = selection.anchor === undefined ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(key);
  if (from === -1 || to === -1) return { keys: new Set([...selection.keys, key]), anchor: key };
  const between = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set([...selection.keys, ...between]), anchor: key };
}

/** All that are in the list, or none of them when all are selected already. Others stay as they are. */
export function allToggled({ keys }: Selection, order: readonly string[]): Selection {
  const next = new Set(keys);
  const all = order.length > 0 && order.every((key) => next.has(key));
  for (const key of order) {
    if (all) next.delete(key);
    else next.add(key);
  }
  return { keys: next, anchor: undefined };
}

/** How much of a list is selected. */
export function extent({ keys }: Selection, order: readonly string[]): 'none' | 'some' | 'all' {
  if (keys.size === 0 || order.length === 0) return 'none';
  const count = order.reduce((sum, key) => sum + (keys.has(key) ? 1 : 0), 0);
  return count === 0 ? 'none' : count === order.length ? 'all' : 'some';
}
