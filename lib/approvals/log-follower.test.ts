// The pace of looking at the log: quick while something moves, slow when nothing does, at once when an event says so.
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogFollower, nextLook } from './log-follower.ts';

test.each([
  ['tail', 0, 250],
  ['tail', 29_999, 250],
  ['tail', 30_000, 1000],
  ['tail', 299_999, 1000],
  ['tail', 300_000, 2000],
  ['raw', 0, 1000],
  ['raw', 300_000, 1000],
  ['none', 0, 1000],
] as const)('through %s, after %s ms of quiet, the next look is in %s ms', (source, quiet, expected) => {
  expect(nextLook(source, quiet)).toBe(expected);
});

function following(over: { fail?: boolean } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const looks: number[] = [];
  const errors: unknown[] = [];
  const state = { live: true };
  const follower = createLogFollower({
    poll: async () => {
      looks.push(performance.now());
      if (over.fail) throw new Error('gone');
    },
    source: () => 'tail',
    isLive: () => state.live,
    onError: (error) => void errors.push(error),
    monotonicMs: () => performance.now(),
  });
  onTestFinished(follower.dispose);
  const within = async (ms: number) => {
    const before = looks.length;
    await vi.advanceTimersByTimeAsync(ms);
    return looks.length - before;
  };
  return { follower, looks, errors, state, within };
}

test('never more than 4 looks in a second, and fewer the longer nothing moves', async () => {
  const { within } = following();
  expect(await within(1000)).toBe(4);
  await within(29_000);
  expect(await within(10_000)).toBeLessThanOrEqual(11);
  await within(5 * 60_000);
  expect(await within(10_000)).toBeLessThanOrEqual(6);
});

test('a poke looks at once and makes the pace quick again', async () => {
  const { follower, looks, within } = following();
  await within(10 * 60_000);
  const before = looks.length;
  follower.poke();
  expect(looks.length).toBe(before + 1);
  expect(await within(1000)).toBe(4);
});

test('what moved brings a slow look forward', async () => {
  const { follower, within } = following();
  await within(10 * 60_000 + 100);
  follower.moved();
  expect(await within(250)).toBe(1);
});

test('a look that fails is told, and the next comes all the same', async () => {
  const { errors, within } = following({ fail: true });
  expect(await within(1000)).toBe(4);
  expect(errors).toHaveLength(4);
});

test('a gateway that is away is not asked', async () => {
  const { state, within } = following();
  state.live = false;
  expect(await within(5000)).toBe(0);
});
