// A request that nobody answered leaves a trace; one that was decided or swapped by a retry leaves none here.
import { expect, test } from 'vitest';
import { decisionOf, overviewOf, requestOf } from '../live/fixtures.ts';
import { expiredAfter, unanswered } from './expired.ts';

const request = requestOf('a');
const overview = overviewOf({ requests: { items: [request], freshness: { state: 'live' } } });
const gone = { topic: 'requests', op: 'gone', gateway: 'home', requestId: 'a' } as const;
const END_MS = Date.parse(request.expiresAt);

test('a request that goes when its time is up expired', () => {
  expect(expiredAfter([], overview, gone, END_MS)).toEqual([{ request, atMs: END_MS }]);
});

test('one that goes long before its time did not expire: it was decided, withdrawn or replaced', () => {
  expect(expiredAfter([], overview, gone, END_MS - 60_000)).toEqual([]);
});

test('it is not told as unanswered when a decision came, nor while its device waits again', () => {
  const expired = [{ request, atMs: END_MS }];
  const none = { requests: { items: [] }, decided: [] };
  expect(unanswered(expired, none)).toEqual(expired);
  expect(unanswered(expired, { ...none, decided: [decisionOf('a')] })).toEqual([]);
  expect(unanswered(expired, { ...none, requests: { items: [requestOf('a2', 'home', { deviceId: request.deviceId })] } })).toEqual([]);
});
