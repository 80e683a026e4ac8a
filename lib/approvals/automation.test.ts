// The switch and what stops automation by itself. Nothing but a person, or ten quiet minutes after a mere flood, starts it again.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { AutomationView } from '#lib/api/shapes.ts';
import { manualClock } from '#lib/clock.ts';
import { createAutomation } from './automation.ts';

const START = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function switchOf(note?: unknown, save: (state: unknown) => Promise<void> = () => Promise.resolve()) {
  const clock = manualClock(START);
  let kept: unknown = note;
  const seen: AutomationView[] = [];
  const automation = await createAutomation({
    clock,
    load: () => Promise.resolve(note),
    save: (state) => {
      kept = JSON.parse(JSON.stringify(state));
      return save(state);
    },
    onChange: (view) => void seen.push(view),
  });
  onTestFinished(automation.dispose);
  /** Lets time pass for the clocks and for the watch alike. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.advance(Math.min(1000, left));
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
  return { automation, clock, seen, pass, kept: () => kept };
}

test('a new console has automation on; no rule is switched on then', async () => {
  expect((await switchOf()).automation.view().state).toBe('on');
});

test('off survives a restart, and so does on', async () => {
  const first = await switchOf();
  await first.automation.set(false, true);
  const second = await switchOf(first.kept());
  expect(second.automation.view()).toMatchObject({ state: 'off', since: '2026-11-22T12:00:00.000Z' });
  await second.automation.set(true, true);
  expect((await switchOf(second.kept())).automation.view().state).toBe('on');
});

test.each([
  [null],
  ['on'],
  [{}],
  [{ on: 'yes', since: '' }],
  [{ on: true }],
  [{ on: true, since: 'x', suspended: { cause: 'whim', text: '', since: '' } }],
])('a note that cannot be read (%j) counts as off', async (note) => {
  expect((await switchOf(note)).automation.view().state).toBe('off');
});

test('a suspension survives a restart', async () => {
  const first = await switchOf();
  await first.automation.suspend('undone', 'Something else was granted.');
  expect((await switchOf(first.kept())).automation.view()).toMatchObject({
    state: 'suspended',
    cause: 'undone',
    text: 'Something else was granted.',
  });
});

test('off takes effect although it cannot be written', async () => {
  const { automation } = await switchOf(undefined, () => Promise.reject(new Error('disk full')));
  await expect(automation.set(false, true)).rejects.toThrow('disk full');
  expect(automation.view().state).toBe('off');
});

test('the twenty-first approval within a minute suspends, and quiet minutes re-arm', async () => {
  const { automation, pass } = await switchOf();
  expect(await automation.mayApprove(19)).toBe(true);
  expect(await automation.mayApprove(20)).toBe(false);
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'rate', rearmsAt: '2026-11-22T12:10:00.000Z' });
  await pass(10 * MINUTE - 2000);
  expect(automation.view().state).toBe('suspended');
  await pass(4000);
  expect(automation.view().state).toBe('on');
});

test('approvals that run side by side are counted though none is in the record yet', async () => {
  const { automation } = await switchOf();
  const answers = await Promise.all(Array.from({ length: 25 }, () => automation.mayApprove(0)));
  expect(answers.filter(Boolean)).toHaveLength(20);
});

test('a flood by many keys suspends; one key may ask often', async () => {
  const many = await switchOf();
  for (let n = 0; n <= 40; n += 1) many.automation.noteRequest('g', `device-${n}`);
  expect(many.automation.view()).toMatchObject({ state: 'suspended', cause: 'flood' });
  const one = await switchOf();
  for (let n = 0; n < 1000; n += 1) one.automation.noteRequest('g', 'device');
  expect(one.automation.view().state).toBe('on');
  for (let n = 0; n < 201; n += 1) one.automation.noteRequest('g', 'device');
  expect(one.automation.view()).toMatchObject({ state: 'suspended', cause: 'flood' });
});

test('slow traffic of many keys is no flood', async () => {
  const { automation, pass } = await switchOf();
  for (let n = 0; n < 100; n += 1) {
    automation.noteRequest('g', `device-${n}`);
    await pass(2000);
  }
  expect(automation.view().state).toBe('on');
});

test('a stop that comes while another stands is read with it, once, and both are lifted together', async () => {
  const { automation } = await switchOf();
  await automation.suspend('record-restored', 'The record was restored.');
  await automation.suspend('record-broken', 'Row 10 was changed.');
  await automation.suspend('record-broken', 'Row 10 was changed.');
  const { text, causes, cause } = automation.view();
  expect({ cause, causes }).toEqual({ cause: 'record-restored', causes: ['record-restored', 'record-broken'] });
  expect(text).toBe('Row 10 was changed. It stood still before that, too: The record was restored.');
  await automation.suspend('clock', 'x'.repeat(5000));
  expect(automation.view().text.length).toBeLessThan(2100);
  await automation.set(true, true);
  expect(automation.view().state).toBe('on');
});

test('a flood that goes on keeps automation suspended', async () => {
  const { automation, pass } = await switchOf();
  const flood = () => {
    for (let n = 0; n <= 40; n += 1) automation.noteRequest('g', `device-${n}`);
  };
  flood();
  await pass(9 * MINUTE);
  flood();
  await pass(9 * MINUTE);
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'flood' });
  await pass(2 * MINUTE);
  expect(automation.view().state).toBe('on');
});

test.each(['undone', 'identity-changed', 'clock', 'store', 'token-drift', 'record-broken', 'record-lost', 'record-restored'] as const)(
  'a stop for %s waits for a person and is never weakened',
  async (cause) => {
    const { automation, pass } = await switchOf();
    await automation.suspend(cause, 'stop');
    await automation.suspend('flood', 'flood');
    await automation.mayApprove(100);
    await pass(30 * MINUTE);
    expect(automation.view()).toMatchObject({ state: 'suspended', cause, text: 'stop' });
    expect(automation.view().rearmsAt).toBeUndefined();
    await automation.set(true, true);
    expect(automation.view().state).toBe('on');
  },
);

test('a mere flood gives way to a stop that waits for a person', async () => {
  const { automation, pass } = await switchOf();
  await automation.suspend('flood', 'flood');
  await automation.suspend('undone', 'stop');
  await pass(30 * MINUTE);
  expect(automation.view()).toMatchObject({ cause: 'undone' });
});

test('off stays off through suspensions and their end', async () => {
  const { automation, pass, kept } = await switchOf();
  await automation.set(false, true);
  await automation.suspend('rate', 'x');
  await pass(15 * MINUTE);
  expect(automation.view().state).toBe('off');
  expect((await switchOf(kept())).automation.view().state).toBe('off');
});

test('a clock that jumps back suspends; one that jumps ahead or drifts does not', async () => {
  const back = await switchOf();
  await back.pass(5000);
  back.clock.setWall(START - MINUTE);
  await back.pass(2000);
  expect(back.automation.view()).toMatchObject({ state: 'suspended', cause: 'clock' });
  const ahead = await switchOf();
  ahead.clock.setWall(START + 60 * MINUTE);
  await ahead.pass(2000);
  ahead.clock.setWall(ahead.clock.nowMs() - 500);
  await ahead.pass(2000);
  expect(ahead.automation.view().state).toBe('on');
});

test('while the record cannot be written nothing is automatic, and no longer', async () => {
  const { automation, seen } = await switchOf();
  automation.storeFailed();
  automation.storeFailed();
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'store' });
  expect(automation.halted()).toMatch(/cannot be written/);
  automation.storeWorks();
  automation.storeWorks();
  expect(automation.view().state).toBe('on');
  expect(automation.halted()).toBeUndefined();
  expect(seen.map((v) => v.state)).toEqual(['suspended', 'on']);
});

test('a stop that could not be written is written once the record works again', async () => {
  let full = true;
  const written: unknown[] = [];
  const { automation } = await switchOf(undefined, (state) => {
    if (full) return Promise.reject(new Error('full'));
    written.push(JSON.parse(JSON.stringify(state)));
    return Promise.resolve();
  });
  automation.storeFailed();
  await expect(automation.suspend('undone', 'It granted something else.')).rejects.toThrow('full');
  automation.storeWorks();
  await vi.waitFor(() => expect(written).toHaveLength(0));
  full = false;
  automation.storeWorks();
  automation.storeWorks();
  await vi.waitFor(() => expect(written).toHaveLength(1));
  expect((await switchOf(written[0])).automation.view()).toMatchObject({ state: 'suspended', cause: 'undone' });
});

test('a stop outlives the switch: off and on again it still stands, and only the next on lifts it', async () => {
  const { automation } = await switchOf();
  await automation.suspend('undone', 'stop');
  await automation.set(false, true);
  expect(automation.view().state).toBe('off');
  await automation.set(true, true);
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'undone' });
  await automation.set(true, true);
  expect(automation.view().state).toBe('on');
});

test('what a person switched off or what stopped by itself needs a person; what a token switched off does not', async () => {
  const { automation, kept } = await switchOf();
  expect(automation.needsPerson()).toBe(false);
  await automation.set(false, false);
  expect(automation.needsPerson()).toBe(false);
  await automation.set(false, true);
  await automation.set(false, false);
  expect(automation.needsPerson()).toBe(true);
  expect((await switchOf(kept())).automation.needsPerson()).toBe(true);
  await automation.set(true, true);
  await automation.suspend('clock', 'stop');
  expect(automation.needsPerson()).toBe(true);
});

test('on takes effect only after it was written', async () => {
  const { automation } = await switchOf({ on: false, since: 'x' }, () => Promise.reject(new Error('disk full')));
  await expect(automation.set(true, true)).rejects.toThrow('disk full');
  expect(automation.view().state).toBe('off');
});

/** Lets every write end that is under way, and those that begin meanwhile. */
async function settle(writes: (() => void)[], work: Promise<unknown>) {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) {
    for (const write of writes.splice(0)) write();
    await Promise.resolve();
  }
  await done;
}

