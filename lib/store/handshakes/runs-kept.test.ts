import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoOf } from '../../clock.ts';
import { RUN_PAUSE_MS } from '../../handshakes/runs.ts';
import { openStore } from '../open.ts';
import { START_MS, sampleHandshake } from '../test-samples.ts';
import { testStore } from '../test-store.ts';

const after = (seconds: number, over: Parameters<typeof sampleHandshake>[1] = {}) =>
  sampleHandshake(`${over.gateway ?? 'g1'} ${over.cause ?? ''} ${seconds}`, { at: isoOf(START_MS + seconds * 1000), ...over });

test('a loop is one run over batches and restarts, with a number for each attempt', async () => {
  const { store, folder, clock, close } = await testStore();
  const first = await store.handshakes.append([after(0), after(10)]);
  const second = await store.handshakes.append([after(20), after(30)]);
  await store.dispose();
  const again = await openStore({ folder, clock });
  const third = await again.handshakes.append([after(40), after(40 + RUN_PAUSE_MS / 1000), after(41 + (2 * RUN_PAUSE_MS) / 1000)]);
  const id = START_MS * 4096;
  const runs = [...first, ...second, ...third].map((row) => [row.run.id, row.run.count]);
  expect(runs.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6].map((count) => [id, count]));
  expect(runs[6]).toEqual([(START_MS + 41_000 + 2 * RUN_PAUSE_MS) * 4096, 1]);
  const folded = (await again.handshakes.list({ limit: 9, fold: true })).items;
  expect(folded.map((row) => [row.id, row.run.count, row.run.firstAt])).toEqual([
    ['g1  221', 1, isoOf(START_MS + 221_000)],
    ['g1  130', 6, isoOf(START_MS)],
  ]);
  await again.dispose();
  await close();
});

test('others that fail between do not end a loop, and successes are never folded', async () => {
  const { store } = await testStore();
  const added = await store.handshakes.append([
    after(0, { cause: 'a' }),
    after(1, { cause: 'b' }),
    after(2, { cause: 'a' }),
    after(3, { cause: 'a', gateway: 'g2' }),
    after(4, { cause: 'c', outcome: 'admitted' }),
    after(5, { cause: 'c', outcome: 'admitted' }),
    after(6, { cause: 'a' }),
  ]);
  expect(added.map((row) => row.run.count)).toEqual([1, 1, 2, 1, 1, 1, 3]);
  expect((await store.handshakes.list({ limit: 9, fold: true })).items.map((row) => [row.cause, row.run.count])).toEqual([
    ['a', 3],
    ['c', 1],
    ['c', 1],
    ['a', 1],
    ['b', 1],
  ]);
});

test('a late attempt joins the run of its time, and the loop of today goes on', async () => {
  const { store } = await testStore();
  await store.handshakes.append([after(0), after(10)]);
  await store.handshakes.append([after(5000), after(5010)]);
  const late = await store.handshakes.append([after(20), after(5020), after(2500), after(15), after(2510), after(5030)]);
  expect(late.map((row) => [row.id, row.run.count])).toEqual([
    ['g1  20', 3],
    ['g1  5020', 3],
    ['g1  2500', 1],
    ['g1  15', 4],
    ['g1  2510', 2],
    ['g1  5030', 4],
  ]);
  const folded = (await store.handshakes.list({ limit: 9, fold: true })).items;
  expect(folded.map((row) => [row.id, row.run.count])).toEqual([
    ['g1  5030', 4],
    ['g1  2510', 2],
    ['g1  20', 4],
  ]);
});

test('two loops of one way do not overlap when attempts come out of order, and the end of a span finds each', async () => {
  const { store } = await testStore();
  await store.handshakes.append([after(0), after(100), after(50), after(-10)]);
  const folded = async (seconds: number) =>
    (await store.handshakes.list({ limit: 9, fold: true, to: START_MS + seconds * 1000 })).items.map((row) => [row.id, row.run.count]);
  expect(await folded(-10)).toEqual([['g1  -10', 3]]);
  expect(await folded(60)).toEqual([['g1  50', 3]]);
  expect(await folded(100)).toEqual([
    ['g1  100', 1],
    ['g1  50', 3],
  ]);
});

test('in whatever order and batches attempts come, each run is an unbroken piece of time', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uniqueArray(fc.nat({ max: 1_200 }), { maxLength: 12 }), { maxLength: 6 }), async (batches) => {
      const { store, close } = await testStore();
      try {
        for (const batch of batches) await store.handshakes.append(batch.map((seconds) => after(seconds)));
        const { items } = await store.handshakes.list({ limit: 100 });
        const begun = items.filter((row, n) => row.run.id !== items[n - 1]?.run.id).map((row) => row.run.id);
        expect(begun).toEqual([...new Set(begun)]);
        for (const [n, row] of items.entries()) {
          const before = items[n + 1];
          const pause = before === undefined ? 0 : Date.parse(row.at) - Date.parse(before.at);
          expect(pause <= RUN_PAUSE_MS || before?.run.id !== row.run.id).toBe(true);
        }
      } finally {
        await close();
      }
    }),
    // All runs count: one cut off by the time is a failure. A failed one is made smaller for so long only, or nobody would hear of it.
    { numRuns: 60, plugins: [fc.interruptAfterTimeLimit(40_000, { failOnInterrupt: true })] },
  );
});

test('a run whose first attempts are forgotten keeps its whole count, and its number stays its own', async () => {
  const { store } = await testStore();
  await store.handshakes.append(Array.from({ length: 20 }, (_, n) => after(n)));
  await store.handshakes.prune({ maxRows: 5, maxAgeMs: 1e12, maxBytes: 1e12 }, START_MS);
  const [row] = await store.handshakes.append([after(0, { cause: 'other' })]);
  expect(row?.seq).toBe(START_MS * 4096 + 1);
  const folded = (await store.handshakes.list({ limit: 9, fold: true })).items;
  expect(folded.map((one) => [one.run.id, one.run.count])).toEqual([
    [START_MS * 4096, 20],
    [START_MS * 4096 + 1, 1],
  ]);
  expect((await store.handshakes.list({ limit: 9, run: START_MS * 4096 })).items.map((one) => one.run.count)).toEqual([20, 19, 18, 17, 16]);
});
