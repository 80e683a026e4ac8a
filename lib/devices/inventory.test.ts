import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { createListReader, type PairingList } from '../gateway/records.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { sampleDecision } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { counter } from '../testing/counter.ts';
import { createInventory } from './inventory.ts';

const ID = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const CONSOLE = 'c0'.repeat(32);

const row = (over: Record<string, unknown> = {}) => ({
  deviceId: ID,
  publicKey: 'key-1',
  clientId: 'cli',
  roles: ['operator'],
  scopes: ['operator.read'],
  createdAtMs: 1000,
  approvedAtMs: 1000,
  tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1000 }],
  ...over,
});
const own = row({ deviceId: CONSOLE, publicKey: 'key-c', scopes: ['operator.admin'] });

/** An inventory over a real store, fed with answers as a gateway gives them. */
async function scene(opened?: Awaited<ReturnType<typeof testStore>>, sight = { all: false }) {
  const made = opened ?? (await testStore());
  const { store, clock } = made;
  const records: LogRecord[] = [];
  const shown: DeviceChangeView[] = [];
  const errors: unknown[] = [];
  const next = counter();
  const read = createListReader();
  const prefix = opened === undefined ? 'c' : 'again';
  const inventory = await createInventory({
    gateway: 'g1',
    consoleDeviceId: CONSOLE,
    store,
    seesAll: () => sight.all,
    records: () => records,
    readLog: () => Promise.resolve(),
    onChanges: (changes) => void shown.push(...changes),
    ourTime: (ms) => ms,
    clock,
    newId: () => `${prefix}${next()}`,
    onError: (error) => void errors.push(error),
  });
  return {
    ...made,
    records,
    shown,
    errors,
    inventory,
    /** One reading, looked at until nothing waits any more. */
    async reads(paired: readonly unknown[], over: Partial<PairingList> = {}) {
      const list = { ...read({ pending: [], paired }), ...over };
      inventory.onList(list);
      await inventory.idle();
      clock.advance(2000);
      inventory.onList(list);
      await inventory.idle();
      clock.advance(8000);
    },
  };
}

const kinds = (changes: readonly DeviceChangeView[]) => changes.map((c) => `${c.kind} ${c.by.kind}`);

test('the first reading of a gateway is no difference, but rows that say nobody was asked are told', async () => {
  const { reads, shown, inventory } = await scene();
  await reads([own, row(), row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'silent' })]);
  expect(kinds(shown)).toEqual(['first-seen silent']);
  expect(inventory.openOf(OTHER)).toBe(1);
  expect(inventory.openOf(ID)).toBe(0);
});

test('scopes that grew between two readings without a decision of ours are a grant that nobody clicked', async () => {
  const { reads, shown, errors, inventory, store } = await scene();
  await reads([own, row()]);
  await reads([own, row({ scopes: ['operator.read', 'operator.admin'] })]);
  expect(errors).toEqual([]);
  expect(shown).toMatchObject([{ kind: 'scopes-grew', by: { kind: 'silent', proof: 'no-decision' }, unclicked: true }]);
  expect(shown[0]?.gained.scopes).toContain('operator.admin');
  expect(inventory.openOf(ID)).toBe(1);
  const kept = await store.inventories.changes({ gateway: 'g1', open: true, limit: 10 });
  expect(kept.items.map((c) => c.id)).toEqual(shown.map((c) => c.id));
});

test('what is not explained yet waits for its explanation, and is told once', async () => {
  const { inventory, reads, shown, clock, records } = await scene();
  await reads([own, row()]);
  const grown = createListReader()({ pending: [], paired: [own, row({ scopes: ['operator.read', 'operator.write'] })] });
  inventory.onList(grown);
  await inventory.idle();
  expect(shown).toEqual([]);
  records.push({ kind: 'grant', at: clock.nowMs(), how: 'operator', deviceId: ID, role: 'operator', raw: 'device pairing approved' });
  for (const _reading of [1, 2]) {
    inventory.onList(grown);
    await inventory.idle();
  }
  expect(kinds(shown)).toEqual(['scopes-grew gateway-tools']);
});

test('a grant of a decision of this console is told as its own and is open to nobody', async () => {
  const { reads, shown, store, clock, inventory } = await scene();
  await reads([own, row()]);
  const at = new Date(clock.nowMs()).toISOString();
  await store.decisions.begin(
    sampleDecision({ id: 'd1', gateway: 'g1', deviceId: ID, state: 'approved', scopes: ['operator.write'], roles: ['operator'], at }),
  );
  await reads([own, row({ scopes: ['operator.read', 'operator.write'] })]);
  expect(shown).toMatchObject([{ kind: 'scopes-grew', by: { kind: 'console', decisionId: 'd1' }, unclicked: false }]);
  expect(inventory.openOf(ID)).toBe(0);
});