test('a stop that arrives while the lifting of another is written down stands', async () => {
  const writes: (() => void)[] = [];
  const note = { on: true, since: 'x', suspended: { cause: 'flood', text: 'flood', since: 'x' } };
  const { automation, kept } = await switchOf(note, () => new Promise<void>((resolve) => void writes.push(resolve)));
  const lifting = automation.set(true, true);
  const stopping = automation.suspend('undone', 'stop');
  await settle(writes, Promise.all([lifting, stopping]));
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'undone' });
  expect((await switchOf(kept())).automation.view()).toMatchObject({ state: 'suspended', cause: 'undone' });
});

test('a person’s off that arrives while on is written down stands', async () => {
  const writes: (() => void)[] = [];
  const { automation } = await switchOf({ on: false, since: 'x' }, () => new Promise<void>((resolve) => void writes.push(resolve)));
  const on = automation.set(true, false);
  const off = automation.set(false, true);
  await settle(writes, Promise.all([on, off]));
  expect(automation.view().state).toBe('off');
});

const TIGHT = { approvalsPerMinute: 2, devicesPerMinute: 3, requestsPerMinute: 5 };

test('the figures start as the product’s, can be tightened and given back up to them, and survive a restart and the switch', async () => {
  const { automation, kept } = await switchOf();
  const most = automation.limits();
  expect(most).toEqual({ approvalsPerMinute: 20, devicesPerMinute: 40, requestsPerMinute: 1200 });
  expect(await automation.setLimits(TIGHT)).toEqual(most);
  await automation.set(false, true);
  await automation.set(true, true);
  const again = await switchOf(kept());
  expect(again.automation.limits()).toEqual(TIGHT);
  expect(await again.automation.setLimits(most)).toEqual(TIGHT);
  expect(again.automation.limits()).toEqual(most);
});

