// One by one means: in order, never two at once, each bound to what was shown, and no further once nobody knows what happened.
import { describe, expect, test } from 'vitest';
import type { TakeBackInput, TakeBackItem } from '#lib/api/grant-shapes.ts';
import { decisionOf, takeBackOf } from '../live/fixtures.ts';
import { ApiProblem } from '../queries/api.ts';
import { oneByOne } from './bulk-run.ts';
import { inputOf, isTold, type Steps, summaryWords } from './take-back-run.ts';
import { canTakeBack } from './take-back-words.ts';

const itemOf = (deviceId: string, over: Partial<TakeBackItem> = {}): TakeBackItem => ({
  gateway: 'home',
  gatewayName: 'home',
  deviceId,
  publicKey: `key-${deviceId}`,
  roles: ['operator'],
  holds: ['operator.read', 'operator.write'],
  given: ['operator.write'],
  grants: [],
  enforcement: 'enforced',
  why: '',
  ...over,
});
const problem = (status: number, code = 'x') => new ApiProblem({ code, title: 't', detail: 'd', fix: 'f' }, status);
const states = (steps: Steps) => [...steps.values()].map((step) => step.state);

async function run(
  items: TakeBackItem[],
  answer: (input: TakeBackInput) => ReturnType<typeof takeBackOf>,
  isStopped: (asked: readonly TakeBackInput[]) => boolean = () => false,
) {
  const asked: TakeBackInput[] = [];
  let under = 0;
  let most = 0;
  const seen: string[][] = [];
  const steps = await oneByOne({
    items,
    act: async (item) => {
      const input = inputOf(item, { rule: 'r1' });
      asked.push(input);
      under += 1;
      most = Math.max(most, under);
      await Promise.resolve();
      under -= 1;
      return answer(input);
    },
    isKnown: isTold,
    onSteps: (now) => seen.push(states(now)),
    isStopped: () => isStopped(asked),
  });
  return { steps, asked, most, seen };
}

describe('a run', () => {
  test('asks one after the other, with the key and scopes that were shown, on account of the rule', async () => {
    const { steps, asked, most } = await run([itemOf('a', { rowCreatedAtMs: 7 }), itemOf('b', { needsConfirm: 'b' })], ({ deviceId }) =>
      takeBackOf(deviceId),
    );
    expect(most).toBe(1);
    expect(asked).toEqual([
      { gateway: 'home', deviceId: 'a', publicKey: 'key-a', rowCreatedAtMs: 7, holds: ['operator.read', 'operator.write'], rule: 'r1' },
      { gateway: 'home', deviceId: 'b', publicKey: 'key-b', holds: ['operator.read', 'operator.write'], rule: 'r1', confirm: 'b' },
    ]);
    expect(summaryWords(steps)).toBe('All 2 devices taken back.');
  });

  test.each([
    ['a device that changed meanwhile', problem(409, 'request-changed')],
    ['one on a gateway where the console holds too little', problem(502, 'gateway-limited')],
  ])('goes on after %s: nothing was done to it, and that is known', async (_what, error) => {
    const { steps } = await run([itemOf('a'), itemOf('b')], ({ deviceId }) => {
      if (deviceId === 'a') throw error;
      return takeBackOf(deviceId);
    });
    expect(states(steps)).toEqual(['refused', 'answered']);
    expect(summaryWords(steps)).toBe('1 of 2 taken back. 1 was not asked.');
  });

  test.each([
    [
      'no answer',
      () => {
        throw problem(0, 'console-unreachable');
      },
    ],
    [
      'a failure inside',
      () => {
        throw problem(500);
      },
    ],
    ['an outcome that the gateway did not confirm', () => takeBackOf('b', { state: 'unknown' })],
  ])('ends after %s, and says who was not asked', async (_what, fails) => {
    const { steps, asked } = await run([itemOf('a'), itemOf('b'), itemOf('c'), itemOf('d')], ({ deviceId }) =>
      deviceId === 'b' ? fails() : takeBackOf(deviceId),
    );
    expect(asked.map(({ deviceId }) => deviceId)).toEqual(['a', 'b']);
    expect(states(steps).slice(2)).toEqual(['not-asked', 'not-asked']);
    expect(summaryWords(steps)).toContain('1 of 4 taken back.');
    expect(summaryWords(steps)).toContain('2 were not asked.');
  });

  test('stopped, it lets the device that is asked finish and asks no other', async () => {
    const { steps, asked } = await run(
      [itemOf('a'), itemOf('b'), itemOf('c')],
      ({ deviceId }) => takeBackOf(deviceId),
      (before) => before.length === 1,
    );
    expect(asked.map(({ deviceId }) => deviceId)).toEqual(['a']);
    expect(states(steps)).toEqual(['answered', 'not-asked', 'not-asked']);
    expect(summaryWords(steps)).toBe('1 of 3 taken back. 2 were not asked.');
  });

  test('asks a device that stands in it twice once', async () => {
    const { asked } = await run([itemOf('a'), itemOf('a'), itemOf('a', { gateway: 'work' })], ({ deviceId }) => takeBackOf(deviceId));
    expect(asked.map(({ gateway, deviceId }) => `${gateway}/${deviceId}`)).toEqual(['home/a', 'work/a']);
  });

  test('tells every step as it happens', async () => {
    const { seen } = await run([itemOf('a'), itemOf('b')], ({ deviceId }) => takeBackOf(deviceId));
    expect(seen).toEqual([
      ['asking', 'waiting'],
      ['answered', 'waiting'],
      ['answered', 'asking'],
      ['answered', 'answered'],
    ]);
  });
});

test('only what was given and stands can be taken back; what came back by itself can be taken again', () => {
  const given = decisionOf('d');
  const back = (state: 'gone' | 'returned' | 'failed' | 'asking') => canTakeBack({ ...given, takenBack: { id: 't', at: given.at, state } });
  expect(canTakeBack(given)).toBe(true);
  expect([back('gone'), back('asking'), back('returned'), back('failed')]).toEqual([false, false, true, true]);
  expect(canTakeBack(decisionOf('d', 'failed'))).toBe(false);
  expect(canTakeBack({ ...decisionOf('d', 'rejected'), action: 'reject' })).toBe(false);
});
