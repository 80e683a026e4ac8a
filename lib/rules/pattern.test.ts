// Patterns for names that callers choose: exact, and never slow.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits, foldName } from './pattern.ts';

const like = (pattern: string, name: string) => fits(foldName(pattern), foldName(name));

test('a star is any run, a question mark one character, and the whole name counts', () => {
  expect(like('Ann*', 'ann’s laptop')).toBe(true);
  expect(like('Ann*', 'Joann')).toBe(false);
  expect(like('*laptop', 'Ann’s Laptop')).toBe(true);
  expect(like('a?n', 'ann')).toBe(true);
  expect(like('a?n', 'an')).toBe(false);
  expect(like('*', '')).toBe(true);
  expect(like('', 'x')).toBe(false);
  expect(like('a*b*c', 'aXbYbZc')).toBe(true);
  expect(like('a*b*c', 'aXbYbZ')).toBe(false);
  expect(like('caf?', 'Cafe\u0301')).toBe(true);
  expect(like('?', '😀')).toBe(true);
});

test('no other character means more than itself', () => {
  for (const pattern of ['a.c', '[ab]c', '(a|b)c', 'a+', '^a', 'a\\d', '{1}']) {
    expect(like(pattern, pattern)).toBe(true);
    expect(like(pattern, 'abc')).toBe(false);
  }
});

/** The obvious definition, which takes for ever on long patterns. */
function slow(pattern: readonly string[], name: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return name.length === 0;
  if (head === '*') return slow(rest, name) || (name.length > 0 && slow(pattern, name.slice(1)));
  return name.length > 0 && (head === '?' || head === name[0]) && slow(rest, name.slice(1));
}

test('it says what the obvious definition says', () => {
  const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 7 });
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 });
  fc.assert(
    fc.property(pattern, letters, (p, n) => {
      expect(fits(p, n)).toBe(slow(p, n));
    }),
    { numRuns: 2000 },
  );
});

test('the worst pattern looks at no more than pattern times name characters', () => {
  let reads = 0;
  const counted = (text: string): readonly string[] =>
    new Proxy([...text], {
      get(target, key, receiver) {
        if (typeof key === 'string' && key !== 'length') reads += 1;
        return Reflect.get(target, key, receiver);
      },
    });
  const pattern = counted('*a'.repeat(40));
  const name = counted('a'.repeat(199).concat('b'));
  expect(fits(pattern, name)).toBe(false);
  expect(reads).toBeLessThan(5 * 80 * 200);
});
