// The chunked list behind the log: order, folding and cutting, whatever the order of arrival.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { handshakeOf } from '../live/fixtures.ts';
import { createRowList, type Rows } from './row-list.ts';

const all = (rows: Rows): HandshakeView[] => Array.from({ length: rows.length }, (_, i) => rows.at(i)).filter((row) => row !== undefined);
const seqs = (rows: Rows) => all(rows).map(({ seq }) => seq);
const ofRun = (seq: number, run: number, count: number) =>
  handshakeOf(seq, 'refused', { run: { id: run, count, firstAt: '2026-01-01T12:00:00.000Z' } });

test('rows stand newest first, each once, in whatever batches and order they arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 700 }), { maxLength: 6 }), (batches) => {
      const list = createRowList({ fold: false });
      for (const batch of batches) list.enter(batch.map((seq) => handshakeOf(seq)));
      const expected = [...new Set(batches.flat())].sort((a, b) => b - a);
      expect(seqs(list.get())).toEqual(expected);
      for (const seq of [0, 500, 1_500, 3_001]) expect(list.get().newerThan(seq)).toBe(expected.filter((other) => other > seq).length);
    }),
    { numRuns: 40 },
  );
});

test('a folded run is one row: its newest attempt, with the largest count that was told', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 5 })), { maxLength: 300 }), (arrivals) => {
      const list = createRowList({ fold: true });
      const told = new Map<number, { newest: number; count: number }>();
      for (const [n, run] of arrivals) {
        const seq = n * 10 + run;
        const before = told.get(run);
        told.set(run, { newest: Math.max(seq, before?.newest ?? 0), count: Math.max(n + 1, before?.count ?? 0) });
        list.enter([ofRun(seq, run, n + 1)]);
      }
      const rows = all(list.get()).map(({ seq, run }) => [run.id, seq, run.count]);
      const expected = [...told].map(([run, { newest, count }]) => [run, newest, count]).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0));
      expect(rows).toEqual(expected);
      for (const [run, { newest }] of told) expect(list.get().ofRun(run)?.seq).toBe(newest);
    }),
    { numRuns: 60 },
  );
});

test('admissions, notes and gaps are never folded away', () => {
  for (const outcome of ['admitted', 'note', 'gap'] as const) {
    const list = createRowList({ fold: true });
    list.enter([1, 2, 3].map((seq) => handshakeOf(seq, outcome, { run: { id: 1, count: 1, firstAt: '' } })));
    expect(list.get().length).toBe(3);
  }
});

test('cutting takes the oldest rows and answers them', () => {
  const list = createRowList({ fold: false });
  list.enter(Array.from({ length: 2_000 }, (_, seq) => handshakeOf(seq)));
  const dropped = list.cutTo(700);
  expect(seqs(list.get())).toEqual(Array.from({ length: 700 }, (_, i) => 1_999 - i));
  expect(dropped.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 1_300 }, (_, seq) => seq));
});

test('a snapshot does not change when more rows enter', () => {
  const list = createRowList({ fold: false });
  list.enter([handshakeOf(1), handshakeOf(3)]);
  const before = list.get();
  list.enter([handshakeOf(2), handshakeOf(4)]);
  expect(seqs(before)).toEqual([3, 1]);
});
