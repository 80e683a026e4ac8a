// A permit window is short and counted: it closes by itself, by either clock, and no approval ever goes beyond its count.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { PermitWindowInput } from '#lib/api/grant-shapes.ts';
import type { DecisionActor, DecisionView } from '#lib/api/shapes.ts';
import { manualClock } from '#lib/clock.ts';
import type { NewActivity } from '#lib/store/activity.ts';
import { sampleDecision } from '#lib/store/test-samples.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPermitWindows } from './permit-windows.ts';

const START = Date.parse('2026-11-22T12:00:00.000Z');
const DEVICE = 'ab'.repeat(32);
const ANN: DecisionActor = { kind: 'person', name: 'ann' };
const INPUT: PermitWindowInput = {
  gateway: 'local',
  target: { kind: 'device', deviceId: DEVICE },
  scopes: ['operator.read', 'operator.write'],
  seconds: 120,
};
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function desk(record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void> = () => Promise.resolve()) {
  const clock = manualClock(START);
  const activity: Omit<NewActivity, 'id' | 'at'>[] = [];
  const shown: string[] = [];
  const changed: string[] = [];
  const errors: unknown[] = [];
  const next = counter();
  const windows = createPermitWindows({
    clock,
    newId: () => `w${next()}`,
    async record(entry) {
      await record(entry);
      activity.push(entry);
    },
    publish: (change) => void (change.topic === 'windows' && shown.push(`${change.item.id} ${change.item.state} ${change.item.used}`)),
    gatewayName: (id) => (id === 'local' || id === 'other' ? `the ${id} one` : undefined),
    deviceName: () => 'laptop',
    onChange: (gateway) => void changed.push(gateway),
    onError: (error) => void errors.push(error),
  });
  onTestFinished(windows.dispose);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { windows, clock, activity, shown, changed, errors, pass };
}
const decision = (over: Partial<DecisionView> = {}) =>
  sampleDecision({ state: 'approved', outcome: 'Approved. It now holds read, write.', ...over });

test('an open window is in force for its gateway alone, reads aloud, and stands in the record with what a restart does to it', async () => {
  const { windows, activity, shown, changed } = desk();
  const view = await windows.open(INPUT, ANN, 's1');
  expect(view).toMatchObject({
    state: 'open',
    uses: 1,
    used: 0,
    by: 'ann',
    gatewayName: 'the local one',
    deviceName: 'laptop',
    assurance: 'peer',
    agentsMayUse: false,
    openedAt: '2026-11-22T12:00:00.000Z',
    endsAt: '2026-11-22T12:02:00.000Z',
  });
  expect(view.sentence).toMatch(/next 2 minutes, approve one request from the device abababab/);
  expect(windows.inForce('local')).toEqual([
    {
      id: view.id,
      gateway: 'local',
      target: INPUT.target,
      scopes: ['operator.read', 'operator.write'],
      confirm: [],
      assurance: 'peer',
      agentsMayUse: false,
      openedAtMs: START,
      uses: 1,
      left: 1,
      endsAtMs: START + 120_000,
    },
  ]);
  expect(windows.inForce('other')).toEqual([]);
  expect(activity).toMatchObject([{ what: 'window.open', actor: ANN, gateway: 'local' }]);
  expect(activity[0]?.text).toMatch(/closes by itself, with the session of ann, and with this console/);
  expect(shown).toEqual([`${view.id} open 0`]);
  expect(changed).toEqual(['local']);
});

test.each<[string, Partial<PermitWindowInput>, string]>([
  ['longer than ten minutes', { seconds: 601 }, 'input-invalid'],
  ['for no time', { seconds: 0 }, 'input-invalid'],
  ['for six requests', { uses: 6 }, 'input-invalid'],
  ['without scopes', { scopes: [] }, 'input-invalid'],
  ['for a scope that nobody knows', { scopes: ['operator.root'] }, 'input-invalid'],
  ['for admin that was named once', { scopes: ['operator.read', 'operator.admin'] }, 'input-invalid'],
  ['for a confirmation without its scope', { confirm: ['operator.admin'] }, 'input-invalid'],
  ['for more than write without a socket', { assurance: 'log', scopes: ['operator.admin'], confirm: ['operator.admin'] }, 'input-invalid'],
  ['for a device that is none', { target: { kind: 'device', deviceId: 'x' } }, 'input-invalid'],
  ['on a gateway that is none', { gateway: 'nowhere' }, 'gateway-unknown'],
])('a window %s is not opened', async (_name, over, code) => {
  const { windows, activity } = desk();
  await expect(windows.open({ ...INPUT, ...over }, ANN, 's1')).rejects.toMatchObject({ code });
  expect(windows.list()).toEqual([]);
  expect(activity).toEqual([]);
});

