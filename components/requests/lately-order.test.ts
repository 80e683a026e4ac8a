// Decisions on nodes stand among those on devices, by when each ended.
import { expect, test } from 'vitest';
import { decisionOf, nodeDecisionOf, requestOf } from '../live/fixtures.ts';
import { latelyOrder } from './lately-order.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString();

test('devices, nodes and what expired stand in one order, newest first by their end', () => {
  const lines = latelyOrder({
    decided: [
      { ...decisionOf('d1'), at: at(1), answeredAt: at(9) },
      { ...decisionOf('d2'), at: at(4), answeredAt: at(4) },
    ],
    nodes: [nodeDecisionOf('n1', { at: at(2), answeredAt: at(6) }), nodeDecisionOf('n2', { at: at(10), state: 'asking' })],
    expired: [{ request: requestOf('r'), atMs: Date.parse(at(5)) }],
  });
  expect(lines.map(({ key }) => key)).toEqual(['node n2', 'd1', 'node n1', 'expired r', 'd2']);
});

test('ten lines stand, whatever they are of', () => {
  const many = Array.from({ length: 12 }, (_, n) => nodeDecisionOf(`n${n}`, { at: at(n) }));
  const lines = latelyOrder({ decided: [{ ...decisionOf('d'), at: at(11), answeredAt: at(30) }], nodes: many, expired: [] });
  expect(lines).toHaveLength(10);
  expect(lines.map(({ key }) => key).slice(0, 2)).toEqual(['d', 'node n11']);
});
