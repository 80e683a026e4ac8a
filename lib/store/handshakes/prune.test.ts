import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { isoOf } from '../../clock.ts';
import { START_MS, sampleHandshake } from '../test-samples.ts';
import { testStore } from '../test-store.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT = { maxRows: 1e9, maxAgeMs: 1e12, maxBytes: 1e15 };
const rows = (count: number, over: (n: number) => Parameters<typeof sampleHandshake>[1]) =>
  Array.from({ length: count }, (_, n) => sampleHandshake(`h${n}`, over(n)));

/** What the tables hold, counted the slow way. */
function counted(folder: string) {
  const db = new DatabaseSync(join(folder, 'handshakes.db'), { readOnly: true });
  try {
    const one = (text: string) => Object.values(db.prepare(text).get() ?? {})[0];
    return {
      rows: one('select count(*) from handshakes'),
      evidence: one('select count(*) from evidence'),
      totals: { ...db.prepare('select rows, ways, bytes from totals').get() },
      ways: one('select count(*) from ways'),
      onWays: one('select coalesce(sum(n), 0) from ways'),
      bytes: one('select (select coalesce(sum(octet_length(body)), 0) from evidence) + (select coalesce(sum(bytes), 0) from ways)'),
      lost: one('select count(*) from handshakes h left join runs r on r.id = h.run where r.id is null'),
      deadRuns: one('select count(*) from runs where id not in (select run from handshakes)'),
      tallies: db
        .prepare('select sum(n) as n from tallies group by span')
        .all()
        .map((row) => row.n),
      wrong: one(`select count(*) from tallies t where n <> (select count(*) from handshakes h where h.way = t.way
        and h.seq / 4096 / 60000 >= t.start and h.seq / 4096 / 60000 < t.start + t.span)`),
    };
  } finally {
    db.close();
  }
}

function expectSound(folder: string, left: number) {
  const found = counted(folder);
  expect(found).toMatchObject({ rows: left, evidence: left, onWays: left, lost: 0, deadRuns: 0, wrong: 0 });
  expect(found.totals).toEqual({ rows: left, ways: found.ways, bytes: found.bytes });
  expect(found.tallies).toEqual(left === 0 ? [] : [left, left, left]);
}

test('forgets what is too old, then what is too much, oldest first, and every count stays right', async () => {
  const { store, folder } = await testStore();
  await store.handshakes.append(
    rows(1300, (n) => ({
      at: isoOf((n < 600 ? START_MS - 31 * DAY_MS : START_MS) + n * 700),
      cause: `cause ${n % 13}`,
      deviceId: `d${n % 400}`,
    })),
  );
  expectSound(folder, 1300);
  expect(await store.handshakes.prune({ ...NO_LIMIT, maxAgeMs: 30 * DAY_MS }, START_MS)).toBe(600);
  expectSound(folder, 700);
  expect(await store.handshakes.prune({ ...NO_LIMIT, maxRows: 50 }, START_MS)).toBe(650);
  expectSound(folder, 50);
  const left = (await store.handshakes.list({ limit: 5000 })).items;
  expect([left.length, left.at(0)?.id, left.at(-1)?.id]).toEqual([50, 'h1299', 'h1250']);
  const { causes } = await store.handshakes.facets({});
  expect(causes.reduce((sum, cause) => sum + cause.count, 0)).toBe(50);
  expect(await store.handshakes.countFailuresSince(0)).toBe(50);
  expect(await store.handshakes.prune({ ...NO_LIMIT, maxRows: 0 }, START_MS)).toBe(50);
  expectSound(folder, 0);
  expect(await store.handshakes.append(rows(3, () => ({})))).toHaveLength(3);
  expectSound(folder, 3);
});

test('forgets the oldest when callers and records say more than there is room for', async () => {
  const { store, folder } = await testStore();
  const evidence = { facts: {}, timeline: [], raw: ['x'.repeat(10_000)] };
  await store.handshakes.append(rows(300, (n) => ({ at: isoOf(START_MS + n), evidence, host: `host ${n} ${'y'.repeat(150)}` })));
  await store.handshakes.prune({ ...NO_LIMIT, maxBytes: 1_000_000 }, START_MS);
  const { totals, rows: left } = counted(folder);
  expect(totals.bytes).toBeLessThanOrEqual(1_000_000);
  expect(totals.bytes).toBeGreaterThan(800_000);
  expect((await store.handshakes.list({ limit: 5000 })).items.map((row) => row.id)).toEqual(
    Array.from({ length: Number(left) }, (_, n) => `h${299 - n}`),
  );
});

test('reading, writing and everything else go on while much is forgotten', async () => {
  const { store, folder } = await testStore();
  await store.handshakes.append(rows(3000, (n) => ({ at: isoOf(START_MS + n) })));
  let done = false;
  const pruning = store.handshakes.prune({ ...NO_LIMIT, maxRows: 1000 }, START_MS).finally(() => {
    done = true;
  });
  let turns = 0;
  while (!done) {
    expect((await store.handshakes.list({ limit: 1 })).items).toHaveLength(1);
    await store.notes.set('console', 'turn', turns);
    await store.handshakes.append([sampleHandshake(`during ${turns}`, { at: isoOf(START_MS + 5000 + turns) })]);
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(turns).toBeGreaterThan(5);
  await pruning;
  await store.handshakes.prune({ ...NO_LIMIT, maxRows: 1000 }, START_MS);
  expectSound(folder, 1000);
});
