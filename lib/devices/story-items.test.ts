// Each kind of thing in a device's life reads as one sentence, and none is called done that was not.
import { expect, test } from 'vitest';
import type { DeviceActView, DeviceChangeView } from '../api/device-shapes.ts';
import { sampleDecision } from '../store/test-samples.ts';
import { actItem, changeItem, decisionItem, nodeDecisionItem } from './story-items.ts';

const act: DeviceActView = {
  id: 'a',
  act: 'rotate',
  gateway: 'g',
  deviceId: 'd',
  by: 'operator',
  at: '2026-11-22T12:00:00.000Z',
  state: 'done',
  outcome: 'Read back.',
};
const change: DeviceChangeView = {
  id: 'c',
  seq: 1,
  gateway: 'g',
  deviceId: 'd',
  at: act.at,
  kind: 'scopes-grew',
  by: { kind: 'silent', proof: 'log' },
  gained: { roles: [], scopes: ['operator.admin'] },
  lost: { roles: [], scopes: [] },
  text: 'It got admin.',
  unclicked: true,
};

test('a decision carries its evidence, and doubt is no approval', () => {
  expect(decisionItem(sampleDecision({ state: 'approved' }))).toMatchObject({ title: 'Approved by operator', tone: 'good' });
  expect(decisionItem(sampleDecision({ state: 'approved' })).text).toContain("Signed by this host's own key.");
  expect(decisionItem(sampleDecision({ state: 'settled-unknown' }))).toMatchObject({
    tone: 'warn',
    title: expect.stringContaining('not known'),
  });
  expect(decisionItem(sampleDecision({ state: 'failed' })).title).toContain('did not take place');
});

test('an act says what became of it', () => {
  expect(actItem(act)).toMatchObject({ title: 'Token rotated by operator', tone: 'good' });
  expect(actItem({ ...act, state: 'failed' })).toMatchObject({ title: 'Token rotated by operator: not done', tone: 'bad' });
});

test('a grant that nobody clicked stands out until somebody has seen to it', () => {
  expect(changeItem(change).tone).toBe('bad');
  expect(changeItem({ ...change, acknowledged: { by: 'operator', at: act.at } })).toMatchObject({
    tone: 'plain',
    text: 'It got admin. operator acknowledged it.',
  });
});

test('what may be run on a node stands in its story by danger, and doubt is no approval', () => {
  const decision = {
    ...act,
    nodeId: 'd',
    action: 'approve' as const,
    commands: ['system.notify', 'system.run'],
    state: 'approved' as const,
  };
  expect(nodeDecisionItem(decision)).toMatchObject({
    title: 'Its commands approved by operator',
    tone: 'good',
    text: 'Asked for any command on its machine (system.run); notices (system.notify). Read back.',
  });
  expect(nodeDecisionItem({ ...decision, state: 'unknown' })).toMatchObject({ tone: 'warn', title: expect.stringContaining('not known') });
});
