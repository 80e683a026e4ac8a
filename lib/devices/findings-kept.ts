// A row that did not change, with nothing new known of it, keeps its view: pages are shown a thousand devices at every reading. Time
// passing, or one more refusal of a caller like it, is nothing new as long as the same is found.
import type { FindingCode } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';

type Kept = { known: readonly unknown[]; saw: readonly unknown[]; view: DeviceView };

/** Whether two lists hold the same things, compared by identity. */
export const sameEach = (a: readonly unknown[], b: readonly unknown[]) => a.length === b.length && a.every((one, n) => one === b[n]);

/**
 * Views by row. `known` is what stands in the view beside the row, `saw` what only its findings depend on; both are compared by
 * identity, and `find` is asked again only where something differs.
 */
export function createKeptViews() {
  const kept = new WeakMap<PairedDevice, Kept>();
  return (
    row: PairedDevice,
    { known, saw }: Omit<Kept, 'view'>,
    find: () => FindingCode[],
    make: (findings: FindingCode[]) => DeviceView,
  ): DeviceView => {
    const before = kept.get(row);
    const isKnown = before !== undefined && sameEach(before.known, known);
    if (isKnown && sameEach(before.saw, saw)) return before.view;
    const findings = find();
    const view = isKnown && sameEach(before.view.findings, findings) ? before.view : make(findings);
    kept.set(row, { known, saw, view });
    return view;
  };
}