test('a restart hides no difference: what changed meanwhile is told at the first reading', async () => {
  const first = await scene();
  await first.reads([own, row()]);
  await first.inventory.dispose();
  const second = await scene(first);
  await second.reads([own, row({ scopes: ['operator.read', 'operator.pairing'] })]);
  expect(kinds(second.shown)).toEqual(['scopes-grew silent']);
});

test('a list that shows only the console, or rows that could not be read, removes nobody', async () => {
  const { reads, shown } = await scene();
  await reads([own, row()]);
  await reads([own]);
  await reads([own, row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'owner' })], { unread: 1 });
  expect(kinds(shown)).toEqual(['paired gateway-tools']);
  await reads([own, row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'owner' })]);
  expect(kinds(shown)).toEqual(['paired gateway-tools', 'removed unknown']);
});

test('the console’s own row is followed, but its own admission is nobody’s surprise', async () => {
  const { reads, shown } = await scene();
  await reads([own, row()]);
  await reads([row({ deviceId: CONSOLE, publicKey: 'key-c', scopes: ['operator.admin'], createdAtMs: 2000 }), row()]);
  expect(shown).toMatchObject([{ kind: 'paired-anew', unclicked: false }]);
});

test('an acknowledgement closes a grant once, and pruning leaves what is open', async () => {
  const { reads, store, clock, inventory } = await scene();
  await reads([own, row(), row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'silent' })]);
  await reads([own, row({ scopes: ['operator.write'] }), row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'silent' })]);
  const open = (await store.inventories.changes({ gateway: 'g1', open: true, limit: 10 })).items;
  expect(open).toHaveLength(2);
  const of = open.filter((c) => c.deviceId === ID).map((c) => c.id);
  const word = { by: 'operator', at: new Date(clock.nowMs()).toISOString() };
  const done = await store.inventories.acknowledge(of, word);
  inventory.acknowledged(done);
  expect(done).toMatchObject([{ deviceId: ID, acknowledged: word }]);
  expect(await store.inventories.acknowledge(of, word)).toEqual([]);
  expect(inventory.openOf(ID)).toBe(0);
  expect(await store.inventories.prune({ maxAgeMs: 0, maxRows: 10 }, clock.nowMs() + 1)).toBe(1);
  expect((await store.inventories.changes({ limit: 10 })).items.map((c) => c.deviceId)).toEqual([OTHER]);
});

test('a device that a gateway lists twice is no difference at every reading', async () => {
  const { reads, shown } = await scene();
  const twice = [own, row({ scopes: ['operator.read'] }), row({ scopes: ['operator.write'] })];
  await reads(twice);
  await reads(twice.map((one) => ({ ...one, lastSeenAtMs: 5 })));
  await reads(twice);
  expect(shown).toEqual([]);
});

test('what a console without full sight could not see before is no grant: it comes with the first list that shows everybody', async () => {
  const first = await scene();
  await first.reads([own]);
  await first.inventory.dispose();
  const { reads, shown, inventory } = await scene(first);
  await reads([own]);
  await reads([own, row(), row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'silent' })]);
  expect(kinds(shown)).toEqual(['first-seen silent']);
  await reads([own, row(), row({ deviceId: OTHER, publicKey: 'key-2', approvedVia: 'silent' }), row({ deviceId: 'ef'.repeat(32) })]);
  expect(kinds(shown)).toEqual(['first-seen silent', 'paired silent']);
  expect(inventory.openOf('ef'.repeat(32))).toBe(1);
});

test('a console that is shown everybody and is alone sees the first device come', async () => {
  const { reads, shown } = await scene(undefined, { all: true });
  await reads([own]);
  await reads([own, row()]);
  expect(kinds(shown)).toEqual(['paired silent']);
  await reads([own]);
  expect(shown.at(-1)?.kind).toBe('removed');
});

test('a row that could not be read before is no grant, and one that comes beside it is', async () => {
  const { reads, shown } = await scene();
  await reads([own, row()], { unread: 1 });
  await reads([own, row(), row({ deviceId: 'ef'.repeat(32) })], { unread: 1 });
  expect(shown.map((change) => change.deviceId)).toEqual(['ef'.repeat(32)]);
  await reads([own, row(), row({ deviceId: 'ef'.repeat(32) }), row({ deviceId: OTHER, publicKey: 'key-2' })]);
  expect(shown.map((change) => change.deviceId)).toEqual(['ef'.repeat(32)]);
});

