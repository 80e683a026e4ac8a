// What guards held back is counted per device and guard, kept over restarts, and never stands in the way.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { VerdictReason } from '#lib/api/rule-shapes.ts';
import { manualClock } from '#lib/clock.ts';
import { createGuardLog } from './guard-log.ts';

const START = Date.parse('2026-11-22T12:00:00.000Z');
const WHO = { gateway: 'local', deviceId: 'ab'.repeat(32) };
const why = (...codes: string[]): VerdictReason[] => codes.map((code) => ({ code, text: code }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function logOf(note?: unknown, save: () => Promise<void> = () => Promise.resolve()) {
  const clock = manualClock(START);
  const saved: unknown[] = [];
  const errors: unknown[] = [];
  const log = await createGuardLog({
    clock,
    load: () => Promise.resolve(note),
    save: (value) => {
      saved.push(JSON.parse(JSON.stringify(value)));
      return save();
    },
    onError: (error) => void errors.push(error),
  });
  onTestFinished(log.dispose);
  return { log, clock, saved, errors };
}

test('each guard says when it last held something back, whom, and how often; other reasons are none of it', async () => {
  const { log, clock } = await logOf();
  log.note(why('refused-before', 'no-match', 'above-ceiling'), WHO);
  clock.advance(1000);
  log.note(why('refused-before', 'token-drift'), { gateway: 'local', deviceId: 'cd'.repeat(32) });
  expect(log.of('refused-before')).toEqual({ count: 2, at: '2026-11-22T12:00:01.000Z', who: 'device cdcdcdcd on local' });
  expect(log.of('token-drift')?.count).toBe(1);
  expect(log.of('no-match')).toBeUndefined();
  expect(log.since()).toBe('2026-11-22T12:00:00.000Z');
});

test('a loop that is held by the same guard counts once, until the guard let go of it', async () => {
  const { log } = await logOf();
  for (let n = 0; n < 50; n += 1) log.note(why('refused-before'), WHO);
  expect(log.of('refused-before')?.count).toBe(1);
  log.note(why('no-match'), WHO);
  log.note(why('refused-before'), WHO);
  expect(log.of('refused-before')?.count).toBe(2);
});

test('a device that is held again after its request was gone counts anew, with the new time', async () => {
  const { log, clock } = await logOf();
  log.note(why('refused-before'), WHO);
  log.note([], WHO);
  clock.advance(7 * 86_400_000);
  log.note(why('refused-before'), WHO);
  expect(log.of('refused-before')).toMatchObject({ count: 2, at: '2026-11-29T12:00:00.000Z' });
});

test('it is written every few seconds at most, and survives a restart', async () => {
  const { log, saved } = await logOf();
  for (let n = 0; n < 30; n += 1) log.note(why('refused-before'), { gateway: 'local', deviceId: `${n}`.padStart(64, '0') });
  expect(saved).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(saved).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saved).toHaveLength(1);
  const again = await logOf(saved[0]);
  expect(again.log.of('refused-before')?.count).toBe(30);
});

test('what goes on being held is written no more often', async () => {
  const { log, saved } = await logOf();
  const hold = (n: number) => log.note(why('alarm'), { gateway: 'local', deviceId: `${n}`.padStart(64, '0') });
  for (let n = 0; n < 12; n += 1) {
    hold(n);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(saved).toHaveLength(2);
});

test('what was not written yet is written at the end', async () => {
  const { log, saved } = await logOf();
  log.stopped('flood', 'all automation');
  await log.dispose();
  expect(saved).toMatchObject([{ guards: { flood: { count: 1, who: 'all automation' } } }]);
});

test('a note that cannot be read begins anew; a store that cannot be written is told and tried again', async () => {
  let works = false;
  const { log, saved, errors } = await logOf({ since: 1 }, () => (works ? Promise.resolve() : Promise.reject(new Error('full'))));
  log.note(why('alarm'), WHO);
  await vi.advanceTimersByTimeAsync(5000);
  expect(errors).toHaveLength(1);
  works = true;
  await log.flush();
  expect(saved).toHaveLength(2);
  await log.flush();
  expect(saved).toHaveLength(2);
});
