// Trouble without a row: said when it is there, with what mends it and when it ends, and not said when it is not.
import { describe, expect, test } from 'vitest';
import { clockDelta } from '../gateway/clock-delta.ts';
import { type TroubleInput, troubleOf } from './trouble.ts';
import { locksInForce, type RateLimits, type RefusedSignIn, refusedSignIn } from './trouble-locks.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const input = (over: Partial<TroubleInput> = {}, log: Partial<TroubleInput['log']> = {}): TroubleInput => ({
  now: NOW,
  live: true,
  protocol: 4,
  log: { source: 'raw', problem: undefined, gaps: [], lastAt: NOW, otherPorts: [], throttled: undefined, ...log },
  canary: { read: true },
  logLevel: 'info',
  clock: clockDelta(NOW, NOW, NOW),
  restart: undefined,
  locks: [],
  unstored: undefined,
  ...over,
});
const codes = (over: Partial<TroubleInput>, log: Partial<TroubleInput['log']> = {}) =>
  troubleOf(input(over, log)).map((t) => [t.code, t.severity]);

describe('the log', () => {
  test('that can be read and speaks is no trouble', () => {
    expect(troubleOf(input())).toEqual([]);
  });

  test('that cannot be read is serious, with the reason', () => {
    const problem = 'The log file cannot be used as proof: it is not a regular file.';
    expect(troubleOf(input({ canary: { read: false, why: 'nothing came' } }, { source: 'none', problem }))).toMatchObject([
      { code: 'log-unreadable', severity: 'serious', text: problem },
    ]);
  });

  test.each([
    [4, 'warn', [['log-level', 'warning']]],
    [4, 'error', [['log-level', 'serious']]],
    [4, 'silent', [['log-level', 'serious']]],
    [4, 'debug', []],
    [4, undefined, []],
    // 2026.4.14 as published takes no level from its configuration.
    [3, 'error', []],
  ])('of protocol %s at level %s hides what that level hides', (protocol, logLevel, expected) => {
    expect(codes({ protocol, logLevel })).toEqual(expected);
  });

  test('that stays silent to the canary is serious, and the remedy is that of the version', () => {
    const canary = { read: false as const, why: 'its close record never stood in the log' };
    const [newer] = troubleOf(input({ canary }));
    expect(newer).toMatchObject({ code: 'log-silent', severity: 'serious' });
    expect(newer?.fix).toContain('logging.level');
    expect(troubleOf(input({ canary, protocol: 3 }))[0]?.fix).toContain('OPENCLAW_LOG_LEVEL');
  });

  test('with a gap of the last 10 minutes says so; an older one is over', () => {
    const gap = (to: number) => ({ gaps: [{ from: to - 1000, to, why: 'limit' as const }] });
    expect(codes({}, gap(NOW - 9 * 60_000))).toEqual([['log-gap', 'warning']]);
    expect(codes({}, gap(NOW - 11 * 60_000))).toEqual([]);
  });

  test('that is full stays serious for as long as it is', () => {
    const gaps = [{ from: NOW - 3_600_000, to: Number.POSITIVE_INFINITY, why: 'size-cap' as const }];
    expect(codes({}, { gaps, lastAt: NOW - 3_600_000 })).toEqual([['log-gap', 'serious']]);
  });

  test('that still cannot be read is told however long that lasts', () => {
    const since = NOW - 3_600_000;
    const gap = (to: number) => ({ gaps: [{ from: since, to, why: 'source-failed' as const }], lastAt: since });
    expect(troubleOf(input({}, gap(Number.POSITIVE_INFINITY)))).toMatchObject([
      { code: 'log-gap', severity: 'warning', since: new Date(since).toISOString() },
    ]);
    expect(codes({}, gap(since + 1000))).toEqual([]);
  });

  test('shared with another gateway, or throttled, is a notice', () => {
    expect(codes({}, { otherPorts: [18_815], throttled: { count: 3, at: NOW - 1000 } })).toEqual([
      ['throttled', 'notice'],
      ['shared-log', 'notice'],
    ]);
    expect(codes({}, { throttled: { count: 3, at: NOW - 11 * 60_000 } })).toEqual([]);
  });

  test('of a gateway that is away is not judged', () => {
    expect(codes({ live: false, canary: { read: false, why: 'gone' } }, { source: 'none' })).toEqual([]);
  });
});

test('rows that cannot be stored are serious, also while the gateway is away, with their count and the reason', () => {
  const unstored = { since: NOW - 1000, waiting: 214, dropped: 0, why: 'the disk is full.' };
  expect(troubleOf(input({ live: false, unstored }))).toEqual([
    {
      code: 'rows-unstored',
      severity: 'serious',
      text: 'The handshake log cannot be written: the disk is full. 214 new rows wait and are not shown yet.',
      fix: expect.stringContaining('handshakes.db'),
      since: '2026-11-22T11:59:59.000Z',
    },
  ]);
  const [lost] = troubleOf(input({ unstored: { ...unstored, waiting: 1, dropped: 3, why: undefined } }));
  expect(lost?.text).toBe('The handshake log cannot be written. One new row waits and is not shown yet. 3 older ones had to be let go.');
});