test.each(['approvalsPerMinute', 'devicesPerMinute', 'requestsPerMinute'] as const)(
  '%s is never loosened beyond the product’s',
  async (name) => {
    const { automation, kept } = await switchOf();
    const most = automation.limits();
    await expect(automation.setLimits({ ...most, [name]: most[name] + 1 })).rejects.toMatchObject({
      code: 'limits-loosened',
      extra: { field: name },
    });
    expect(automation.limits()).toEqual(most);
    expect(kept()).toBeUndefined();
  },
);

test('a note with figures beyond the product’s counts as off', async () => {
  const limits = { approvalsPerMinute: 21, devicesPerMinute: 40, requestsPerMinute: 1200 };
  expect((await switchOf({ on: true, since: '2026-11-22T12:00:00.000Z', limits })).automation.view().state).toBe('off');
});

test('tightened figures hold at once, also when they cannot be written; wider ones only once they are', async () => {
  let works = true;
  const { automation } = await switchOf(undefined, () => (works ? Promise.resolve() : Promise.reject(new Error('full'))));
  works = false;
  await expect(automation.setLimits(TIGHT)).rejects.toThrow('full');
  expect(automation.limits()).toEqual(TIGHT);
  await expect(automation.setLimits({ ...TIGHT, approvalsPerMinute: 20 })).rejects.toThrow('full');
  expect(automation.limits()).toEqual(TIGHT);
});

test('tightened figures are the ones that suspend', async () => {
  const first = await switchOf();
  await first.automation.setLimits(TIGHT);
  expect([await first.automation.mayApprove(0), await first.automation.mayApprove(0), await first.automation.mayApprove(0)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(first.automation.view()).toMatchObject({ cause: 'rate' });
  expect(first.automation.view().text).toMatch(/approved 2 requests within a minute/);
  for (const [devices, requests, cause] of [
    [3, 5, undefined],
    [4, 4, 'flood'],
    [1, 6, 'flood'],
  ] as const) {
    const { automation } = await switchOf();
    await automation.setLimits(TIGHT);
    for (let n = 0; n < requests; n += 1) automation.noteRequest('local', `device-${n % devices}`);
    expect(automation.view().cause).toBe(cause);
  }
});

test('every stop that waits for a person is told at once, also while off or suspended; those that end by themselves are not', async () => {
  const clock = manualClock(START);
  const stops: string[] = [];
  const automation = await createAutomation({
    clock,
    load: () => Promise.resolve(undefined),
    save: () => Promise.resolve(),
    onChange: () => undefined,
    onStop: (cause) => void stops.push(cause),
  });
  onTestFinished(automation.dispose);
  await automation.suspend('flood', 'many');
  await automation.suspend('identity-changed', 'another');
  await automation.suspend('undone', 'undone');
  await automation.set(false, true);
  await automation.suspend('clock', 'back');
  expect(stops).toEqual(['identity-changed', 'undone', 'clock']);
});
