// Requests and what was decided on them.
import { stateQuery } from '../queries.ts';
import { DECIDING, gives, type Operation } from './operation.ts';

export const REQUESTS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/requests',
    tag: 'requests',
    summary: 'What waits, or what was decided',
    text: '`state=pending` answers every waiting request; `limit` and `before` are for `state=decided`, newest first.',
    access: 'viewer',
    query: stateQuery,
    answers: { status: 200, schema: ['RequestPage', 'DecisionPage'], text: 'RequestPage for `pending`, DecisionPage for `decided`.' },
  },
  {
    method: 'POST',
    path: '/requests/{gateway}/{requestId}/approve',
    tag: 'requests',
    summary: 'Approve exactly what was seen',
    text: 'The body names key, roles and scopes as they were read. If the gateway holds anything else by then, nothing is approved and the answer is `request-changed` with the new state. If the client asked again with exactly this content, the decision goes to its newer request and says so. A decision that the gateway refused is answered with 200 and state `failed`; state `undone` means that it granted something else, which was taken back.',
    access: 'approver',
    body: 'Seen',
    answers: gives('DecisionView', 'What really happened.'),
    problems: [...DECIDING, 'person-required'],
  },
  {
    method: 'POST',
    path: '/requests/{gateway}/{requestId}/reject',
    tag: 'requests',
    summary: 'Reject exactly what was seen',
    text: 'Rules leave a rejected key alone until a person approves it.',
    access: 'approver',
    body: 'Seen',
    answers: gives('DecisionView', 'What really happened.'),
    problems: DECIDING,
  },
];
