// What people said of a gateway and its keys: kept over restarts, dropped when its ground is gone, never better than what was said.
import { expect, test } from 'vitest';
import { type PairedDevice, readPairingList } from '#lib/gateway/records.ts';
import { Problem } from '#lib/problem.ts';
import type { NewActivity } from '#lib/store/activity.ts';
import { testStore } from '#lib/store/test-store.ts';
import { recordedJson } from '#lib/testing/recorded.ts';
import { createStanding } from './standing.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const TOKEN = { kind: 'api-token', name: 'API token' } as const;
const ROW: PairedDevice = { deviceId: 'd1', publicKey: 'pk', roles: ['operator'], scopes: ['operator.read'], tokens: [], createdAtMs: 5 };

async function standingOf(opened?: Pick<Awaited<ReturnType<typeof testStore>>, 'store' | 'clock' | 'folder'>) {
  const { store, clock, folder } = opened ?? (await testStore());
  const records: Omit<NewActivity, 'id' | 'at'>[] = [];
  const standing = await createStanding({ gateway: 'g', store, clock, record: (entry) => Promise.resolve(void records.push(entry)) });
  return { standing, records, store, clock, opened: { store, clock, folder } };
}

test('nobody has said anything at first', async () => {
  const { standing } = await standingOf();
  expect(standing.statement()).toEqual({ noProxyInFront: false, unacknowledged: false });
  expect(standing.ledgerOf(ROW)).toBeUndefined();
  expect(standing.provenanceOf(ROW)).toBeUndefined();
  expect(standing.identityProblem()).toBeUndefined();
});

test('the statement is kept with who and when, and survives a restart', async () => {
  const first = await standingOf();
  await first.standing.setStatement(true, PERSON, 'f1');
  const said = { noProxyInFront: true, unacknowledged: false, by: 'operator', at: expect.any(String) };
  expect(first.standing.statement()).toEqual(said);
  expect(first.records).toMatchObject([{ what: 'statement.set', actor: PERSON }]);
  expect((await standingOf(first.opened)).standing.statement()).toEqual(said);
});

test('the statement falls when the configuration changes, and says why', async () => {
  const { standing, records, opened } = await standingOf();
  await standing.setStatement(true, PERSON, 'f1');
  expect(await standing.configurationIs('f1')).toBe(false);
  expect(standing.statement().noProxyInFront).toBe(true);
  expect(await standing.configurationIs('f2')).toBe(true);
  expect(standing.statement()).toMatchObject({ noProxyInFront: false, droppedBecause: 'The gateway’s configuration changed.' });
  expect(records.at(-1)?.what).toBe('statement.dropped');
  expect((await standingOf(opened)).standing.statement().noProxyInFront).toBe(false);
  expect(await standing.configurationIs('f3')).toBe(false);
});

test('a dropped statement is gone even when that cannot be written', async () => {
  const { store, clock } = await testStore();
  let writable = true;
  const notes = {
    ...store.notes,
    set: (...args: Parameters<typeof store.notes.set>) =>
      writable ? store.notes.set(...args) : Promise.reject(new Problem('store-unwritable')),
  };
  const standing = await createStanding({ gateway: 'g', store: { ...store, notes }, clock, record: () => Promise.resolve() });
  await standing.setStatement(true, PERSON, 'f1');
  writable = false;
  await expect(standing.dropStatement('Another user was seen.')).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(standing.statement().noProxyInFront).toBe(false);
});

test('a statement that cannot be recorded is not given', async () => {
  const { store, clock } = await testStore();
  const standing = await createStanding({ gateway: 'g', store, clock, record: () => Promise.reject(new Problem('store-unwritable')) });
  await expect(standing.setStatement(true, PERSON, 'f1')).rejects.toMatchObject({ code: 'store-unwritable' });
  expect(standing.statement().noProxyInFront).toBe(false);
});

test('there is no statement about a configuration that nobody can read', async () => {
  const { standing } = await standingOf();
  await expect(standing.setStatement(true, PERSON, undefined)).rejects.toBeInstanceOf(Problem);
  expect(standing.statement().noProxyInFront).toBe(false);
});

test('a statement of the API token is marked until a person acknowledges it', async () => {
  const { standing, records } = await standingOf();
  await standing.setStatement(true, TOKEN, 'f1');
  expect(standing.statement().unacknowledged).toBe(true);
  const at = standing.statement().at ?? '';
  await expect(standing.acknowledge('2020-01-01T00:00:00.000Z', PERSON)).rejects.toMatchObject({ code: 'request-changed' });
  expect(standing.statement().unacknowledged).toBe(true);
  await standing.acknowledge(at, PERSON);
  expect(standing.statement()).toMatchObject({ noProxyInFront: true, unacknowledged: false });
  await standing.acknowledge(at, PERSON);
  expect(records.map((r) => r.what)).toEqual(['statement.set', 'statement.acknowledged']);
  expect(await standing.configurationIs('f1')).toBe(false);
});

test('a note that cannot be read counts as not said', async () => {
  const opened = await testStore();
  await opened.store.notes.set('g', 'statement', { noProxyInFront: 'yes' });
  expect((await standingOf(opened)).standing.statement().noProxyInFront).toBe(false);
});

