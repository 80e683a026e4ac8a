import { expect, test } from 'vitest';
import { isoOf } from '../../clock.ts';
import { START_MS, sampleHandshake } from '../test-samples.ts';
import { testStore } from '../test-store.ts';

const CROWD = 12_000;
const ALL = CROWD + 6_000 + 30;

test('a stranger who never says the same twice neither hides the others nor holds them up', { timeout: 120_000 }, async () => {
  const { store } = await testStore();
  const honest = Array.from({ length: 30 }, (_, n) =>
    sampleHandshake(`honest ${n}`, { at: isoOf(START_MS - 3_600_000 + n * 60_000), deviceId: 'd1', clientId: 'cli', cause: 'honest' }),
  );
  await store.handshakes.append(honest);
  for (let start = 0; start < CROWD; start += 2_000) {
    const strangers = Array.from({ length: 2_000 }, (_, n) =>
      sampleHandshake(`stranger ${start + n}`, {
        at: isoOf(START_MS + (start + n) * 5),
        clientId: `client-${start + n}`,
        host: `host-${start + n}.example`,
        cause: 'odd',
      }),
    );
    await store.handshakes.append(strangers);
  }
  const { handshakes } = store;
  const ids = async (ask: Parameters<typeof handshakes.list>[0]) => (await handshakes.list(ask)).items.map((row) => row.id);

  expect(await ids({ limit: 5, text: 'host-77.example' })).toEqual(['stranger 77']);
  expect(await ids({ limit: 5, text: 'host-11999.example', cause: 'odd' })).toEqual(['stranger 11999']);
  expect(await ids({ limit: 50, text: 'd2' })).toEqual([]);
  expect(await ids({ limit: 50, client: 'cli' })).toHaveLength(30);
  expect(await ids({ limit: 50, outcomes: ['refused'], cause: 'honest' })).toHaveLength(30);
  // Many ways pass, and the newest of them stands behind more attempts than one page looks at.
  const afterwards = Array.from({ length: 6_000 }, (_, n) =>
    sampleHandshake(`later ${n}`, { at: isoOf(START_MS + 500_000 + n), cause: 'later' }),
  );
  await handshakes.append(afterwards);
  expect(await ids({ limit: 3, cause: 'odd' })).toEqual(['stranger 11999', 'stranger 11998', 'stranger 11997']);

  const { causes, clients, devices } = await handshakes.facets({});
  expect(causes.map(({ value, count }) => [value, count])).toEqual([
    ['odd', CROWD],
    ['later', 6_000],
    ['honest', 30],
  ]);
  expect(devices.map(({ value, count }) => [value, count])).toEqual([['d1', 30]]);
  expect(clients).toHaveLength(300);
  expect(clients[0]).toEqual({ value: 'cli', label: 'cli', count: 30 });
  const within = await handshakes.facets({ from: START_MS - 3_600_000 + 5 * 60_000 + 1, to: START_MS + 8_000 * 5 - 1 });
  expect(within.causes.map(({ value, count }) => [value, count])).toEqual([
    ['odd', 8_000],
    ['honest', 24],
  ]);

  const sum = async (bucketMs: number) => {
    const buckets = await handshakes.histogram({}, { fromMs: START_MS - 3_600_000, toMs: START_MS + 3_600_000, bucketMs });
    return buckets.reduce((total, bucket) => total + bucket.refused, 0);
  };
  expect([await sum(60_000), await sum(3_600_000), await sum(7_000)]).toEqual([ALL, ALL, ALL]);
  expect(await handshakes.countFailuresSince(START_MS)).toBe(ALL - 30);
});
