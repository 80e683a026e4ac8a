import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRing } from './ring.ts';

test('a replay is either every row after the cursor, in order, or nothing at all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 }),
      fc.integer({ min: 0, max: 220 }),
      (maxRows, sizes, after) => {
        const maxBytes = 300;
        const ring = createRing({ maxRows, maxBytes });
        for (const [at, size] of sizes.entries()) ring.add({ cursor: at + 1, topic: 'rules', frame: Buffer.alloc(size) });
        expect(ring.cursor()).toBe(sizes.length);
        const rows = ring.after(after);
        if (after > sizes.length) {
          expect(rows).toBeUndefined();
          return;
        }
        const missed = sizes.slice(after);
        const fits = missed.length <= maxRows && missed.reduce((sum, size) => sum + size, 0) <= maxBytes;
        expect(rows?.map((row) => row.cursor)).toEqual(fits ? missed.map((_, at) => after + at + 1) : undefined);
      },
    ),
  );
});

test('rows beyond the limits are let go', () => {
  const ring = createRing({ maxRows: 10, maxBytes: 1000 });
  for (let cursor = 1; cursor <= 1000; cursor += 1) ring.add({ cursor, topic: 'rules', frame: Buffer.alloc(10) });
  expect(ring.after(990)).toHaveLength(10);
  expect(ring.after(989)).toBeUndefined();
  ring.add({ cursor: 1001, topic: 'rules', frame: Buffer.alloc(2000) });
  expect(ring.after(1000)).toBeUndefined();
  expect(ring.after(1001)).toEqual([]);
});