test('a grave scope that was named twice may be given', async () => {
  const { windows } = desk();
  await windows.open({ ...INPUT, scopes: ['operator.read', 'operator.admin'], confirm: ['operator.admin'] }, ANN, 's1');
  expect(windows.inForce('local')).toMatchObject([{ scopes: ['operator.read', 'operator.admin'], confirm: ['operator.admin'] }]);
});

test.each(['api-token', 'rule', 'gateway', 'file'] as const)('a window is no act of %s', async (kind) => {
  const { windows } = desk();
  await expect(windows.open(INPUT, { kind, name: 'x' }, 's1')).rejects.toMatchObject({ code: 'person-required' });
});

test('a window that cannot be recorded is not opened, and its time begins only when it is', async () => {
  let release: () => void = () => undefined;
  const { windows, clock } = desk(() => new Promise((resolve) => (release = resolve)));
  const opening = windows.open(INPUT, ANN, 's1');
  await vi.advanceTimersByTimeAsync(0);
  expect(windows.inForce('local')).toEqual([]);
  clock.advance(5000);
  release();
  expect((await opening).endsAt).toBe('2026-11-22T12:02:05.000Z');
  const broken = desk(() => Promise.reject(new Error('the disk is full')));
  await expect(broken.windows.open(INPUT, ANN, 's1')).rejects.toThrow('full');
  expect(broken.windows.inForce('local')).toEqual([]);
});

test('it ends by itself at its very moment, says so, and what waits is looked at again', async () => {
  const { windows, pass, activity, shown, changed } = desk();
  const { id } = await windows.open(INPUT, ANN, 's1');
  await pass(119_999);
  expect(windows.inForce('local')).toHaveLength(1);
  await pass(1);
  expect(shown.at(-1)).toBe(`${id} ended 0`);
  expect(changed).toEqual(['local', 'local']);
  expect(windows.inForce('local')).toEqual([]);
  expect(windows.take(id)).toBe(false);
  expect(activity.at(-1)).toMatchObject({ what: 'window.close', actor: { kind: 'gateway' } });
  expect(windows.list()[0]?.outcome).toMatch(/let nothing in/);
});

test('a wall clock that runs ahead, as after a sleep of the machine, ends it as well', async () => {
  const { windows, clock } = desk();
  await windows.open(INPUT, ANN, 's1');
  clock.setWall(START + 120_000);
  expect(windows.inForce('local')).toEqual([]);
  expect(windows.list()[0]?.state).toBe('ended');
});

test('a wall clock that goes back gives it no more time, and from before its opening closes it', async () => {
  const { windows, clock } = desk();
  const { id } = await windows.open(INPUT, ANN, 's1');
  clock.advance(100_000);
  clock.setWall(START + 1000);
  expect(windows.inForce('local')).toMatchObject([{ endsAtMs: START + 21_000 }]);
  clock.setWall(START - 3_600_000);
  expect(windows.inForce('local')).toEqual([]);
  expect(windows.take(id)).toBe(false);
  expect(windows.list()[0]?.state).toBe('closed');
});

test('it is counted before the gateway is asked, never beyond its count, and closes when it is used up', async () => {
  const { windows, shown, activity } = desk();
  const { id } = await windows.open({ ...INPUT, uses: 2 }, ANN, 's1');
  expect([windows.take(id), windows.inForce('local')[0]?.left]).toEqual([true, 1]);
  expect([windows.take(id), windows.inForce('local')]).toEqual([true, []]);
  expect(windows.take(id)).toBe(false);
  windows.used(id, decision({ displayName: 'laptop' }));
  expect(windows.list()[0]).toMatchObject({ state: 'open', used: 2 });
  windows.used(id, undefined);
  expect(windows.list()[0]).toMatchObject({ state: 'used', used: 2 });
  expect(windows.list()[0]?.outcome).toBe(
    'laptop: Approved. It now holds read, write. One approval was asked for, and no answer came. It is used up.',
  );
  expect(shown.at(-1)).toBe(`${id} used 2`);
  await vi.advanceTimersByTimeAsync(0);
  expect(activity.at(-1)).toMatchObject({ what: 'window.close', details: { used: 2, uses: 2 } });
});

test('a count is given back once, and only while it was not answered', async () => {
  const { windows } = desk();
  const { id } = await windows.open(INPUT, ANN, 's1');
  windows.giveBack(id);
  expect(windows.inForce('local')[0]?.left).toBe(1);
  windows.take(id);
  windows.giveBack(id);
  windows.giveBack(id);
  expect(windows.inForce('local')[0]?.left).toBe(1);
  windows.take(id);
  windows.used(id, decision());
  windows.giveBack(id);
  windows.used(id, decision());
  expect(windows.list()[0]).toMatchObject({ state: 'used', used: 1 });
});

