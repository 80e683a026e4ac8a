import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStore } from './open.ts';
import { asBefore } from './test-older.ts';
import { sampleActivity } from './test-samples.ts';
import { testStore } from './test-store.ts';

const INDEXES = "select name from sqlite_master where type = 'index' and tbl_name = 'take_backs' and sql is not null order by name";

test('take-backs keep the indexes that are asked, in a folder of before as in a new one', async () => {
  const { folder, store, clock } = await testStore();
  await store.dispose();
  const file = join(folder, 'gatehouse.db');
  const before = new DatabaseSync(file);
  const indexes = (db: DatabaseSync) =>
    db
      .prepare(INDEXES)
      .all()
      .map((row) => row.name);
  const asked = ['take_backs_by_decision', 'take_backs_by_device', 'take_backs_by_rule'];
  expect(indexes(before)).toEqual(asked);
  asBefore(before, '0004');
  before.close();
  await (await openStore({ folder, clock })).dispose();
  const after = new DatabaseSync(file, { readOnly: true });
  expect(indexes(after)).toEqual(asked);
  after.close();
});

test('a damaged entry of the record ends no step to a newer layout', async () => {
  const { folder, store, clock } = await testStore();
  await store.activity.append(sampleActivity('a1', { gateway: 'g1', what: 'device.vouched' }));
  await store.dispose();
  const before = new DatabaseSync(join(folder, 'gatehouse.db'));
  before.exec("update activity set body = '{'");
  asBefore(before, '0009');
  before.close();
  const again = await openStore({ folder, clock });
  expect((await again.activity.list({ decision: 'd1', limit: 5 })).items).toEqual([]);
  await again.dispose();
});
