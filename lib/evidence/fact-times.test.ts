// How often each fact was had in time: counted per judgement, over the last ones only, and read from what a judgement really says.
import { expect, test } from 'vitest';
import { ATTEMPTS, honest, judged, type Situation, sighting } from '#lib/testing/situation.ts';
import { createFactTimes, outcomesOf, TIMED_FACTS } from './fact-times.ts';

const of = (times: ReturnType<typeof createFactTimes>, fact: string) => times.summary().find((s) => s.fact === fact);

test('nothing noted: every fact has its row, without a time', () => {
  const summary = createFactTimes({ now: () => 0 }).summary();
  expect(summary.map((s) => s.fact)).toEqual(TIMED_FACTS);
  for (const row of summary) expect(row).toMatchObject({ had: 0, missed: 0, medianMs: undefined, p95Ms: undefined, lastMissed: undefined });
});

test('had, missed and not applicable are counted apart, with median, 95th percentile and the last miss', () => {
  let now = 0;
  const times = createFactTimes({ now: () => now });
  for (let n = 1; n <= 100; n += 1) {
    now = n * 1000;
    times.note(`a${n}`, {
      peer: n % 10 === 0 ? { had: false, why: `miss ${n}` } : { had: true, ms: n },
      canary: n > 50 ? { had: true, ms: 6 } : undefined,
    });
  }
  expect(of(times, 'peer')).toEqual({
    fact: 'peer',
    had: 90,
    missed: 10,
    medianMs: 49,
    p95Ms: 95,
    lastMissed: 'miss 100',
    lastMissedAtMs: 100_000,
  });
  expect(of(times, 'canary')).toMatchObject({ had: 50, missed: 0, medianMs: 6, lastMissedAtMs: undefined });
  expect(of(times, 'config')).toMatchObject({ had: 0, missed: 0 });
});

test('only the last judgements count', () => {
  const times = createFactTimes({ now: () => 0, keep: 3 });
  times.note('a', { peer: { had: false, why: 'gone' } });
  for (const key of ['b', 'c', 'd']) times.note(key, { peer: { had: true, ms: 4 } });
  expect(of(times, 'peer')).toMatchObject({ had: 3, missed: 0, lastMissed: undefined });
});

test('looking at the same request again does not count it twice, and what was had in time stays so', () => {
  let now = 5;
  const times = createFactTimes({ now: () => now });
  times.note('a', { peer: { had: true, ms: 4 }, canary: { had: false, why: 'late' } });
  now = 9;
  times.note('a', { peer: { had: true, ms: 400 }, canary: { had: true, ms: 7 }, config: { had: false, why: 'unread' } });
  expect(of(times, 'peer')).toMatchObject({ had: 1, medianMs: 4 });
  expect(of(times, 'canary')).toMatchObject({ had: 1, missed: 0 });
  expect(of(times, 'config')).toMatchObject({ missed: 1, lastMissed: 'unread', lastMissedAtMs: 5 });
});

/** A request as it is judged, and what its judgement tells. The newest attempt's socket stood for 20 ms. */
function told(change: (s: Situation) => Situation, over: Partial<Parameters<typeof outcomesOf>[0]> = {}) {
  const situation = change(honest('host-key'));
  const { facts, attempts } = judged(situation);
  const close = attempts.at(-1)?.close;
  return outcomesOf({
    facts,
    peerInReach: situation.peers.reach === 'proc',
    whole: true,
    recordMs: 7,
    newest: close && { ...close, durationMs: 20 },
    sightings: situation.peers.sightings,
    canary: { read: true, ms: 6 },
    configMs: 1,
    ...over,
  });
}

test('an honest request tells that each fact was there, the socket from the moment it opened', () => {
  const openedAt = ATTEMPTS[1].closeAt - 20;
  expect(told((s) => s)).toEqual({
    peer: { had: true, ms: ATTEMPTS[1].auditAt + 3 - openedAt },
    canary: { had: true, ms: 6 },
    record: { had: true, ms: 7 },
    config: { had: true, ms: 1 },
  });
});

test('a socket that nobody saw in time is missed; one out of reach, or none to look for, does not apply', () => {
  expect(told((s) => ({ ...s, peers: { ...s.peers, sightings: s.peers.sightings.slice(0, 1) } })).peer).toEqual({
    had: false,
    why: 'The caller’s socket was gone before it could be seen.',
  });
  expect(told((s) => ({ ...s, peers: { ...s.peers, reach: 'none' } })).peer).toBeUndefined();
  expect(told((s) => s, { newest: undefined }).peer).toBeUndefined();
});

test('a caller of another user was seen, which is what is asked here', () => {
  const foreign = sighting(ATTEMPTS[1].remotePort, ATTEMPTS[1].auditAt, { uid: 33 });
  expect(told((s) => ({ ...s, peers: { ...s.peers, sightings: [foreign] } })).peer).toMatchObject({ had: true });
});

test('a missing record, a gap, a lost canary and an unread configuration are missed, each in its own words', () => {
  expect(told((s) => ({ ...s, lines: s.lines.toSpliced(-2, 1) }), { whole: false }).record).toEqual({
    had: false,
    why: 'An attempt has no close record.',
  });
  expect(told((s) => ({ ...s, source: 'none' })).record).toEqual({ had: false, why: 'The gateway’s log cannot be read.' });
  const lost = { read: false, why: 'its close record never stood in the log' } as const;
  expect(told((s) => ({ ...s, canary: lost }), { canary: lost }).canary).toMatchObject({
    had: false,
    why: expect.stringContaining('never'),
  });
  expect(told((s) => s, { canary: undefined }).canary).toBeUndefined();
  expect(told((s) => ({ ...s, config: undefined })).config).toMatchObject({ had: false });
  expect(told((s) => s, { configMs: undefined }).config).toBeUndefined();
});
