// How differences reach the browsers: each with its row, or, where thousands come at once, as the word to read them again. A frame that
// is larger than a browser may let pile up would cut every browser off.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import type { BridgeChange } from '../api/shapes.ts';

const MOST_IN_A_FRAME = 300;

/** The change that tells of these differences; nothing is to be told of none. */
export function changesTold(items: readonly DeviceChangeView[]): BridgeChange | undefined {
  if (items.length === 0) return undefined;
  return items.length > MOST_IN_A_FRAME
    ? { topic: 'device-changes', op: 'reread' }
    : { topic: 'device-changes', op: 'set', items: [...items] };
}
