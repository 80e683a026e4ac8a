// A store on a real file for one test, closed and removed after it.
import { onTestFinished } from 'vitest';
import { manualClock } from '../clock.ts';
import { openStore, type StoreOptions } from './open.ts';
import { START_MS, temporaryFolder } from './test-samples.ts';

/** Opens a store in a folder of its own, under a clock that stands still. */
export async function testStore(options: Partial<StoreOptions> = {}) {
  const { folder, remove } = temporaryFolder();
  const clock = manualClock(START_MS);
  const store = await openStore({ folder, clock, ...options });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await store.dispose();
    remove();
  };
  onTestFinished(close);
  return { store, clock, folder, close };
}
