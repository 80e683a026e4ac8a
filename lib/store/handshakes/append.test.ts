import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { isoOf } from '../../clock.ts';
import { START_MS, sampleDecision, sampleHandshake } from '../test-samples.ts';
import { testStore } from '../test-store.ts';

const rows = (count: number, at: number) =>
  Array.from({ length: count }, (_, n) => sampleHandshake(`${at} ${n}`, { at: isoOf(at + n), deviceId: `d${n % 50}` }));

/** Makes the log refuse the attempt with this id, as a disk does that is full in the middle of a batch. */
function refuse(folder: string, id: string): void {
  const db = new DatabaseSync(join(folder, 'handshakes.db'));
  db.exec(`create trigger refuse before insert on handshakes when new.id = '${id}' begin select raise(abort, 'no room'); end`);
  db.close();
}

function accept(folder: string): void {
  const db = new DatabaseSync(join(folder, 'handshakes.db'));
  db.exec('drop trigger refuse');
  db.close();
}

test('a batch that fails at its end leaves nothing of it, and comes whole when it is tried again', async () => {
  const { store, folder } = await testStore();
  await store.handshakes.append(rows(10, START_MS));
  const before = await store.handshakes.facets({});
  refuse(folder, `${START_MS + 1000} 999`);
  const batch = rows(1000, START_MS + 1000);
  await expect(store.handshakes.append(batch)).rejects.toThrow('no room');
  expect((await store.handshakes.list({ limit: 5000 })).items).toHaveLength(10);
  expect(await store.handshakes.facets({})).toEqual(before);
  accept(folder);
  expect(await store.handshakes.append(batch)).toHaveLength(1000);
  expect((await store.handshakes.list({ limit: 5000, fold: true })).items[0]?.run.count).toBe(20);
});

test('a batch that a crash cut off is not there, and the log goes on', async () => {
  const { store, folder } = await testStore();
  await store.handshakes.append(rows(10, START_MS));
  const writing = store.handshakes.append(rows(5000, START_MS + 1000));
  await new Promise((resolve) => setImmediate(resolve));
  // What another process would find now: the file and its log, as they are on the disk in the middle of the batch.
  const other = new DatabaseSync(join(folder, 'handshakes.db'), { readOnly: true });
  onTestFinished(() => other.close());
  expect(other.prepare('select count(*) as n from handshakes').get()).toEqual({ n: 10 });
  await writing;
  expect(other.prepare('select count(*) as n from handshakes').get()).toEqual({ n: 5010 });
});

test('decisions and readers do not wait for a large batch', async () => {
  const { store } = await testStore();
  let done = false;
  const writing = store.handshakes.append(rows(5000, START_MS)).finally(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  await store.decisions.begin(sampleDecision());
  expect((await store.handshakes.list({ limit: 5 })).items).toEqual([]);
  expect(done).toBe(false);
  await writing;
  expect((await store.handshakes.list({ limit: 5 })).items).toHaveLength(5);
});

test('an id that is no whole text is kept like any other, and is known again', async () => {
  const { store } = await testStore();
  const batch = [sampleHandshake('conn-a', { conn: 'a' }), sampleHandshake('a', { conn: 'conn-a' }), sampleHandshake('half \ud800', {})];
  const added = await store.handshakes.append(batch);
  expect(added.map((row) => row.conn)).toEqual(['a', 'conn-a', undefined]);
  expect(await store.handshakes.append(batch)).toEqual([]);
});
