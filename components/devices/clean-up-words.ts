// What could be cleaned up, as a choice: nothing is chosen beforehand, and a device that stands in two groups is taken once.
import type { CleanUpGroup, CleanUpView } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { itemKey } from './bulk-run.ts';

/** One device of a group with its row, which is undefined where the list has it no more. */
export type CleanUpRow = { key: string; why: string; keeps?: string | undefined; device?: DeviceView | undefined };

/** The rows of a group. */
export function cleanUpRows({ items }: CleanUpGroup, devices: ReadonlyMap<string, DeviceView>): CleanUpRow[] {
  return items.map((item) => ({
    key: itemKey(item),
    why: item.why,
    keeps: item.keeps,
    device: devices.get(itemKey(item)),
  }));
}

/** The devices that were chosen, each once, in the order of the groups. What no group names any more is not among them. */
export function chosenOf({ groups }: Pick<CleanUpView, 'groups'>, chosen: ReadonlySet<string>): { gateway: string; deviceId: string }[] {
  const all = new Map(groups.flatMap(({ items }) => items.map((item) => [itemKey(item), item] as const)));
  return [...all].flatMap(([key, { gateway, deviceId }]) => (chosen.has(key) ? [{ gateway, deviceId }] : []));
}