test('the first identity is kept; another is news once and a problem until a person accepts it', async () => {
  const { standing, opened } = await standingOf();
  expect(await standing.identityIs('a'.repeat(64))).toBe(false);
  expect(await standing.identityIs('b'.repeat(64))).toBe(true);
  expect(await standing.identityIs('b'.repeat(64))).toBe(false);
  expect(standing.identityProblem()?.code).toBe('gateway-identity-changed');
  expect(await (await standingOf(opened)).standing.identityIs('b'.repeat(64))).toBe(true);
  await standing.acceptIdentity('b'.repeat(64), PERSON);
  expect(standing.identityProblem()).toBeUndefined();
  expect(await standing.identityIs('b'.repeat(64))).toBe(false);
});

test('an identity that comes back ends the problem', async () => {
  const { standing } = await standingOf();
  await standing.identityIs('a');
  await standing.identityIs('b');
  await standing.identityIs('a');
  expect(standing.identityProblem()).toBeUndefined();
});

test('an approval or a voucher is provenance of exactly that row', async () => {
  const { standing, opened } = await standingOf();
  await standing.approved(ROW, 'operator', true);
  expect(standing.provenanceOf(ROW)).toBe('ledger');
  expect(standing.provenanceOf({ ...ROW, publicKey: 'other' })).toBeUndefined();
  expect(standing.provenanceOf({ ...ROW, deviceId: 'd2' })).toBeUndefined();
  expect(standing.provenanceOf({ ...ROW, createdAtMs: 6 })).toBeUndefined();
  expect(standing.provenanceOf(undefined)).toBeUndefined();
  expect((await standingOf(opened)).standing.provenanceOf(ROW)).toBe('ledger');
  const vouched = { ...ROW, deviceId: 'd3' };
  await standing.setVouched(vouched, true, PERSON);
  expect(standing.provenanceOf(vouched)).toBe('vouched');
  expect(standing.provenanceOf({ ...vouched, createdAtMs: 6 })).toBeUndefined();
  await standing.setVouched(vouched, false, PERSON);
  expect(standing.provenanceOf(vouched)).toBeUndefined();
});

test('a row that does not say when it was made has no provenance: it may have been made anew', async () => {
  const { standing } = await standingOf();
  const { createdAtMs: _made, ...row } = ROW;
  await standing.approved(row, 'operator', true);
  await standing.setVouched(row, true, PERSON);
  expect(standing.provenanceOf(row)).toBeUndefined();
});

test.each(['2026.4.14', '2026.9.6-default'] as const)('every paired row of %s says when it was made', (recording) => {
  const { paired } = readPairingList(recordedJson(recording, 'device.pair.list.json'));
  expect(paired.length).toBeGreaterThan(0);
  expect(paired.every((row) => typeof row.createdAtMs === 'number')).toBe(true);
});

test('a refused key stays refused under a rule’s approval; a person’s lifts it', async () => {
  const { standing } = await standingOf();
  await standing.refused({ gateway: 'g', deviceId: 'd1', publicKey: 'pk' }, 'operator', 'rejected');
  expect(standing.ledgerOf(ROW)?.refused).toMatchObject({ by: 'operator', why: 'rejected' });
  await standing.approved(ROW, 'rule x', false);
  expect(standing.ledgerOf(ROW)?.refused).toBeDefined();
  await standing.approved(ROW, 'operator', true);
  expect(standing.ledgerOf(ROW)?.refused).toBeUndefined();
});

test('a key revoked or removed on the gateway itself is refused, unless it was approved here later', async () => {
  const { standing, clock } = await standingOf();
  const before = clock.nowMs();
  clock.advance(1000);
  await standing.approved(ROW, 'operator', true);
  expect(await standing.refusedElsewhere(ROW, 'removed', before)).toBe(false);
  expect(standing.ledgerOf(ROW)?.refused).toBeUndefined();
  expect(await standing.refusedElsewhere(ROW, 'removed', clock.nowMs() + 1)).toBe(true);
  expect(standing.ledgerOf(ROW)?.refused?.why).toBe('removed');
  expect(await standing.refusedElsewhere(ROW, 'removed', clock.nowMs() + 2)).toBe(false);
});

test('keys that were approved here and are listed no more are named', async () => {
  const { standing } = await standingOf();
  await standing.approved(ROW, 'operator', true);
  expect(standing.missingFrom([ROW])).toEqual([]);
  expect(standing.missingFrom([])).toMatchObject([{ deviceId: 'd1' }]);
  expect(standing.knownKey('d1')?.publicKey).toBe('pk');
});

test('how the console itself came in is recorded once, over restarts too', async () => {
  const { standing, records, opened } = await standingOf();
  await standing.admitted(['operator.admin'], ROW);
  await standing.admitted(['operator.admin'], ROW);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ what: 'console.connected', actor: { kind: 'gateway' } });
  const again = await standingOf(opened);
  await again.standing.admitted(['operator.admin'], ROW);
  expect(again.records).toEqual([]);
});
