// The likeliest holders of a caller's socket are asked first, whatever the numbers of processes do.
import { expect, test } from 'vitest';
import { createNewestFirst, createPeerHolders, isStartedBy } from './peer-holders.ts';

test('whoever was not there before comes first, also when the numbers of processes began anew', () => {
  let there = [32_767, 32_000, 5000, 1];
  const order = createNewestFirst(() => there);
  expect(order()).toEqual([32_767, 32_000, 5000, 1]);
  there = [32_767, 32_000, 5000, 320, 300, 1];
  expect(order()).toEqual([320, 300, 32_767, 32_000, 5000, 1]);
  there = [32_767, 5000, 340, 300, 1];
  expect(order()).toEqual([340, 300, 32_767, 5000, 1]);
});

test('what ended and began anew under its number is new', () => {
  let there = [20, 10];
  const order = createNewestFirst(() => there);
  order();
  there = [10];
  order();
  there = [20, 10];
  expect(order()).toEqual([20, 10]);
  there = [10, 9];
  expect(order()).toEqual([9, 10]);
});

test('this process was started by its parent, not the other way round, and what nobody holds is not found', (context) => {
  if (process.platform !== 'linux') context.skip('processes are listed under /proc, which is Linux');
  expect(isStartedBy(process.pid, process.ppid)).toBe(true);
  expect(isStartedBy(process.ppid, process.pid)).toBe(false);
  const holders = createPeerHolders(process.pid, undefined, () => performance.now());
  expect(holders.search(new Set([0]))).toEqual(new Map());
  expect(holders.likely(new Set([7])).get(7)).toBe(process.pid);
});
