import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from './open.ts';
import { createPruning } from './pruning.ts';
import { sampleHandshake } from './test-samples.ts';
import { testStore } from './test-store.ts';

const MINUTE_MS = 60_000;

beforeEach(() => {
  // The database takes its turns by setImmediate, which stays real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Runs that last until they are told to end. */
function pruning() {
  const ends: ((error?: Error) => void)[] = [];
  const signals: AbortSignal[] = [];
  const errors: unknown[] = [];
  const made = createPruning({
    prune: (left) => {
      signals.push(left);
      return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve(0))));
    },
    onFailure: (error) => void errors.push(error),
  });
  return { ...made, ends, signals, errors };
}

test('the log forgets a minute after the start, and then 10 minutes after each run, however long that was', async () => {
  const { ends, dispose } = pruning();
  await vi.advanceTimersByTimeAsync(MINUTE_MS - 1);
  expect(ends).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await dispose();
});

test('a run that fails is told, and the next one comes all the same', async () => {
  const { ends, errors, dispose } = pruning();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  ends[0]?.(new Error('no room'));
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(errors).toEqual([new Error('no room')]);
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await dispose();
});

test('the end stops a run and waits for it, and none begins after', async () => {
  const { ends, signals, dispose } = pruning();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  let over = false;
  const ending = dispose().then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect([signals[0]?.aborted, over]).toEqual([true, false]);
  ends[0]?.();
  await ending;
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(ends).toHaveLength(1);
});

test('a store that closes while it forgets much closes after the slice at hand', async () => {
  const failures: unknown[] = [];
  const onPruneFailure = (error: unknown) => void failures.push(error);
  const { store, folder, clock } = await testStore({ retention: { maxRows: 0, maxAgeMs: 1e12, maxBytes: 1e15 }, onPruneFailure });
  await store.handshakes.append(Array.from({ length: 4000 }, (_, n) => sampleHandshake(`h${n}`)));
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  await store.dispose();
  expect(failures).toEqual([]);
  const again = await openStore({ folder, clock });
  const left = (await again.handshakes.list({ limit: 5000 })).items.length;
  await again.dispose();
  expect([left > 0, left < 4000, left % 250]).toEqual([true, true, 0]);
});
