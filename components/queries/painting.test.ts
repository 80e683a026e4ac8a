// A row that comes alone is painted in the same task; a burst of them is painted together, in order, and nothing is left out.
import { expect, test } from 'vitest';
import { createPainting } from './painting.ts';

function stage() {
  let now = 0;
  const tasks: { at: number; run: () => void }[] = [];
  const soon: (() => void)[] = [];
  const done: number[] = [];
  const paintings: number[] = [];
  const paint = createPainting({ nowMs: () => now, soon: (run) => soon.push(run), later: (run, ms) => tasks.push({ at: now + ms, run }) });
  let next = 0;
  function settle() {
    for (let run = soon.shift(); run; run = soon.shift()) run();
  }
  /** One row arrives. */
  function row() {
    const id = next;
    next += 1;
    paint(() => {
      done.push(id);
      if (paintings.at(-1) !== now) paintings.push(now);
    });
    settle();
  }
  function pass(ms: number) {
    const until = now + ms;
    for (;;) {
      tasks.sort((a, b) => a.at - b.at);
      const first = tasks[0];
      if (!first || first.at > until) break;
      tasks.shift();
      now = first.at;
      first.run();
      settle();
    }
    now = until;
  }
  return { row, pass, done, paintings };
}

test('rows that come one by one are painted at once', () => {
  const { row, pass, done } = stage();
  for (let n = 0; n < 20; n += 1) {
    row();
    expect(done.length).toBe(n + 1);
    pass(200);
  }
});

test('a burst is painted a few times a second, whole and in order, and after it rows are painted at once again', () => {
  const { row, pass, done, paintings } = stage();
  for (let n = 0; n < 1000; n += 1) {
    row();
    pass(5);
  }
  pass(1000);
  expect(done).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  expect(paintings.length).toBeLessThan(60);
  row();
  expect(done.length).toBe(1001);
});
