// One canary serves everybody whose attempts ended before it was sent, and nobody else.
import { expect, test } from 'vitest';
import type { CanaryResult } from './canary.ts';
import { createCanaryFlights } from './canary-flights.ts';

function flights() {
  let now = 0;
  const flown: { ready: boolean; land: (read: boolean) => void }[] = [];
  const landed: boolean[] = [];
  const all = createCanaryFlights({
    fly(ready) {
      const { promise, resolve } = Promise.withResolvers<CanaryResult>();
      let openedAt = 0;
      const one = { ready: false, land: (read: boolean) => resolve(read ? { read, openedAt, ms: 5 } : { read, why: 'lost' }) };
      void ready.then(() => {
        one.ready = true;
        openedAt = now;
      });
      flown.push(one);
      return promise;
    },
    onLanded: async ({ read }) => void landed.push(read),
    now: () => now,
  });
  const at = async (ms: number) => {
    // What was sent before is on its way before the clock goes on.
    await new Promise((resume) => setImmediate(resume));
    now = ms;
  };
  return { all, flown, landed, at };
}

const state = async (promise: Promise<void>) => {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  await new Promise((resume) => setImmediate(resume));
  return over ? 'over' : 'waits';
};

test('what is prepared says nothing until somebody needs it, and then serves everybody from before', async () => {
  const { all, flown, landed, at } = flights();
  all.prepare();
  all.prepare();
  await at(10);
  expect(flown).toMatchObject([{ ready: false }]);
  const first = all.after(10);
  await at(12);
  const second = all.after(9);
  expect(flown).toMatchObject([{ ready: true }]);
  flown[0]?.land(true);
  await Promise.all([first, second]);
  expect(landed).toEqual([true]);
  await all.after(10);
  expect(flown).toHaveLength(1);
  expect(all.last()).toMatchObject({ read: true, openedAt: 10, at: 12 });
});

test('one that was sent before an attempt ended does not serve it: another is sent', async () => {
  const { all, flown, at } = flights();
  await at(10);
  const early = all.after(5);
  await at(20);
  const late = all.after(15);
  expect(flown).toHaveLength(1);
  flown[0]?.land(true);
  await early;
  expect(await state(late)).toBe('waits');
  expect(flown).toMatchObject([{ ready: true }, { ready: true }]);
  flown[1]?.land(true);
  await late;
  expect(all.last()).toMatchObject({ openedAt: 20 });
});

test('one that is lost is waited for once: whoever asks again gets another', async () => {
  const { all, flown, at } = flights();
  await at(10);
  const asked = all.after(5);
  flown[0]?.land(false);
  await asked;
  expect(all.last()).toMatchObject({ read: false, why: 'lost' });
  const again = all.after(5);
  expect(flown).toHaveLength(2);
  flown[1]?.land(true);
  await again;
  expect(all.last()).toMatchObject({ read: true });
});

test('a gateway whose clock is ahead costs one canary, not one after the other', async () => {
  const { all, flown, at } = flights();
  await at(10);
  const asked = all.after(9_000);
  flown[0]?.land(true);
  await asked;
  expect(flown).toHaveLength(1);
});

test('one that nobody needs any more is sent for nobody', async () => {
  const { all, flown } = flights();
  all.release();
  expect(flown).toEqual([]);
  all.prepare();
  all.release();
  await Promise.resolve();
  expect(flown).toMatchObject([{ ready: true }]);
});
