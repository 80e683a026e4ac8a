// Loops: the same caller failing the same way without a pause is one run, and no attempt of it is ever lost from the count.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HandshakeOutcome } from '../api/shapes.ts';
import { isFolded, LOOP_LEAST, loopState, RUN_PAUSE_MS, type Run, runAfter, wayOf } from './runs.ts';

const AT = Date.parse('2026-11-22T12:00:00.000Z');
const fold = (times: readonly number[], outcome: HandshakeOutcome = 'waiting') => {
  const runs: Run[] = [];
  times.forEach((atMs, n) => {
    runs.push(runAfter(runs.at(-1), { seq: 1000 + n, atMs, outcome }));
  });
  return runs;
};

describe('a run', () => {
  test('goes on while the pauses are short, and begins anew after a longer one', () => {
    expect(fold([AT, AT + RUN_PAUSE_MS, AT + 2 * RUN_PAUSE_MS + 1]).map(({ id, count }) => [id, count])).toEqual([
      [1000, 1],
      [1000, 2],
      [1002, 1],
    ]);
  });

  test('holds every attempt: the counts of all runs add up, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -200_000, max: 1_000_000 }), { minLength: 1, maxLength: 60 }), (offsets) => {
        const runs = fold(offsets.map((ms) => AT + ms));
        const longest = new Map<number, Run>();
        for (const run of runs) longest.set(run.id, run);
        expect([...longest.values()].reduce((sum, run) => sum + run.count, 0)).toBe(offsets.length);
        for (const run of runs) expect(run.firstAtMs).toBeLessThanOrEqual(run.lastAtMs);
      }),
      { numRuns: 200 },
    );
  });

  test('takes in an attempt that was read late, and moves its beginning back', () => {
    expect(fold([AT, AT - 1000]).at(-1)).toEqual({ id: 1000, count: 2, firstAtMs: AT - 1000, lastAtMs: AT });
  });

  test.each<HandshakeOutcome>(['admitted', 'note', 'gap'])('is never made of %s rows', (outcome) => {
    expect(isFolded(outcome)).toBe(false);
    expect(fold([AT, AT + 1], outcome).map((r) => r.count)).toEqual([1, 1]);
  });
});

describe('a loop', () => {
  const run = (count: number, lastAtMs: number) => ({ count, firstAtMs: AT, lastAtMs });

  test(`needs ${LOOP_LEAST} attempts, and says how often they come`, () => {
    expect(loopState(run(LOOP_LEAST - 1, AT + 1000), AT + 1000).state).toBe('single');
    expect(loopState(run(5, AT + 4000), AT + 5000)).toEqual({ state: 'looping', everyMs: 1000 });
  });

  test('is over when nothing came for longer than a pause', () => {
    expect(loopState(run(5, AT + 4000), AT + 4000 + RUN_PAUSE_MS).state).toBe('looping');
    expect(loopState(run(5, AT + 4000), AT + 4001 + RUN_PAUSE_MS).state).toBe('over');
  });

  test('of one attempt has no rate to divide by', () => {
    expect(loopState(run(1, AT), AT)).toEqual({ state: 'single', everyMs: 0 });
  });
});

describe('the way of failing', () => {
  const item = { gateway: 'g', outcome: 'waiting' as const, cause: 'c', deviceId: 'd', scopesTo: ['operator.admin'] };

  test('tells callers, causes, wishes and gateways apart', () => {
    const ways = [
      item,
      { ...item, gateway: 'h' },
      { ...item, cause: 'e' },
      { ...item, deviceId: 'x' },
      { ...item, scopesTo: ['operator.read'] },
      { ...item, origin: 'remote' as const },
      { ...item, host: 'h' },
    ].map(wayOf);
    expect(new Set(ways).size).toBe(ways.length);
  });

  test('cannot be made equal by moving words from one field to the next', () => {
    const a = wayOf({ ...item, clientId: 'a","b' });
    const b = wayOf({ ...item, clientId: 'a', clientMode: 'b' });
    expect(a).not.toBe(b);
  });
});
