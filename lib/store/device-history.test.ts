// The history of one device: of that device alone, newest first, and whole milliseconds.
import { expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { START_MS, sampleActivity, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const ASK = { gateway: 'g1', deviceId: 'dev1', untilMs: START_MS + 10, atLeast: 1 };

test('decisions up to a moment, and all of the last millisecond', async () => {
  const { store } = await testStore();
  const at = async (id: string, ms: number, over = {}) => store.decisions.begin(sampleDecision({ id, at: isoOf(START_MS + ms), ...over }));
  await at('old', 1);
  await at('one', 5);
  await at('two', 5);
  await at('later', 11);
  await at('other', 5, { deviceId: 'dev2' });
  await at('elsewhere', 5, { gateway: 'g2' });
  const ids = async (atLeast: number) => (await store.deviceHistory.decisions({ ...ASK, atLeast })).map(({ id }) => id);
  expect(await ids(1)).toEqual(['two', 'one']);
  expect(await ids(3)).toEqual(['two', 'one', 'old']);
  expect(await ids(50)).toEqual(['two', 'one', 'old']);
});

test('words of people about a device, and about no other', async () => {
  const { store } = await testStore();
  const deviceId = 'abcdef0123';
  const said = (id: string, what: string, text: string) => store.activity.append(sampleActivity(id, { gateway: 'g1', what, text }));
  await said('1', 'device.vouched', 'operator vouched for the device abcdef01.');
  await said('2', 'device.vouched', 'operator vouched for the device 99999999.');
  await said('3', 'device.taken-back', 'abcdef01: gone');
  expect((await store.deviceHistory.words({ ...ASK, deviceId })).map(({ id }) => id)).toEqual(['1']);
});

test('differences, acts and take-backs come back as they were kept', async () => {
  const { store } = await testStore();
  const at = isoOf(START_MS);
  const held = { roles: [], scopes: ['operator.admin'] };
  const change = {
    id: 'c1',
    gateway: 'g1',
    deviceId: 'dev1',
    at,
    kind: 'scopes-grew' as const,
    gained: held,
    lost: { roles: [], scopes: [] },
  };
  await store.inventories.keep('g1', {
    set: [],
    gone: [],
    changes: [{ ...change, by: { kind: 'silent', proof: 'log' }, text: 'It got admin.', unclicked: true }],
  });
  const key = { gateway: 'g1', deviceId: 'dev1', publicKey: 'key1' };
  const act = {
    id: 'a1',
    act: 'revoke' as const,
    gateway: 'g1',
    deviceId: 'dev1',
    by: 'operator',
    at,
    state: 'done' as const,
    outcome: 'Read back.',
  };
  await store.deviceActs.begin({ view: act, input: { act: 'revoke', ...key, holds: [] } });
  const taken = { id: 't1', ...key, by: 'operator', lost: ['operator.read'], at, state: 'gone' as const, outcome: 'It is gone.' };
  await store.takeBacks.begin({ view: { ...taken, enforcement: 'enforced' } });
  expect(await store.deviceHistory.changes(ASK)).toMatchObject([{ id: 'c1', unclicked: true }]);
  expect(await store.deviceHistory.acts(ASK)).toEqual([act]);
  expect(await store.deviceHistory.takeBacks(ASK)).toEqual([{ ...taken, enforcement: 'enforced' }]);
});
