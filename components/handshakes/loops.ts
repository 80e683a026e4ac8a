// Folds retry loops: the same device failing the same way again and again becomes one row with a count and a rate.
import type { HandshakeView } from '#lib/api/shapes.ts';

export type LogRow =
  | { kind: 'one'; key: string; item: HandshakeView }
  | { kind: 'loop'; key: string; item: HandshakeView; items: readonly HandshakeView[]; firstAt: string };

/** Attempts further apart than this are not one loop, ms. */
const LOOP_PAUSE_MS = 90_000;
/** Fewer attempts than this stay single rows. */
const LOOP_LEAST = 3;

const NEVER_FOLDED: ReadonlySet<string> = new Set(['admitted', 'note', 'gap']);

function loopKey({ gateway, deviceId, remoteAddr, clientId, cause, outcome }: HandshakeView): string {
  return JSON.stringify([gateway, deviceId ?? [remoteAddr, clientId], cause, outcome]);
}

/** Rows for `items` (newest first), in the same order; a loop stands where its newest attempt does. */
export function foldLoops(items: readonly HandshakeView[]): LogRow[] {
  const groups: HandshakeView[][] = [];
  const current = new Map<string, HandshakeView[]>();
  const groupOf = new Map<HandshakeView, HandshakeView[]>();
  for (const item of items) {
    if (NEVER_FOLDED.has(item.outcome)) continue;
    const key = loopKey(item);
    const group = current.get(key);
    const oldest = group?.at(-1);
    if (group !== undefined && oldest !== undefined && Date.parse(oldest.at) - Date.parse(item.at) <= LOOP_PAUSE_MS) {
      group.push(item);
      groupOf.set(item, group);
    } else {
      const begun = [item];
      groups.push(begun);
      current.set(key, begun);
      groupOf.set(item, begun);
    }
  }
  return items.flatMap((item): LogRow[] => {
    const group = groupOf.get(item);
    if (group === undefined || group.length < LOOP_LEAST) return [{ kind: 'one', key: item.id, item }];
    if (group[0] !== item) return [];
    const first = group.at(-1) ?? item;
    return [{ kind: 'loop', key: `loop ${first.id}`, item, items: group, firstAt: first.at }];
  });
}

/** Mean time between two attempts of a loop, ms. */
export function loopPeriodMs(row: Extract<LogRow, { kind: 'loop' }>): number {
  return (Date.parse(row.item.at) - Date.parse(row.firstAt)) / Math.max(1, row.items.length - 1);
}
