// The cached list of nodes after rows of the bridge.
import { expect, test } from 'vitest';
import type { NodeRequestPage, NodeRequestView } from '#lib/api/node-shapes.ts';
import { nodeRequestsAfter } from './node-requests.ts';

const request = (requestId: string, gateway = 'g1'): NodeRequestView => ({
  gateway,
  gatewayName: gateway,
  requestId,
  nodeId: 'a1'.repeat(32),
  caps: [],
  commands: [],
  groups: [],
  adds: [],
  requiredScopes: [],
  devicePaired: true,
  at: '2026-11-23T00:00:00.000Z',
  confirm: [],
});
const page: NodeRequestPage = { items: [request('r1'), request('r2')], freshness: { state: 'live' }, gaps: [] };

test('a row replaces its own in place, a new one goes on top, one that is gone goes, on its own gateway only', () => {
  const changed = { ...request('r2'), commands: ['system.run'] };
  expect(nodeRequestsAfter(page, { topic: 'node-requests', op: 'set', item: changed }).items).toEqual([request('r1'), changed]);
  expect(nodeRequestsAfter(page, { topic: 'node-requests', op: 'set', item: request('r1', 'g2') }).items).toHaveLength(3);
  expect(nodeRequestsAfter(page, { topic: 'node-requests', op: 'gone', gateway: 'g1', requestId: 'r1' }).items).toEqual([request('r2')]);
  expect(nodeRequestsAfter(page, { topic: 'node-requests', op: 'gone', gateway: 'g2', requestId: 'r1' })).toBe(page);
});

test('changes of other lists leave the very same page', () => {
  expect(nodeRequestsAfter(page, { topic: 'requests', op: 'gone', gateway: 'g1', requestId: 'r1' })).toBe(page);
});
