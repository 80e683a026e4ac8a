// A story is read to its end page by page: everything once, newest first, however many things fall into one millisecond.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoryItem } from '../api/device-shapes.ts';
import { isoOf } from '../clock.ts';
import { type StorySource, storyPage } from './story.ts';

const item = (id: string, ms: number): StoryItem => ({ id, at: isoOf(ms), kind: 'change', tone: 'plain', title: id });

/** A source that gives no more than it is asked for, but whole milliseconds. */
function sourceOf(items: readonly StoryItem[]): StorySource {
  const sorted = items.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return async (untilMs, atLeast) => {
    const upTo = sorted.filter((one) => Date.parse(one.at) <= untilMs);
    const last = upTo[atLeast - 1];
    return last === undefined ? upTo : upTo.filter((one) => one.at >= last.at);
  };
}

async function readAll(sources: readonly StorySource[], limit: number): Promise<StoryItem[][]> {
  const pages: StoryItem[][] = [];
  let before: string | undefined;
  do {
    const page = await storyPage(sources, { limit, before });
    pages.push(page.items);
    before = page.next;
  } while (before !== undefined);
  return pages;
}

const times = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 25 });

test('pages hold everything once, newest first, and every page but the last is full', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 7 }), async (sets, limit) => {
      const sets2 = sets.map((set, n) => set.map((ms, at) => item(`${n}-${at}`, ms)));
      const pages = await readAll(sets2.map(sourceOf), limit);
      const seen = pages.flat();
      expect(seen.map(({ id }) => id).toSorted()).toEqual(
        sets2
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(seen.map(({ at }) => at)).toEqual(
        seen
          .map(({ at }) => at)
          .toSorted()
          .toReversed(),
      );
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
    }),
  );
});

test('what happens meanwhile moves no page that is read later', async () => {
  const old = [5, 4, 3, 2, 1].map((ms) => item(`old-${ms}`, ms));
  const first = await storyPage([sourceOf(old)], { limit: 2 });
  const grown = sourceOf([item('new', 9), ...old]);
  const second = await storyPage([grown], { limit: 2, before: first.next });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['old-5', 'old-4', 'old-3', 'old-2']);
});

test.each(['x', '5', '-1-2', '5-', '1-2-3'])('%s is no cursor of a story', async (before) => {
  await expect(storyPage([], { limit: 5, before })).rejects.toMatchObject({ code: 'input-invalid' });
});
