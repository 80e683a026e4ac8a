// The requests of a preview that are shown one by one: all marked ones first, then the newest, and some of each kind.
import type { PreviewItem } from '../api/rule-shapes.ts';
import type { Tried } from './preview-why.ts';

const SHOWN = 200;
/** Of those that are left, so many are shown however many others there are. */
const LEFT_SHOWN = 50;

export type Chosen = { tried: Tried; red: PreviewItem['red'] };

/** Keeps the newest of what is added in the order of time, at most 200 of each kind in memory. */
export function createPreviewList() {
  const kept: Record<'red' | 'acted' | 'left', Chosen[]> = { red: [], acted: [], left: [] };

  return {
    add(tried: Tried, red: PreviewItem['red']): void {
      const of = kept[red.length > 0 ? 'red' : tried.would === 'left' ? 'left' : 'acted'];
      of.push({ tried, red });
      if (of.length > 2 * SHOWN) of.splice(0, of.length - SHOWN);
    },

    /** Red ones first, then newest first; at most 200. */
    chosen(): Chosen[] {
      const newest = (of: Chosen[], most: number) => (most > 0 ? of.slice(-most) : []);
      const red = newest(kept.red, SHOWN);
      const room = SHOWN - red.length;
      const acted = newest(kept.acted, room - Math.min(LEFT_SHOWN, kept.left.length, room));
      const left = newest(kept.left, room - acted.length);
      const byTime = (a: Chosen, b: Chosen) => b.tried.recorded.atMs - a.tried.recorded.atMs;
      return [...red.toReversed(), ...[...acted, ...left].sort(byTime)];
    },
  };
}