describe('the clock', () => {
  test.each([
    [4_000, []],
    [5_200, ['notice']],
    [-61_000, ['warning']],
    [111_000, ['serious']],
  ])('off by %s ms', (delta, expected) => {
    const clock = clockDelta(NOW + delta, NOW - 20, NOW + 20);
    expect(troubleOf(input({ clock })).map((t) => t.severity)).toEqual(expected);
  });

  test('is not blamed for what may be the network', () => {
    // Half a minute of round trip: the clock may be right.
    expect(troubleOf(input({ clock: clockDelta(NOW + 10_000, NOW - 15_000, NOW + 15_000) }))).toEqual([]);
  });

  test('says by how much, in which direction, and to what precision', () => {
    const [told] = troubleOf(input({ clock: clockDelta(NOW - 72_000, NOW - 20, NOW + 20) }));
    expect(told?.text).toContain('72 s behind this host’s, to within 1 s');
  });
});

test('a restart is told while the gateway is away, with the time that it gave', () => {
  const restart = { since: NOW, until: NOW + 5000 };
  expect(troubleOf(input({ live: false, restart }))).toMatchObject([{ code: 'gateway-restarting', until: '2026-11-22T12:00:05.000Z' }]);
});

describe('the sign-in lock', () => {
  const limits: RateLimits = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true };
  const wrong = (at: number, who = '192.0.2.7', over: Partial<RefusedSignIn> = {}): RefusedSignIn => ({
    at,
    who,
    counts: 'secret',
    limited: false,
    isOrigin: false,
    ...over,
  });
  const many = (count: number, everyMs: number, who?: string) => Array.from({ length: count }, (_, n) => wrong(NOW + n * everyMs, who));

  test('begins with the tenth wrong secret within a minute and lasts 5 minutes from there', () => {
    expect(locksInForce(many(10, 1000), limits, NOW + 10_000)).toEqual([
      { who: '192.0.2.7', since: NOW + 9000, until: NOW + 309_000, sure: true, isOrigin: false },
    ]);
    expect(locksInForce(many(9, 1000), limits, NOW + 10_000)).toEqual([]);
    expect(locksInForce(many(10, 7000), limits, NOW + 70_000)).toEqual([]);
    expect(locksInForce(many(10, 1000), limits, NOW + 309_000)).toEqual([]);
  });

  test('is not made longer by what is refused while it lasts', () => {
    const limited = { ...wrong(NOW + 100_000), counts: undefined, limited: true };
    expect(locksInForce([...many(10, 1000), limited], limits, NOW + 101_000)).toMatchObject([{ until: NOW + 309_000, sure: true }]);
  });

  test('that is known from before needs its refusals no more', () => {
    const known = locksInForce(many(10, 1000), limits, NOW + 10_000);
    const limited = { ...wrong(NOW + 100_000), counts: undefined, limited: true };
    expect(locksInForce([limited], limits, NOW + 101_000, known)).toEqual(known);
    expect(locksInForce([], limits, NOW + 309_000, known)).toEqual([]);
  });

  test('whose beginning was not seen is told as such', () => {
    const limited = { ...wrong(NOW), counts: undefined, limited: true };
    expect(locksInForce([limited], limits, NOW + 1000)).toMatchObject([{ until: NOW + 300_000, sure: false }]);
  });

  test('spares loopback unless the configuration says otherwise, and counts a browser’s origin by itself', () => {
    expect(locksInForce(many(20, 100, '127.0.0.1'), limits, NOW + 3000)).toEqual([]);
    expect(locksInForce(many(20, 100, '127.0.0.1'), { ...limits, exemptLoopback: false }, NOW + 3000)).toHaveLength(1);
    const browser = {
      cause: 'unauthorized',
      authReason: 'token_mismatch',
      remoteAddr: '127.0.0.1',
      browserOrigin: 'http://localhost:5173',
    };
    expect(refusedSignIn(NOW, browser)?.who).toBe('http://localhost:5173');
    const tries = Array.from({ length: 10 }, (_, n) => refusedSignIn(NOW + n, browser) ?? wrong(NOW));
    expect(locksInForce(tries, limits, NOW + 3000)).toMatchObject([{ who: 'http://localhost:5173', isOrigin: true }]);
  });

  test('counts shared secrets and device tokens apart, and missing secrets not at all', () => {
    const mixed = [...many(5, 1000), ...many(5, 1000).map((r) => ({ ...r, counts: 'device-token' as const }))];
    expect(locksInForce(mixed, limits, NOW + 10_000)).toEqual([]);
    expect(refusedSignIn(NOW, { cause: 'unauthorized', authReason: 'token_missing', remoteAddr: '192.0.2.7' })).toBeUndefined();
  });

  test('of an origin is told in quotation marks, after those of addresses, and many are counted', () => {
    const origin = (n: number) => ({
      ...wrong(NOW + 60_000, `https://x${n} : sign in here${'!'.repeat(200)}`),
      limited: true,
      isOrigin: true,
    });
    const locks = locksInForce([...many(10, 100), ...[1, 2, 3, 4].map(origin)], limits, NOW + 61_000);
    const told = troubleOf(input({ locks }));
    expect(told).toHaveLength(3);
    expect(told[0]?.text).toContain('from 192.0.2.7:');
    expect(told[1]?.text).toContain('the browser origin “https://x1 : sign in here');
    expect(told[1]?.text.length).toBeLessThan(300);
    expect(told[2]?.text).toContain('2 more are locked out.');
  });

  test('is told with its end in this host’s time', () => {
    const clock = clockDelta(NOW + 30_000, NOW, NOW);
    const locks = locksInForce(many(10, 0), limits, NOW + 30_000);
    expect(troubleOf(input({ live: false, clock, locks }))).toMatchObject([
      { code: 'rate-lock', severity: 'warning', until: new Date(NOW + 270_000).toISOString() },
    ]);
  });
});
