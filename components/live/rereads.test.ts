// A count that is read again: no row of the log is counted twice or lost, whenever it comes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRereads } from './rereads.ts';

/** A server that counts rows when it is asked and answers later, and a page that shows the last answer. */
function startPage() {
  const timers: { run: () => void; delayMs: number }[] = [];
  const answers: (() => void)[] = [];
  const page = { stored: 0, shown: 0, reads: 0, atOnce: 0 };
  const rereads = createRereads({
    pauseMs: 1_000,
    setTimer: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    read: () => {
      const counted = page.stored;
      page.reads += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      answers.push(resolve);
      page.atOnce = Math.max(page.atOnce, answers.length);
      return promise.then(() => {
        page.shown = counted;
      });
    },
  });
  return {
    page,
    rereads,
    timers,
    /** A row is stored and arrives. */
    row() {
      page.stored += 1;
      rereads.due();
    },
    tick: () => timers.shift()?.run(),
    async answer() {
      answers.shift()?.();
      // The page hears of an answer some microtasks after it.
      await new Promise(setImmediate);
    },
  };
}

test('rows that come together are one read, after the pause', async () => {
  const { page, row, timers, tick, answer } = startPage();
  for (let n = 0; n < 200; n += 1) row();
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([1_000]);
  expect(page.reads).toBe(0);
  tick();
  await answer();
  expect(page).toMatchObject({ reads: 1, shown: 200 });
  expect(timers).toEqual([]);
});

test('a row that comes while a read is under way is in the next answer', async () => {
  const { page, row, timers, tick, answer } = startPage();
  row();
  tick();
  row();
  expect(timers).toEqual([]);
  await answer();
  expect(page.shown).toBe(1);
  tick();
  await answer();
  expect(page).toMatchObject({ reads: 2, shown: 2 });
});

test('once everything is answered, exactly what is stored is shown, whatever came when, and never are two reads under way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('row', 'tick', 'answer'), { maxLength: 40 }), async (steps) => {
      const { page, row, timers, tick, answer } = startPage();
      for (const step of steps) await { row, tick, answer }[step]();
      for (let round = 0; round < 3; round += 1) {
        await answer();
        tick();
      }
      await answer();
      expect(timers).toEqual([]);
      expect(page.shown).toBe(page.stored);
      expect(page.atOnce).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

test('a read that fails is no end: the next row is read again', async () => {
  const timers: (() => void)[] = [];
  let reads = 0;
  const rereads = createRereads({
    pauseMs: 0,
    setTimer: (run) => {
      timers.push(run);
      return () => {};
    },
    read: () => {
      reads += 1;
      return Promise.reject(new Error('not readable'));
    },
  });
  for (let n = 1; n <= 2; n += 1) {
    rereads.due();
    timers.shift()?.();
    await new Promise(setImmediate);
    expect(reads).toBe(n);
  }
});

test('nothing is read once disposed', async () => {
  const { page, rereads, row, timers, tick, answer } = startPage();
  row();
  tick();
  row();
  rereads.dispose();
  await answer();
  row();
  expect(timers).toEqual([]);
  expect(page.reads).toBe(1);
});
