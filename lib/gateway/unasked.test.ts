// What a gateway may say unasked: all that a pairing flood makes, for as long as it lasts, and not more.
import { expect, test } from 'vitest';
import { createUnasked } from './unasked.ts';

test('as much as a pairing flood makes passes for ever, more does not, by number or by size', () => {
  let at = 0;
  const flood = createUnasked(() => at);
  const refused = [];
  for (let n = 0; n < 100_000; n += 1) {
    at += 1;
    if (!flood(600)) refused.push(n);
  }
  expect(refused).toEqual([]);
  const many = createUnasked(() => 0);
  const taken = Array.from({ length: 20_001 }, () => many(10));
  expect(taken.slice(0, 20_000)).not.toContain(false);
  expect(taken.at(-1)).toBe(false);
  const large = createUnasked(() => 0);
  expect([large(30_000_000), large(3_000_000), large(3_000_000)]).toEqual([true, true, false]);
});
