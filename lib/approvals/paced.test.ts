// However often work is asked for, it is begun once in its pace, and the last who asked is never forgotten.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './paced.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function counted() {
  let done = 0;
  const work = paced(
    () => {
      done += 1;
    },
    30,
    Date.now,
  );
  return { work, done: () => done };
}

test('the first is done at once, many more are one that comes when the pace has passed', () => {
  const { work, done } = counted();
  for (let n = 0; n < 1000; n += 1) work.now();
  expect(done()).toBe(1);
  vi.advanceTimersByTime(30);
  expect(done()).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(done()).toBe(2);
  work.now();
  expect(done()).toBe(3);
});

test('what has to wait is done once, and again where it was done too early', () => {
  const { work, done } = counted();
  work.soon();
  work.soon();
  expect(done()).toBe(0);
  work.now();
  expect(done()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(done()).toBe(2);
});

test('a clock that is set back delays it by the pace, and after the end nothing is done', () => {
  const { work, done } = counted();
  work.now();
  vi.setSystemTime(0);
  work.now();
  vi.advanceTimersByTime(30);
  expect(done()).toBe(2);
  work.soon();
  work.dispose();
  vi.advanceTimersByTime(1000);
  expect(done()).toBe(2);
});