test('anybody closes it, at once also when that cannot be recorded; twice is told', async () => {
  let works = true;
  const { windows } = desk(() => (works ? Promise.resolve() : Promise.reject(new Error('full'))));
  const { id } = await windows.open(INPUT, ANN, 's1');
  works = false;
  await expect(windows.close(id, { kind: 'api-token', name: 'script' })).rejects.toThrow('full');
  expect(windows.inForce('local')).toEqual([]);
  await expect(windows.close(id, ANN)).rejects.toMatchObject({ code: 'window-closed' });
  await expect(windows.close('w99', ANN)).rejects.toMatchObject({ code: 'window-unknown' });
});

test('a stop of automation closes the windows of every gateway, and says why', async () => {
  const { windows, activity } = desk();
  await windows.open(INPUT, ANN, 's1');
  await windows.open({ ...INPUT, gateway: 'other' }, ANN, 's1');
  windows.closeAll('A grant was undone.');
  expect([...windows.inForce('local'), ...windows.inForce('other')]).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(activity.filter((a) => a.what === 'window.close').map((a) => a.text)).toEqual([
    'The permit window of ann is closed. A grant was undone.',
    'The permit window of ann is closed. A grant was undone.',
  ]);
});

test('a stop closes a window that is still being written down: it is never in force, and both stand in the record', async () => {
  let release: () => void = () => undefined;
  const { windows, activity } = desk((entry) => (entry.what === 'window.open' ? new Promise((r) => (release = r)) : Promise.resolve()));
  const opening = windows.open(INPUT, ANN, 's1');
  await vi.advanceTimersByTimeAsync(0);
  windows.closeAll('A grant was undone.');
  release();
  await expect(opening).rejects.toMatchObject({ code: 'window-closed', message: expect.stringContaining('A grant was undone.') });
  expect(windows.inForce('local')).toEqual([]);
  expect(windows.list()).toMatchObject([{ state: 'closed', outcome: 'A grant was undone.' }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(activity.map((a) => a.what)).toEqual(['window.open', 'window.close']);
});

test('the end of the session it was opened in closes a window, and no other one', async () => {
  const { windows, activity, changed } = desk();
  const { id } = await windows.open(INPUT, ANN, 's1');
  const other = await windows.open(INPUT, ANN, 's2');
  changed.splice(0);
  windows.sessionEnded('s1');
  expect(windows.inForce('local').map((w) => w.id)).toEqual([other.id]);
  expect([windows.take(id), changed]).toEqual([false, ['local']]);
  await vi.advanceTimersByTimeAsync(0);
  expect(activity.at(-1)).toMatchObject({
    what: 'window.close',
    text: 'The permit window of ann is closed. The session in which it was opened has ended.',
  });
});

test('the end of the session closes a window that is still being written down: it is never in force', async () => {
  let release: () => void = () => undefined;
  const { windows } = desk((entry) => (entry.what === 'window.open' ? new Promise((r) => (release = r)) : Promise.resolve()));
  const opening = windows.open(INPUT, ANN, 's1');
  await vi.advanceTimersByTimeAsync(0);
  windows.sessionEnded('s1');
  release();
  await expect(opening).rejects.toMatchObject({ code: 'window-closed' });
  expect(windows.inForce('local')).toEqual([]);
});

test('windows that are being written down count among the most that may be open', async () => {
  const { windows } = desk();
  const all = await Promise.allSettled(Array.from({ length: 21 }, () => windows.open(INPUT, ANN, 's1')));
  expect(all.map((one) => one.status).filter((status) => status === 'rejected')).toHaveLength(1);
  expect(windows.inForce('local')).toHaveLength(20);
});

test('a closed window is shown for ten minutes more, newest first', async () => {
  const { windows, pass } = desk();
  const first = await windows.open({ ...INPUT, seconds: 10 }, ANN, 's1');
  const second = await windows.open({ ...INPUT, seconds: 600 }, ANN, 's1');
  expect(windows.list().map((w) => w.id)).toEqual([second.id, first.id]);
  await pass(10_000);
  await pass(590_000);
  expect(windows.list().map((w) => w.state)).toEqual(['ended', 'ended']);
  await pass(10_001);
  expect(windows.list().map((w) => w.id)).toEqual([second.id]);
});

test('its approvals are automatic, on the account of the person and of the window', async () => {
  const { windows } = desk();
  const { id } = await windows.open(INPUT, ANN, 's1');
  expect(windows.actorOf(id)).toEqual({ kind: 'rule', name: 'permit window of ann', windowId: id });
  expect(windows.actorOf('w99')).toBeUndefined();
});

test('a new console has none', async () => {
  const before = desk();
  await before.windows.open(INPUT, ANN, 's1');
  before.windows.dispose();
  expect(before.windows.inForce('local')).toEqual([]);
  expect(desk().windows.list()).toEqual([]);
});
