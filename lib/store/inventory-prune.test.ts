import { expect, test } from 'vitest';
import type { NewDeviceChange } from './inventory.ts';
import { START_MS } from './test-samples.ts';
import { testStore } from './test-store.ts';

const DAY_MS = 86_400_000;

/** A difference `days` before the start; open where nobody clicked it. */
const change = (id: string, days: number, unclicked: boolean): NewDeviceChange => ({
  id,
  gateway: 'g1',
  deviceId: 'ab'.repeat(32),
  at: new Date(START_MS - days * DAY_MS).toISOString(),
  kind: 'scopes-grew',
  by: unclicked ? { kind: 'silent', proof: 'log' } : { kind: 'gateway-tools', proof: 'log' },
  gained: { roles: [], scopes: ['operator.write'] },
  lost: { roles: [], scopes: [] },
  text: 'It got write.',
  unclicked,
});

async function kept(changes: readonly NewDeviceChange[], retention: { maxAgeMs: number; maxRows: number }) {
  const { store } = await testStore();
  await store.inventories.keep('g1', { set: [], gone: [], changes });
  await store.inventories.prune(retention, START_MS);
  return (await store.inventories.changes({ limit: 10 })).items.map(({ id }) => id).reverse();
}

test('what is old goes, but a grant that nobody has seen to stays', async () => {
  const all = [change('old', 9, false), change('old-open', 9, true), change('new', 1, false)];
  expect(await kept(all, { maxAgeMs: 5 * DAY_MS, maxRows: 10 })).toEqual(['old-open', 'new']);
});

test('of too many the oldest go, those that were seen to first', async () => {
  const all = [change('open-1', 4, true), change('seen-1', 3, false), change('open-2', 2, true), change('seen-2', 1, false)];
  expect(await kept(all, { maxAgeMs: 365 * DAY_MS, maxRows: 3 })).toEqual(['open-1', 'open-2', 'seen-2']);
  expect(await kept(all, { maxAgeMs: 365 * DAY_MS, maxRows: 1 })).toEqual(['open-2']);
  expect(await kept(all, { maxAgeMs: 365 * DAY_MS, maxRows: 4 })).toHaveLength(4);
});

test('forgetting goes on where others come between, over any number of pieces, and ends when it is told to', async () => {
  const { store } = await testStore();
  const all = Array.from({ length: 1300 }, (_, n) => change(`c${n}`, n < 1200 ? 9 : 1, n % 100 === 0));
  await store.inventories.keep('g1', { set: [], gone: [], changes: all });
  const retention = { maxAgeMs: 5 * DAY_MS, maxRows: 10_000 };
  expect(await store.inventories.prune(retention, START_MS, AbortSignal.abort())).toBe(0);
  const end = new AbortController();
  const first = store.inventories.prune(retention, START_MS, end.signal);
  let between = 0;
  const other = setImmediate(() => {
    between += 1;
    end.abort();
  });
  const gone = await first;
  clearImmediate(other);
  expect(between).toBe(1);
  expect(gone).toBeGreaterThan(0);
  expect(gone).toBeLessThan(1188);
  expect(gone + (await store.inventories.prune(retention, START_MS))).toBe(1188);
  expect(await store.inventories.prune({ ...retention, maxRows: 5 }, START_MS)).toBe(107);
  expect((await store.inventories.changes({ limit: 10 })).items.map(({ id }) => id)).toEqual(['c1200', 'c1100', 'c1000', 'c900', 'c800']);
});
