// What a node holds is told by the gateway's list of nodes, the gravest first, and is unknown where that list says nothing.
import { expect, test } from 'vitest';
import { readNodeList } from '../gateway/node-records.ts';
import { nodeHolding } from './node-holding.ts';

const list = readNodeList({
  paired: [{ nodeId: 'n1', commands: ['system.notify', 'system.run', 'camera.snap'], caps: [], approvedAtMs: 1000 }],
  pending: [{ requestId: 'r', nodeId: 'n2', commands: ['system.run'], caps: [], ts: 1 }],
});
const newer = { protocol: 4, unread: undefined, ourTime: (ms: number) => ms + 500 };
const older = { ...newer, protocol: 3 };

test('its commands stand by danger, the gravest first, with when they were approved by our clock', () => {
  const { groups, approvedAt, note } = nodeHolding('n1', list, newer);
  expect(groups?.map(({ danger, commands }) => [danger, commands])).toEqual([
    ['any-command', ['system.run']],
    ['watching', ['camera.snap']],
    ['notice', ['system.notify']],
  ]);
  expect(approvedAt).toBe('1970-01-01T00:00:01.500Z');
  expect(note).toBeUndefined();
});

test('a node that nobody approved holds nothing on 2026.9.x, and nobody knows what on 2026.4.14, which says that it runs all the same', () => {
  expect(nodeHolding('n2', list, newer)).toMatchObject({ groups: [], waits: [{ danger: 'any-command' }] });
  const there = nodeHolding('n2', list, older);
  expect(there).not.toHaveProperty('groups');
  expect(there.note).toContain('whether that was approved or not');
});

test('a list that was not read, or in part only, is no empty holding', () => {
  expect(nodeHolding('n1', undefined, { ...newer, unread: 'It does not list them.' })).toEqual({ note: 'It does not list them.' });
  expect(nodeHolding('n3', { ...list, unread: 1 }, newer)).not.toHaveProperty('groups');
});
