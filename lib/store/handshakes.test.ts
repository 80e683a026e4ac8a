import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { START_MS, sampleHandshake } from './test-samples.ts';
import { testStore } from './test-store.ts';

const DAY_MS = 86_400_000;
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

describe('the handshake history', () => {
  test('numbers new rows in order and answers only those', async () => {
    const { store } = await testStore();
    const first = await store.handshakes.append([sampleHandshake('a'), sampleHandshake('b'), sampleHandshake('a')]);
    expect(first).toEqual([
      { ...sampleHandshake('a'), seq: 1 },
      { ...sampleHandshake('b'), seq: 2 },
    ]);
    const again = await store.handshakes.append([sampleHandshake('b'), sampleHandshake('c'), sampleHandshake('a', { gateway: 'g2' })]);
    expect(again.map((row) => [row.gateway, row.id, row.seq])).toEqual([
      ['g1', 'c', 3],
      ['g2', 'a', 4],
    ]);
    expect(await store.handshakes.append([])).toEqual([]);
  });

  test('holds each row once, whatever was read again in whatever pieces', async () => {
    const { store } = await testStore();
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('g1', 'g2'), fc.nat({ max: 300 })), { maxLength: 450 }), async (rows) => {
        const added = await store.handshakes.append(rows.map(([gateway, n]) => sampleHandshake(`h${n}`, { gateway })));
        const fresh = [...new Set(rows.map(([gateway, n]) => `${gateway} h${n}`))].filter((key) => !seen.has(key));
        expect(added.map((row) => `${row.gateway} ${row.id}`)).toEqual(fresh);
        for (const key of fresh) seen.add(key);
      }),
      { numRuns: 30 },
    );
    const all = (await store.handshakes.list({ limit: 5000 })).items;
    expect(new Set(all.map((row) => `${row.gateway} ${row.id}`))).toEqual(seen);
    expect(all).toHaveLength(seen.size);
    expect(all.map((row) => row.seq)).toEqual([...all.keys()].map((n) => seen.size - n));
  });

  test('is read backwards from the newest, or forwards from a known row', async () => {
    const { store } = await testStore();
    await store.handshakes.append(['a', 'b', 'c', 'd'].map((id) => sampleHandshake(id)));
    const newest = await store.handshakes.list({ limit: 2 });
    expect([ids(newest.items), newest.cursor]).toEqual([['d', 'c'], '3']);
    expect(ids((await store.handshakes.list({ limit: 2, before: '3' })).items)).toEqual(['b', 'a']);
    const onward = await store.handshakes.list({ limit: 2, after: '1' });
    expect([ids(onward.items), onward.cursor]).toEqual([['b', 'c'], '3']);
    expect(await store.handshakes.list({ limit: 2, after: '4' })).toEqual({ items: [] });
    expect(ids((await store.handshakes.list({ limit: 9, gateway: 'g9' })).items)).toEqual([]);
  });

  test('counts failures, not admissions, notes or gaps', async () => {
    const { store } = await testStore();
    const outcomes = ['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap'] as const;
    await store.handshakes.append(outcomes.map((outcome) => sampleHandshake(outcome, { outcome })));
    await store.handshakes.append([sampleHandshake('early', { at: isoOf(START_MS - 1) })]);
    expect(await store.handshakes.countFailuresSince(START_MS)).toBe(4);
  });

  test('forgets what is too old, then what is too much, oldest first', async () => {
    const { store } = await testStore();
    await store.handshakes.append(
      Array.from({ length: 1300 }, (_, n) => sampleHandshake(`h${n}`, { at: isoOf(n < 600 ? START_MS - 31 * DAY_MS : START_MS) })),
    );
    expect(await store.handshakes.prune({ maxRows: 1000, maxAgeMs: 30 * DAY_MS }, START_MS)).toBe(600);
    expect(await store.handshakes.prune({ maxRows: 50, maxAgeMs: 30 * DAY_MS }, START_MS)).toBe(650);
    const left = (await store.handshakes.list({ limit: 5000 })).items;
    expect([left.length, left.at(0)?.id, left.at(-1)?.id]).toEqual([50, 'h1299', 'h1250']);
    const [next] = await store.handshakes.append([sampleHandshake('new')]);
    expect(next?.seq).toBe(1301);
  });
});
