// Backups: whole, private, without keys, a day apart, and put back by one step that changes nothing when it is refused.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { isoOf, manualClock } from '../clock.ts';
import { backupName, KEPT, listBackups, newestGood, pruneBackups, writeBackup } from './backups.ts';
import { createDailyBackup } from './daily-backup.ts';
import { openStore } from './open.ts';
import { restoreRecord } from './restore.ts';
import { START_MS, sampleActivity, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const DAY_MS = 86_400_000;
const unusable = expect.objectContaining({ code: 'backup-unusable' });
const recordOf = (folder: string) => join(folder, 'gatehouse.db');

test('a backup beside a working store holds what was acknowledged, is private, and leaves no draft', async () => {
  const { store, folder } = await testStore();
  await store.decisions.begin(sampleDecision());
  await store.activity.append(sampleActivity('a1'));
  const target = backupName(folder, START_MS);
  writeBackup(recordOf(folder), target);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'backups')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'backups'))).toEqual(['gatehouse-2026-11-22T12-00-00Z.db']);
  const db = new DatabaseSync(target, { readOnly: true });
  onTestFinished(() => db.close());
  expect(db.prepare('select count(*) as n from decisions').get()?.n).toBe(1);
  // The store goes on.
  await store.decisions.begin(sampleDecision({ id: 'd2' }));
});

test('nothing is written over, and no record means no backup', async () => {
  const { folder } = await testStore();
  const target = join(folder, 'mine.db');
  writeFileSync(target, 'mine');
  expect(() => writeBackup(recordOf(folder), target)).toThrow(unusable);
  expect(readFileSync(target, 'utf8')).toBe('mine');
  expect(() => writeBackup(join(folder, 'absent.db'), join(folder, 'other.db'))).toThrow(unusable);
  expect(existsSync(join(folder, 'other.db'))).toBe(false);
});

test('no backup is what fills the disk', async () => {
  const { folder } = await testStore();
  expect(() => writeBackup(recordOf(folder), join(folder, 'copy.db'), Number.MAX_SAFE_INTEGER)).toThrow(/nearly full/);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
});

test('a damaged record becomes no backup', async () => {
  const { folder, close } = await testStore();
  const damaged = join(folder, 'damaged.db');
  writeBackup(recordOf(folder), damaged);
  const content = readFileSync(damaged);
  content.fill(0xa5, 4096, 12_288);
  writeFileSync(damaged, content);
  expect(() => writeBackup(damaged, join(folder, 'copy.db'))).toThrow(unusable);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
  await close();
});

test('a day has one backup, made in a process of its own; the oldest go beyond those that are kept', async () => {
  const { folder } = await testStore();
  const clock = manualClock(START_MS);
  const done: string[] = [];
  const failed: unknown[] = [];
  const daily = createDailyBackup({ folder, clock, onDone: (file) => void done.push(file), onFailure: (error) => void failed.push(error) });
  onTestFinished(daily.dispose);
  await daily.look();
  await daily.look();
  expect(failed).toEqual([]);
  expect(done).toHaveLength(1);
  clock.advance(DAY_MS - 1000);
  await daily.look();
  expect(done).toHaveLength(1);
  clock.advance(1000);
  await daily.look();
  expect(listBackups(folder)).toHaveLength(2);
  const mine = join(folder, 'backups', 'before-the-upgrade.db');
  writeFileSync(mine, 'mine');
  const left = `${backupName(folder, START_MS)}.draft-journal`;
  writeFileSync(left, 'left by a kill');
  for (let day = 2; day < 20; day++) writeFileSync(backupName(folder, START_MS + day * DAY_MS), 'x');
  pruneBackups(folder);
  expect(listBackups(folder).map(({ atMs }) => atMs)).toEqual(Array.from({ length: KEPT }, (_, i) => START_MS + (19 - i) * DAY_MS));
  expect([existsSync(mine), existsSync(left)]).toEqual([true, false]);
  // Twenty made by hand on one day push none of the days out.
  for (let hour = 1; hour <= 20; hour++) writeFileSync(backupName(folder, START_MS + 19 * DAY_MS + hour * 60_000), 'by hand');
  pruneBackups(folder);
  const days = new Set(listBackups(folder).map(({ atMs }) => Math.floor((atMs - START_MS) / DAY_MS)));
  expect(days.size).toBe(KEPT);
  expect(listBackups(folder).length).toBeLessThanOrEqual(2 * KEPT);
});

test('a clock that went back does not keep the next backup waiting, nor make one at each look', async () => {
  const { folder } = await testStore();
  mkdirSync(join(folder, 'backups'));
  writeFileSync(backupName(folder, START_MS + 400 * DAY_MS), 'from the future');
  const done: string[] = [];
  const daily = createDailyBackup({
    folder,
    clock: manualClock(START_MS),
    onDone: (file) => void done.push(file),
    onFailure: () => undefined,
    make: (_, target) => {
      writeFileSync(target, 'x');
      return Promise.resolve();
    },
  });
  onTestFinished(daily.dispose);
  await daily.look();
  await daily.look();
  expect(done).toHaveLength(1);
});

