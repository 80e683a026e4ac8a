// A device that is listed is known, and strangers who wait cannot make the console forget those that are paired, nor fill its memory.
import { expect, test } from 'vitest';
import { createListed } from './listed.ts';

const rows = (name: string, count: number) => Array.from({ length: count }, (_, n) => ({ deviceId: `${name}${n}` }));

test('who is or was listed is known', () => {
  const listed = createListed();
  listed.add({ paired: rows('paired', 1), pending: rows('waiting', 1) });
  listed.add({ paired: [], pending: [] });
  expect(['paired0', 'waiting0', 'stranger'].map(listed.has)).toEqual([true, true, false]);
});

test('fresh keys without end push out older ones that wait, and no paired device', () => {
  const listed = createListed();
  for (let n = 0; n < 5000; n += 1) listed.add({ paired: rows('paired', 3), pending: [{ deviceId: `fresh${n}` }] });
  const known = Array.from({ length: 5000 }, (_, n) => `fresh${n}`).filter(listed.has);
  expect([known.length, known[0], known.at(-1)]).toEqual([1000, 'fresh4000', 'fresh4999']);
  expect(rows('paired', 3).every(({ deviceId }) => listed.has(deviceId))).toBe(true);
});

test('of very many paired devices the latest are known', () => {
  const listed = createListed();
  for (let n = 0; n < 10_500; n += 1) listed.add({ paired: [{ deviceId: `d${n}` }], pending: [] });
  expect(['d0', 'd499', 'd500', 'd10499'].map(listed.has)).toEqual([false, false, true, true]);
});
