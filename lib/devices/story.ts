// The life of one device in one timeline: what several sources hold, merged newest first and cut into pages by time, so that nothing
// is lost between two pages and nothing comes twice, also where many things happened in one millisecond.
import type { DeviceStory, StoryItem } from '../api/device-shapes.ts';
import { Problem } from '../problem.ts';

/**
 * Answers the newest items up to a moment, at least `atLeast` where it has so many, in any order, and always all or none of those of
 * one millisecond.
 */
export type StorySource = (untilMs: number, atLeast: number) => Promise<StoryItem[]>;

/** Later than anything that is recorded. */
const END_MS = Date.UTC(9999, 0);
const CURSOR = /^(\d{1,15})-(\d{1,6})$/;

/** Up to which moment a page goes, and how many items of exactly that moment the pages before it showed. */
function placeOf(before: string | undefined): { untilMs: number; skip: number } {
  if (before === undefined) return { untilMs: END_MS, skip: 0 };
  const [, ms, skip] = CURSOR.exec(before) ?? [];
  if (ms === undefined || skip === undefined)
    throw new Problem('input-invalid', 'query field before: it is not a cursor of this story.', { field: 'before' });
  return { untilMs: Number(ms), skip: Number(skip) };
}

const byTime = (a: { ms: number; item: StoryItem }, b: { ms: number; item: StoryItem }) =>
  b.ms - a.ms || (a.item.id < b.item.id ? 1 : a.item.id > b.item.id ? -1 : 0);

/**
 * One page of a story, newest first. `next` is sent as `before` to go on, and absent at the end. Rejects with
 * Problem('input-invalid') for a `before` that is no cursor, and with what a source rejects with.
 */
export async function storyPage(
  sources: readonly StorySource[],
  ask: { before?: string | undefined; limit: number },
): Promise<DeviceStory> {
  const { untilMs, skip } = placeOf(ask.before);
  const wanted = ask.limit + skip + 1;
  const found = (await Promise.all(sources.map((source) => source(untilMs, wanted)))).flat();
  const all = found
    .map((item) => ({ ms: Date.parse(item.at), item }))
    .filter(({ ms }) => ms <= untilMs)
    .sort(byTime);
  // Those of the cursor's own moment come first, and the pages before showed `skip` of them.
  const shown = all.slice(skip, skip + ask.limit);
  const last = shown.at(-1);
  if (last === undefined || all.length <= skip + shown.length) return { items: shown.map(({ item }) => item) };
  const done = (last.ms === untilMs ? skip : 0) + shown.filter(({ ms }) => ms === last.ms).length;
  return { items: shown.map(({ item }) => item), next: `${last.ms}-${done}` };
}
