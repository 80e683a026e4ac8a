// A node card outlives its request with what became of it, and an older decision on the machine is none on this request.
import { expect, test } from 'vitest';
import type { NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { STAYS_DECIDED_MS, STAYS_VANISHED_MS } from '../requests/cards.ts';
import { nextNodeCards } from './node-cards.ts';
import { commandsShort, meaning, nodeOutcome } from './node-words.ts';

const AT = Date.parse('2026-11-23T00:00:00.000Z');
const request: NodeRequestView = {
  gateway: 'g1',
  gatewayName: 'this host',
  requestId: 'r1',
  nodeId: 'a1'.repeat(32),
  caps: ['system'],
  commands: ['system.run', 'system.notify'],
  groups: [
    { danger: 'any-command', title: 'Any command', text: '', commands: ['system.run'] },
    { danger: 'notice', title: 'Shows', text: '', commands: ['system.notify'] },
  ],
  adds: ['system.run', 'system.notify'],
  requiredScopes: ['operator.pairing', 'operator.admin'],
  devicePaired: true,
  at: new Date(AT).toISOString(),
  confirm: ['any-command'],
};
const decision: NodeDecisionView = {
  id: 'd1',
  gateway: 'g1',
  nodeId: request.nodeId,
  action: 'approve',
  by: 'operator',
  at: new Date(AT + 1000).toISOString(),
  answeredAt: new Date(AT + 1100).toISOString(),
  commands: request.commands,
  state: 'approved',
  outcome: 'Approved.',
};

test('a decided card stands for a while with its outcome, then goes', () => {
  const [first] = [nextNodeCards([], [request], [], AT)];
  const ended = nextNodeCards(first ?? [], [], [decision], AT + 1200);
  expect(ended).toEqual([{ key: `g1/${request.nodeId}`, request, decision, goneAtMs: AT + 1200 }]);
  expect(nextNodeCards(ended, [], [decision], AT + 1300)).toBe(ended);
  expect(nextNodeCards(ended, [], [decision], AT + 1200 + STAYS_DECIDED_MS)).toEqual([]);
});

test('a decision of before the request is not shown as its end', () => {
  const old = { ...decision, answeredAt: new Date(AT - 1).toISOString(), at: new Date(AT - 2).toISOString() };
  const ended = nextNodeCards(nextNodeCards([], [request], [], AT), [], [old], AT + 10);
  expect(ended[0]?.decision).toBeUndefined();
  expect(nextNodeCards(ended, [], [old], AT + 10 + STAYS_VANISHED_MS)).toEqual([]);
});

test('an unanswered decision keeps its card; a node that asks again takes its place', () => {
  const asking: NodeDecisionView = { ...decision, state: 'asking' };
  const ended = nextNodeCards(nextNodeCards([], [request], [], AT), [], [asking], AT + 2000);
  expect(nextNodeCards(ended, [], [asking], AT + 3_600_000)).toBe(ended);
  const again = { ...request, requestId: 'r2' };
  expect(nextNodeCards(ended, [again], [asking], AT + 5000)).toEqual([{ key: `g1/${request.nodeId}`, request: again }]);
});

test('what approving means is said with the command that gives most', () => {
  expect(meaning(request)).toContain('system.run means any command on that machine.');
  expect(meaning({ ...request, groups: request.groups.slice(1) })).not.toContain('any command');
});

test('a line names what gives most first and counts the rest; a node that got something else is red', () => {
  expect(commandsShort(['camera.snap', 'system.run', 'location.get'])).toEqual({ first: 'system.run', more: ' and 2 more' });
  expect(commandsShort([])).toEqual({ first: 'no commands', more: '' });
  expect(commandsShort(['a\u202eb']).first).not.toContain('\u202e');
  expect(nodeOutcome({ state: 'mismatch', action: 'approve' }).tone).toBe('red');
  expect(nodeOutcome({ state: 'failed', action: 'reject' }).word).toBe('not rejected');
});
