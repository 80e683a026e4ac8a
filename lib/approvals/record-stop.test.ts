// Whatever the switch in a restored or new record says, automation begins stopped, and only a person lifts that.
import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../clock.ts';
import type { RecordNotice } from '../store/record-notice.ts';
import { createAutomation } from './automation.ts';
import { stoppedBy, tellsOfRecord } from './record-stop.ts';

const AT = '2026-11-22T12:00:00.000Z';
const notice: RecordNotice = { kind: 'lost', at: AT, text: 'The record was lost.' };

async function startedWith(kept: unknown, given: RecordNotice | undefined = notice) {
  const automation = await createAutomation({
    clock: manualClock(Date.parse(AT)),
    load: () => Promise.resolve(stoppedBy(given, kept)),
    save: () => Promise.resolve(),
    onChange: () => undefined,
  });
  onTestFinished(automation.dispose);
  return automation;
}

test.each([
  ['a new record', undefined],
  ['one with automation on', { on: true, since: AT }],
  ['one that a mere flood had stopped', { on: true, since: AT, suspended: { cause: 'flood', text: 'Many.', since: AT } }],
  ['one that another stop held', { on: true, since: AT, suspended: { cause: 'undone', text: 'Undone.', since: AT } }],
])('%s begins stopped for its own cause, needs a person, and is on only after that', async (_what, kept) => {
  const automation = await startedWith(kept);
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'record-lost', text: expect.stringContaining(notice.text) });
  expect(automation.needsPerson()).toBe(true);
  await automation.set(true, true);
  expect(automation.view().state).toBe('on');
});

test('a stop of before is still told', async () => {
  const kept = { on: true, since: AT, suspended: { cause: 'undone', text: 'An approval was undone.', since: AT } };
  expect((await startedWith(kept)).view().text).toContain('An approval was undone.');
});

test('switched off it stays off, and stands stopped when it is switched on', async () => {
  const automation = await startedWith({ on: false, since: AT, offByPerson: true }, { ...notice, kind: 'restored' });
  expect(automation.view().state).toBe('off');
  await automation.set(true, true);
  expect(automation.view()).toMatchObject({ state: 'suspended', cause: 'record-restored' });
});

test('a switch that cannot be read is off, with or without a notice', async () => {
  for (const kept of [null, 'on', [], { on: 'yes' }]) expect((await startedWith(kept)).view().state).toBe('off');
});

test('without a notice nothing changes', async () => {
  expect(stoppedBy(undefined, undefined)).toBeUndefined();
  expect([undefined, ['undone' as const], ['undone' as const, 'record-lost' as const]].map(tellsOfRecord)).toEqual([false, false, true]);
});
