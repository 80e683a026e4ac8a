// A person sees what stands between a request and the next better proof, and nothing at the best that its key can have.
import { expect, test } from 'vitest';
import { honest, judged, type Situation } from '#lib/testing/situation.ts';
import { nextGrade } from './grade.ts';

const unseen = (s: Situation): Situation => ({ ...s, peers: { ...s.peers, sightings: [] } });
const outOfReach = (s: Situation): Situation => ({ ...s, peers: { reach: 'none', gatewayUid: undefined, sightings: [] } });

test('nothing better than a seen socket', () => {
  expect(nextGrade(judged(honest('host-key')))).toBeUndefined();
  expect(nextGrade(judged(honest('loopback')))).toBeUndefined();
});

test('a missed socket stands in the way on the gateway’s host', () => {
  expect(nextGrade(judged(unseen(honest('host-key'))))).toEqual({
    grade: 'host key',
    missing: ['Peer: The caller’s socket was gone before it could be seen.'],
  });
});

test('where sockets are out of reach the log alone proves, and the socket is the next grade', () => {
  expect(nextGrade(judged(outOfReach(honest('loopback'))))).toMatchObject({ grade: 'loopback, the caller’s socket seen' });
  expect(nextGrade(judged(outOfReach({ ...honest('loopback'), statement: false })))?.missing).toEqual([
    'Statement: Nobody has said that no proxy or tunnel stands in front.',
  ]);
});

test('statement and pairing are asked of loopback only, and another key is never told to become the host key', () => {
  const bare = { statement: false, provenance: undefined };
  expect(nextGrade(judged(unseen({ ...honest('host-key'), ...bare })))?.missing).toHaveLength(1);
  expect(nextGrade(judged({ ...honest('loopback'), ...bare }))).toMatchObject({
    grade: 'loopback',
    missing: [/^Statement/, /^Pairing/].map((r) => expect.stringMatching(r)),
  });
});

test('each fact shows the records that it stands on, newest last, two at most', () => {
  const facts = judged(honest('host-key')).facts;
  const of = (name: string) => facts.find((f) => f.name === name)?.records ?? [];
  expect(of('attempts')).toHaveLength(2);
  expect(of('attempts')[1]).toContain('device access upgrade requested');
  expect(of('records')[1]).toContain('closed before connect');
  expect(of('peer')[1]).toMatch(/socket 127\.0\.0\.1:\d+ to 127\.0\.0\.1, user id \d+, another process/);
});
