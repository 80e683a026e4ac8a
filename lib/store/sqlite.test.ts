import { join } from 'node:path';
import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { expect, onTestFinished, test } from 'vitest';
import { createActivity } from './activity.ts';
import { migrationsWith } from './migrations.ts';
import { createNotes } from './notes.ts';
import { inTransaction, type Schema } from './schema.ts';
import { openDatabase, sqliteDialect } from './sqlite.ts';
import { sampleActivity, temporaryFolder } from './test-samples.ts';

async function database() {
  const { folder, remove } = temporaryFolder();
  const raw = openDatabase(join(folder, 'test.db'));
  const db = new Kysely<Schema>({ dialect: sqliteDialect(raw) });
  for (const step of Object.values(migrationsWith(async () => {}))) await step.up(new Kysely({ dialect: sqliteDialect(raw) }));
  onTestFinished(async () => {
    await db.destroy();
    remove();
  });
  return { raw, db, notes: createNotes(db), activity: createActivity(db) };
}

const idsOf = async (activity: ReturnType<typeof createActivity>) => (await activity.list({ limit: 10 })).items.map((entry) => entry.id);
const big = 'x'.repeat(4 * 1024 * 1024);

test('a full disk is a problem with a code, undoes the whole transaction, and passes once there is room', async () => {
  const { raw, db, notes, activity } = await database();
  await activity.append(sampleActivity('before'));
  raw.exec('PRAGMA max_page_count = 100');
  await expect(notes.set('console', 'big', big)).rejects.toMatchObject({
    code: 'store-unwritable',
    message: expect.stringContaining('full'),
  });
  const both = inTransaction(db, async (trx) => {
    await createActivity(trx).append(sampleActivity('within'));
    await createNotes(trx).set('console', 'big', big);
  });
  await expect(both).rejects.toMatchObject({ code: 'store-unwritable', message: expect.stringContaining('full') });
  expect(await idsOf(activity)).toEqual(['before']);
  raw.exec('PRAGMA max_page_count = 1000000');
  await activity.append(sampleActivity('after'));
  expect(await idsOf(activity)).toEqual(['after', 'before']);
});

test('a read-only database is a problem with a code, and reading goes on', async () => {
  const { raw, notes } = await database();
  await notes.set('console', 'a', 1);
  raw.exec('PRAGMA query_only = 1');
  await expect(notes.set('console', 'a', 2)).rejects.toMatchObject({
    code: 'store-unwritable',
    message: expect.stringContaining('read-only'),
  });
  expect(await notes.get('console', 'a')).toBe(1);
});

test('a closed database is a problem with a code', async () => {
  const { raw, notes } = await database();
  await notes.set('console', 'a', 1);
  raw.close();
  await expect(notes.get('console', 'a')).rejects.toMatchObject({ code: 'store-unwritable', message: expect.stringContaining('closed') });
  raw.open();
});

test('a broken constraint stays what it is: a defect, not a full disk', async () => {
  const { activity } = await database();
  await activity.append(sampleActivity('a'));
  await expect(activity.append(sampleActivity('a'))).rejects.not.toMatchObject({ code: 'store-unwritable' });
});

test('every commit is synced to the disk', async () => {
  const { raw } = await database();
  expect(raw.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});

test('a step of the migrations that fails leaves nothing half made', async () => {
  const { db } = await database();
  const failing: Migration = {
    up: async (trx) => {
      await trx.schema.createTable('half').addColumn('a', 'text').execute();
      throw new Error('stop here');
    },
  };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '0001-failing': failing }) } });
  const { error } = await migrator.migrateToLatest();
  expect(error).toMatchObject({ message: 'stop here' });
  const tables = await db.introspection.getTables();
  expect(tables.map((table) => table.name)).not.toContain('half');
});
