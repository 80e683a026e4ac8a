// Node requests and decisions on them.
import { nodeDecisionListQuery } from '../../routes/node-requests.ts';
import { DECIDING, gives, type Operation } from './operation.ts';

export const NODES: readonly Operation[] = [
  {
    method: 'GET',
    path: '/node-requests',
    tag: 'requests',
    summary: 'Nodes that wait for their commands to be approved',
    text: 'The gateways keep them beside device requests, with ids of their own, and no rule ever decides them. A gateway whose queue cannot be read stands in `gaps`: what waits there is not known.',
    access: 'viewer',
    answers: gives('NodeRequestPage', 'All that waits.'),
  },
  {
    method: 'GET',
    path: '/node-decisions',
    tag: 'requests',
    summary: 'Decisions on the commands of nodes, newest first',
    access: 'viewer',
    query: nodeDecisionListQuery,
    answers: gives('NodeDecisionPage', 'One page.'),
    problems: ['store-unwritable'],
  },
  {
    method: 'POST',
    path: '/node-requests/{gateway}/{requestId}/approve',
    tag: 'requests',
    summary: 'Let a node run exactly the commands that were seen',
    text: 'The body names the node, its commands and its capabilities as they were read, and in `confirm` each grave group once more. If the node asks for anything else by then, nothing is approved and the answer is `request-changed` with `nodeRequest`, what it asks now. What the node holds is read back: `mismatch` means that the gateway gave it something else. With `gateway-down` nobody knows yet: it stays `asking` and is settled by a later list, never repeated.',
    access: 'approver',
    body: 'NodeDecisionInput',
    answers: gives('NodeDecisionView', 'What really happened.'),
    problems: [...DECIDING, 'gateway-limited'],
  },
  {
    method: 'POST',
    path: '/node-requests/{gateway}/{requestId}/reject',
    tag: 'requests',
    summary: 'Reject the commands that a node asks for',
    text: 'Bound as an approval is. On 2026.4.14 the commands of a paired node run whatever is decided: `regardless` says so.',
    access: 'approver',
    body: 'NodeDecisionInput',
    answers: gives('NodeDecisionView', 'What really happened.'),
    problems: [...DECIDING, 'gateway-limited'],
  },
];
