// The guards' page says of each guard what it is and whether it holds something now; the figures only ever get tighter than the product's.
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionActor } from '#lib/api/shapes.ts';
import { manualClock } from '#lib/clock.ts';
import { GUARD_WORDS } from '#lib/rules/guard-words.ts';
import { guardReasons } from '#lib/rules/guards.ts';
import { verdictOf } from '#lib/rules/verdict.ts';
import { approvable } from '#lib/testing/verdict-case.ts';
import { createAutomation } from './automation.ts';
import { createGuardLog } from './guard-log.ts';
import { createGuardBook, type Waiting } from './guards.ts';

const ANN: DecisionActor = { kind: 'person', name: 'ann' };

async function book() {
  const clock = manualClock(Date.parse('2026-11-22T12:00:00.000Z'));
  const automation = await createAutomation({
    clock,
    load: () => Promise.resolve(undefined),
    save: () => Promise.resolve(),
    onChange: () => undefined,
  });
  onTestFinished(automation.dispose);
  const log = await createGuardLog({
    clock,
    load: () => Promise.resolve(undefined),
    save: () => Promise.resolve(),
    onError: () => undefined,
  });
  onTestFinished(log.dispose);
  const waiting: Waiting[] = [];
  const halts: string[] = [];
  const activity: { what: string; text: string }[] = [];
  const guards = createGuardBook({
    automation,
    log,
    waiting: () => waiting,
    halts: () => halts,
    record: (entry) => Promise.resolve(void activity.push(entry)),
  });
  const of = (code: string) => guards.view().items.find((g) => g.code === code);
  return { guards, automation, log, waiting, halts, activity, of };
}

test('every guard that a verdict can name has its words on the page', async () => {
  const { guards } = await book();
  const worst = approvable({ settled: false });
  const all = guardReasons(
    {
      ...worst,
      request: {
        ...worst.request,
        silent: true,
        roles: ['node'],
        scopes: ['x'],
        deviceId: worst.guards.consoleDeviceId,
        paired: undefined,
      },
      judgement: { ...worst.judgement, alarm: 'elsewhere' },
      guards: {
        ...worst.guards,
        automation: { on: false, text: 'off' },
        halted: 'down',
        refusedKey: true,
        tokenDrift: true,
        unreadRows: 1,
        consoleScopes: [],
      },
    },
    'approve',
  ).map((r) => r.code);
  expect(all.length).toBeGreaterThan(10);
  expect(guards.view().items.map((g) => g.code)).toEqual(Object.keys(GUARD_WORDS));
  for (const code of all) expect(Object.keys(GUARD_WORDS)).toContain(code);
});

test('a guard that holds a request back now says whom, and one that holds nothing says so', async () => {
  const { waiting, log, of } = await book();
  const input = approvable();
  const { reasons } = verdictOf({ ...input, guards: { ...input.guards, refusedKey: true } });
  waiting.push({ deviceId: 'ab'.repeat(32), displayName: 'laptop', reasons });
  log.note(reasons, { gateway: 'local', deviceId: 'ab'.repeat(32) });
  expect(of('refused-before')).toMatchObject({
    holdsNow: true,
    now: 'Holds back laptop.',
    count: 1,
    lastHeldAt: '2026-11-22T12:00:00.000Z',
    lastHeld: 'device abababab on local',
  });
  expect(of('token-drift')).toMatchObject({ holdsNow: false, now: 'Holds nothing back now.', count: 0 });
  waiting.push({ deviceId: 'cd'.repeat(32), reasons });
  expect(of('refused-before')?.now).toBe('Holds back 2 requests, laptop among them.');
});

test('what stands against everything holds also while nothing waits', async () => {
  const { automation, halts, of } = await book();
  expect(of('automation-off')?.holdsNow).toBe(false);
  await automation.suspend('flood', '41 devices within a minute.');
  expect(of('flood')).toMatchObject({ holdsNow: true, now: '41 devices within a minute.' });
  expect(of('rate')?.holdsNow).toBe(false);
  expect(of('automation-off')).toMatchObject({ holdsNow: true, now: '41 devices within a minute.' });
  halts.push('The console is not connected to the gateway.');
  expect(of('halted')).toMatchObject({ holdsNow: true, now: 'The console is not connected to the gateway.' });
});

test('figures are set by a person, stand in the record with what they were, and never exceed the product’s', async () => {
  const { guards, activity } = await book();
  const tight = { approvalsPerMinute: 3, devicesPerMinute: 10, requestsPerMinute: 100 };
  const view = await guards.setLimits(tight, ANN);
  expect(view).toMatchObject({ limits: tight, most: { approvalsPerMinute: 20, devicesPerMinute: 40, requestsPerMinute: 1200 } });
  expect(activity).toMatchObject([
    {
      what: 'guards.limits',
      text: 'ann set the guards to 3 approvals, 10 devices and 100 requests a minute; it was 20 approvals, 40 devices and 1200 requests a minute.',
    },
  ]);
  for (const over of [{ approvalsPerMinute: 21 }, { devicesPerMinute: 41 }, { requestsPerMinute: 1201 }])
    await expect(guards.setLimits({ ...tight, ...over }, ANN)).rejects.toMatchObject({ code: 'limits-loosened' });
  await expect(guards.setLimits(tight, { kind: 'api-token', name: 'script' })).rejects.toMatchObject({ code: 'person-required' });
  expect(guards.view().limits).toEqual(tight);
  expect(activity).toHaveLength(1);
});

test('a guard is called by what it holds back, each differently, and never by its code', () => {
  const titles = Object.values(GUARD_WORDS).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const [code, { title, text }] of Object.entries(GUARD_WORDS)) {
    if (code.includes('-')) expect(`${title} ${text}`).not.toContain(code);
    expect(text).toMatch(/\.$/);
  }
});
