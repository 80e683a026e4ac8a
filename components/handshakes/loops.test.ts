// Folding retry loops without losing a row.
import { expect, test } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { handshakeOf } from '../live/fixtures.ts';
import { foldLoops, loopPeriodMs } from './loops.ts';

const newestFirst = (items: HandshakeView[]) => [...items].sort((a, b) => b.seq - a.seq);
const run = (seqs: number[], over: Partial<HandshakeView> = {}) => seqs.map((seq) => handshakeOf(seq, 'refused', over));

test('the same device failing the same way becomes one row with its count and rate', () => {
  const [row, ...rest] = foldLoops(newestFirst(run([0, 1, 2, 3])));
  expect(rest).toEqual([]);
  expect(row?.kind === 'loop' && row.items.length).toBe(4);
  expect(row?.kind === 'loop' && loopPeriodMs(row)).toBe(1_000);
});

test('two loops that run at once stay two', () => {
  const rows = foldLoops(newestFirst([...run([0, 2, 4]), ...run([1, 3, 5], { deviceId: 'device-b' })]));
  expect(rows.map((row) => [row.kind, row.item.deviceId])).toEqual([
    ['loop', 'device-b'],
    ['loop', 'device-a'],
  ]);
});

test('another cause, a long pause, or only two attempts make no loop', () => {
  expect(foldLoops(newestFirst([...run([0, 1]), ...run([2], { cause: 'unauthorized' })])).map((row) => row.kind)).toEqual([
    'one',
    'one',
    'one',
  ]);
  expect(foldLoops(newestFirst(run([0, 200, 400]))).map((row) => row.kind)).toEqual(['one', 'one', 'one']);
});

test('admissions, notes and gaps are never folded away', () => {
  for (const outcome of ['admitted', 'note', 'gap'] as const) {
    expect(foldLoops([3, 2, 1].map((seq) => handshakeOf(seq, outcome)))).toHaveLength(3);
  }
});

test('every handshake is in exactly one row', () => {
  const items = newestFirst([
    ...run([0, 1, 2, 5, 9]),
    ...run([3, 4], { deviceId: 'device-b' }),
    handshakeOf(6, 'gap'),
    ...run([7, 8, 10], { cause: 'x' }),
  ]);
  const held = foldLoops(items).flatMap((row) => (row.kind === 'loop' ? [...row.items] : [row.item]));
  expect(newestFirst(held)).toEqual(items);
  expect(new Set(held).size).toBe(items.length);
});

test('a growing loop keeps its key, so that its open panel stays', () => {
  const key = foldLoops(newestFirst(run([0, 1, 2])))[0]?.key;
  expect(foldLoops(newestFirst(run([0, 1, 2, 3])))[0]?.key).toBe(key);
});
