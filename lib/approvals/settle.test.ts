// After a crash the record says what the gateway shows, and never more than that.
import { expect, test } from 'vitest';
import type { DecisionView } from '#lib/api/shapes.ts';
import { isoOf } from '#lib/clock.ts';
import type { PairedDevice, PairingList, PendingRequest } from '#lib/gateway/records.ts';
import { START_MS, sampleDecision } from '#lib/store/test-samples.ts';
import { settlementOf } from './settle.ts';

const asked = (over: Partial<DecisionView> = {}) => sampleDecision({ scopes: ['operator.read', 'operator.write'], ...over });
const row = (over: Partial<PairedDevice> = {}): PairedDevice => ({
  deviceId: 'dev1',
  publicKey: 'key1',
  roles: ['operator'],
  scopes: ['operator.write', 'operator.read'],
  tokens: [],
  approvedAtMs: START_MS + 50,
  ...over,
});
const waiting: PendingRequest = {
  requestId: 'r1',
  deviceId: 'dev1',
  publicKey: 'pk',
  roles: ['operator'],
  scopes: ['operator.read'],
  silent: false,
  isRepair: true,
  ts: START_MS,
};
const list = (over: Partial<PairingList>): PairingList => ({ pending: [], paired: [], unread: 0, ...over });

const TABLE: [string, DecisionView, PairingList, string][] = [
  ['still waiting', asked(), list({ pending: [waiting], paired: [row()] }), 'settled-not-done'],
  ['gone, holds it, approved since', asked(), list({ paired: [row()] }), 'settled-approved'],
  ['gone, holds it, approved long before', asked(), list({ paired: [row({ approvedAtMs: START_MS - 60_000 })] }), 'settled-unknown'],
  ['gone, holds it, time of approval unknown', asked(), list({ paired: [row({ approvedAtMs: undefined })] }), 'settled-unknown'],
  ['gone, holds less', asked(), list({ paired: [row({ scopes: ['operator.read'] })] }), 'settled-unknown'],
  [
    'gone, holds more than was decided',
    asked(),
    list({ paired: [row({ scopes: ['operator.read', 'operator.write', 'operator.admin'] })] }),
    'settled-unknown',
  ],
  ['gone, holds another role as well', asked(), list({ paired: [row({ roles: ['node', 'operator'] })] }), 'settled-unknown'],
  ['gone, another key holds it', asked(), list({ paired: [row({ publicKey: 'key2' })] }), 'settled-unknown'],
  ['gone with its device', asked(), list({}), 'settled-unknown'],
  ['gone, another device holds it', asked(), list({ paired: [row({ deviceId: 'dev2' })] }), 'settled-unknown'],
  ['a rejection, request gone', asked({ action: 'reject' }), list({ paired: [row()] }), 'settled-unknown'],
  ['a rejection, still waiting', asked({ action: 'reject' }), list({ pending: [waiting] }), 'settled-not-done'],
  ['no scopes asked', asked({ scopes: [] }), list({ paired: [row()] }), 'settled-unknown'],
];

test.each(TABLE)('%s', (_name, decision, listed, state) => {
  const settled = settlementOf(decision, listed, START_MS + 1000);
  expect(settled.state).toBe(state);
  expect(settled.answeredAt).toBe(isoOf(START_MS + 1000));
  expect(settled.outcome).toMatch(/^Gatehouse stopped before the gateway answered\./);
});