test('a row that nobody can read makes no room for one that is made after it', async () => {
  const { reads, shown, clock } = await scene();
  await reads([own, row()], { unread: 1 });
  const fresh = row({ deviceId: OTHER, publicKey: 'key-2', scopes: ['operator.admin'], createdAtMs: clock.nowMs() + 60_000 });
  await reads([own, row(), fresh]);
  expect(shown).toMatchObject([{ kind: 'paired', deviceId: OTHER, unclicked: true }]);
});

test.each([
  ['was removed', [[own]], 'removed'],
  ['was paired anew', [[own, row({ createdAtMs: 9000, approvedVia: 'owner' })]], 'paired anew'],
])('grants of a pairing that %s are closed with why, and do not stand on the next one', async (_what, lists, why) => {
  const { reads, shown, inventory, store } = await scene(undefined, { all: true });
  await reads([own, row()]);
  await reads([own, row({ scopes: ['operator.admin'] })]);
  expect(inventory.openOf(ID)).toBe(1);
  for (const list of lists) await reads(list);
  await reads([own, row({ createdAtMs: 9000, approvedVia: 'owner' })]);
  expect(inventory.openOf(ID)).toBe(0);
  expect((await store.inventories.openOf('g1')).get(ID)).toBeUndefined();
  expect((await store.inventories.changes({ gateway: 'g1', open: true, limit: 10 })).items).toEqual([]);
  const told = shown.filter((change) => change.kind === 'scopes-grew').at(-1);
  expect(told?.closed?.why).toContain(why);
  expect(told?.acknowledged).toBeUndefined();
});

test('damage in the record costs one device what was known of it, is told, and stops nothing', async () => {
  const first = await scene();
  await first.reads([own, row(), row({ deviceId: OTHER, publicKey: 'key-2' })]);
  await first.reads([own, row({ scopes: ['operator.admin'] }), row({ deviceId: OTHER, publicKey: 'key-2' })]);
  await first.inventory.dispose();
  const db = new DatabaseSync(join(first.folder, 'gatehouse.db'));
  db.prepare('update inventory set body = ? where device_id = ?').run('{', OTHER);
  db.exec("update device_changes set body = '{}'; update notes set body = '{' where key = 'inventory-at'");
  db.close();
  const { reads, shown, errors, inventory, store, clock } = await scene(first);
  expect(errors).toHaveLength(2);
  await reads([own, row({ scopes: ['operator.admin'] }), row({ deviceId: OTHER, publicKey: 'key-2' })]);
  expect(shown).toEqual([]);
  await reads([own, row({ scopes: ['operator.admin'] }), row({ deviceId: OTHER, publicKey: 'key-2', scopes: ['operator.write'] })]);
  expect(shown).toMatchObject([{ kind: 'scopes-grew', deviceId: OTHER }]);
  expect(errors).toHaveLength(2);
  const open = (await store.inventories.changes({ gateway: 'g1', open: true, limit: 10 })).items;
  expect(open).toMatchObject([{ deviceId: OTHER }, { deviceId: ID, kind: 'unreadable', unclicked: true }]);
  const word = { by: 'operator', at: new Date(clock.nowMs()).toISOString() };
  inventory.acknowledged(
    await store.inventories.acknowledge(
      open.map(({ id }) => id),
      word,
    ),
  );
  expect([inventory.openOf(ID), inventory.openOf(OTHER)]).toEqual([0, 0]);
});

test('a damaged decision or take-back explains nothing and hides no difference', async () => {
  const { reads, shown, errors, store, clock, folder } = await scene();
  await reads([own, row()]);
  const at = new Date(clock.nowMs()).toISOString();
  await store.decisions.begin(sampleDecision({ id: 'd1', gateway: 'g1', deviceId: ID, state: 'approved', at }));
  const key = { gateway: 'g1', deviceId: ID, publicKey: 'key-1' };
  await store.takeBacks.begin({
    view: { id: 't1', ...key, by: 'operator', lost: [], at, state: 'gone', outcome: 'It is gone.', enforcement: 'enforced' },
  });
  const db = new DatabaseSync(join(folder, 'gatehouse.db'));
  db.exec("update decisions set body = '{'; update take_backs set body = '{'");
  db.close();
  await reads([own, row({ scopes: ['operator.read', 'operator.write'] })]);
  expect(errors).toEqual([]);
  expect(kinds(shown)).toEqual(['scopes-grew silent']);
});

test('open grants that the record forgot count no more', async () => {
  const { reads, store, clock, inventory } = await scene();
  await reads([own, row()]);
  await reads([own, row({ scopes: ['operator.admin'] })]);
  expect(inventory.openOf(ID)).toBe(1);
  expect(await store.inventories.prune({ maxAgeMs: 1e12, maxRows: 0 }, clock.nowMs())).toBe(1);
  await inventory.idle();
  expect(inventory.openOf(ID)).toBe(0);
});