test('a backup that fails is told, costs none of the old ones, and is tried again', async () => {
  const { folder } = await testStore();
  const failed: unknown[] = [];
  let tries = 0;
  mkdirSync(join(folder, 'backups'));
  for (let day = 1; day <= 16; day++) writeFileSync(backupName(folder, START_MS - day * 2 * DAY_MS), 'x');
  const daily = createDailyBackup({
    folder,
    clock: manualClock(START_MS),
    onDone: () => undefined,
    onFailure: (error) => void failed.push(error),
    make() {
      tries += 1;
      return Promise.reject(new Error('full'));
    },
  });
  onTestFinished(daily.dispose);
  await daily.look();
  await daily.look();
  expect([failed.length, tries]).toEqual([2, 2]);
  expect(listBackups(folder)).toHaveLength(16);
});

test('a console that stops does not wait for its backup, and leaves no half of one', async () => {
  const { folder } = await testStore();
  const failed: unknown[] = [];
  const daily = createDailyBackup({
    folder,
    clock: manualClock(START_MS),
    onDone: () => undefined,
    onFailure: (error) => void failed.push(error),
  });
  const looking = daily.look();
  await daily.dispose();
  await looking;
  expect(failed).toEqual([]);
  expect(existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')) : []).toEqual([]);
});

test('a restore puts the record back, keeps the one before, and leaves its word', async () => {
  const { store, folder, clock, close } = await testStore();
  await store.decisions.begin(sampleDecision());
  await store.activity.append(sampleActivity('a1'));
  const target = backupName(folder, START_MS);
  writeBackup(recordOf(folder), target);
  await store.decisions.begin(sampleDecision({ id: 'd2' }));
  expect(() => restoreRecord(folder, target, clock)).toThrow(expect.objectContaining({ code: 'data-folder-locked' }));
  await store.dispose();
  const { aside, lastMs } = restoreRecord(folder, target, clock);
  expect(lastMs).toBe(START_MS);
  expect(aside).toContain('gatehouse.db.replaced-');
  expect(existsSync(aside ?? '')).toBe(true);
  expect(statSync(recordOf(folder)).mode & 0o777).toBe(0o600);
  const again = await openStore({ folder, clock });
  onTestFinished(again.dispose);
  expect(again.notice).toMatchObject({ kind: 'restored', at: isoOf(START_MS) });
  expect(await again.decisions.get('d1')).toBeDefined();
  expect(await again.decisions.get('d2')).toBeUndefined();
  expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
  await again.dispose();
  await close();
});

test('what stands only in the log of a copied database is restored with it', async () => {
  const { store, folder, clock } = await testStore();
  await store.decisions.begin(sampleDecision());
  const copied = join(folder, 'by-hand.db');
  for (const part of ['', '-wal']) writeFileSync(copied + part, readFileSync(recordOf(folder) + part));
  await store.dispose();
  restoreRecord(folder, copied, clock);
  const again = await openStore({ folder, clock });
  onTestFinished(again.dispose);
  expect(await again.decisions.get('d1')).toBeDefined();
  await again.dispose();
});

test.each([
  ['is not there', /not a file/, () => undefined],
  ['is no database', /damaged or no database/, (file: string) => writeFileSync(file, 'no database at all'.repeat(400))],
  [
    'is another database',
    /no record of Gatehouse/,
    (file: string) => {
      const db = new DatabaseSync(file);
      db.exec('create table activity (a)');
      db.close();
    },
  ],
  [
    'is of a newer version',
    /newer Gatehouse/,
    (file: string, whole: string) => {
      writeFileSync(file, readFileSync(whole));
      const db = new DatabaseSync(file);
      db.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
      db.close();
    },
  ],
  [
    'is damaged in its last page',
    /damaged/,
    (file: string, whole: string) => {
      const content = readFileSync(whole);
      content.fill(0xa5, content.length - 4096);
      writeFileSync(file, content);
    },
  ],
  [
    'is damaged',
    /damaged/,
    (file: string, whole: string) => {
      const content = readFileSync(whole);
      content.fill(0xa5, 8192, 16_384);
      writeFileSync(file, content);
    },
  ],
])('a file that %s is refused, and nothing changed', async (_what, why, make) => {
  const { store, folder, clock } = await testStore();
  await store.decisions.begin(sampleDecision());
  const whole = backupName(folder, START_MS);
  writeBackup(recordOf(folder), whole);
  await store.dispose();
  const file = join(folder, 'given.db');
  make(file, whole);
  const before = readFileSync(recordOf(folder));
  const names = readdirSync(folder).sort();
  expect(() => restoreRecord(folder, file, clock)).toThrow(unusable);
  expect(() => restoreRecord(folder, file, clock)).toThrow(why);
  expect(readFileSync(recordOf(folder))).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual(names);
  expect(newestGood(folder)?.file).toBe(whole);
});
