// The practice node queue behaves as frames of 2026.4.14 show: one id while it asks, five minutes, admin for system.run, a token in clear.
import { expect, test } from 'vitest';
import { counter } from '#lib/testing/counter.ts';
import { createNodePairing } from './nodes.ts';

const ID = 'a1'.repeat(32);
const PAIRING = ['operator.pairing'];
const client = { id: 'node-host', version: '1.2.3', platform: 'linux', mode: 'node', displayName: 'Build box' } as const;

function queue() {
  const next = counter();
  let now = 1_000;
  const nodes = createNodePairing({ now: () => now, id: () => `r${next()}`, token: () => 'a-token' });
  return {
    nodes,
    offers: (...commands: string[]) => nodes.seen({ client, caps: ['system'], commands }, ID),
    later: (ms: number) => {
      now += ms;
    },
  };
}

test('other commands take the place of those before under the same id, without another event', () => {
  const { nodes, offers } = queue();
  const first = offers('system.notify');
  const second = offers('system.run', 'system.notify');
  expect([first.created, second.created, second.request.requestId]).toEqual([true, false, first.request.requestId]);
  expect(nodes.pending().map(({ commands }) => commands)).toEqual([['system.run', 'system.notify']]);
});

test('system.run wants admin of the approver, other commands write', () => {
  const { nodes, offers } = queue();
  const { requestId } = offers('system.notify').request;
  expect(nodes.pending()[0]?.requiredApproveScopes).toEqual(['operator.pairing', 'operator.write']);
  offers('system.run');
  expect(nodes.pending()[0]?.requiredApproveScopes).toEqual(['operator.pairing', 'operator.admin']);
  expect(nodes.approve(requestId, [...PAIRING, 'operator.write'])).toEqual({ kind: 'forbidden', message: 'missing scope: operator.admin' });
  expect(nodes.approve(requestId, ['operator.admin'])).toMatchObject({ kind: 'approved', node: { nodeId: ID, token: 'a-token' } });
  expect(nodes.approve(requestId, ['operator.admin'])).toEqual({ kind: 'unknown' });
});

test('an approved node asks again only for more', () => {
  const { nodes, offers } = queue();
  nodes.approve(offers('system.run', 'system.notify').request.requestId, ['operator.admin']);
  expect(offers('system.run').created).toBe(false);
  expect(nodes.pending()).toEqual([]);
  expect(offers('system.run', 'browser.proxy').created).toBe(true);
  expect(nodes.pending()).toHaveLength(1);
  expect(nodes.paired()[0]?.commands).toEqual(['system.run', 'system.notify']);
});

test('a request ends five minutes after the node connected last, or by a rejection', () => {
  const { nodes, offers, later } = queue();
  const { requestId } = offers('system.run').request;
  later(300_000);
  expect(nodes.pending()).toHaveLength(1);
  later(1);
  expect(nodes.pending()).toEqual([]);
  expect(nodes.reject(requestId)).toBeUndefined();
  expect(nodes.reject(offers('system.run').request.requestId)).toBe(ID);
  expect(nodes.pending()).toEqual([]);
});
