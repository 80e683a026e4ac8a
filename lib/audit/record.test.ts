// The chain on a real record: written by the store, changed behind its back, exported, and read beside a running console.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../store/open.ts';
import { asBefore } from '../store/test-older.ts';
import { sampleActivity } from '../store/test-samples.ts';
import { GENESIS } from './chain.ts';
import { activityCsvLine, activityLine } from './export.ts';
import { rowsOf } from './sources.ts';
import { behindItsBack, filledRecord, walkedOnce } from './test-record.ts';
import { verifyChain } from './verify.ts';

test('every row that the store writes carries the hash of the one before, also of two that are written at once', async () => {
  const { store, file } = await filledRecord(0);
  const written = await Promise.all(Array.from({ length: 20 }, () => store.activity.append(sampleActivity(randomUUID()))));
  expect(written.map((row) => row.prev)).toEqual([GENESIS, ...written.slice(0, -1).map((row) => row.hash)]);
  const last = written.at(-1);
  expect(await store.activity.head()).toEqual({ rows: 20, hash: last?.hash });
  expect(await verifyChain(rowsOf(file))).toMatchObject({ read: 20, broken: 0, head: { rows: 20, hash: last?.hash } });
  expect((await store.activity.list({ limit: 1 })).items[0]).toMatchObject({ prev: last?.prev, hash: last?.hash });
});

test('what a transaction took back leaves no gap', async () => {
  const { store, file } = await filledRecord(2);
  await expect(
    store.transaction(async (inside) => {
      await inside.activity.append(sampleActivity(randomUUID()));
      throw new Error('back');
    }),
  ).rejects.toThrow('back');
  await store.activity.append(sampleActivity(randomUUID()));
  expect(await verifyChain(rowsOf(file))).toMatchObject({ read: 3, broken: 0 });
});

test.each([
  ['changed', "update activity set body = replace(body, 'Row 2.', 'Row X.') where seq = 3", 3, 'changed'],
  ['removed', 'delete from activity where seq = 3', 4, 'missing'],
])('a row that was %s behind its back is named', async (_, sql, seq, kind) => {
  const { file } = await filledRecord(6);
  behindItsBack(file, sql);
  expect((await verifyChain(rowsOf(file))).breaks).toEqual([expect.objectContaining({ seq, kind })]);
});

test('an end that was cut off shows as soon as the next row is written', async () => {
  const { store, file } = await filledRecord(6);
  behindItsBack(file, 'delete from activity where seq > 4');
  await store.activity.append(sampleActivity(randomUUID()));
  expect((await verifyChain(rowsOf(file))).breaks).toEqual([expect.objectContaining({ seq: 7, kind: 'missing' })]);
});

test('a record of before is chained as it stands and says since when', async () => {
  const { store, file, folder, clock } = await filledRecord(3);
  await store.dispose();
  const db = new DatabaseSync(file);
  asBefore(db, '0010');
  db.close();
  expect(() => [...rowsOf(file)]).toThrow('before the record was chained');
  const again = await openStore({ folder, clock });
  onTestFinished(again.dispose);
  const { items } = await again.activity.list({ limit: 1 });
  expect(items[0]).toMatchObject({ seq: 4, what: 'audit.began', text: expect.stringContaining('3 rows before it') });
  expect(await verifyChain(rowsOf(file))).toMatchObject({ read: 4, broken: 0, since: items[0]?.at });
});

test('an export carries the chain: it verifies, a changed line does not, and a table is inert', async () => {
  const { store, folder } = await filledRecord(0);
  await store.activity.append(sampleActivity('a', { text: '=cmd|calc \u202e\u2028', actor: { kind: 'person', name: '@SUM(1)' } }));
  await store.activity.append(sampleActivity('b'));
  const rows = await store.activity.rowsAfter(0, 10);
  const file = join(folder, 'export.jsonl');
  const text = rows.map(activityLine).join('');
  expect(text.split('\n')).toHaveLength(3);
  writeFileSync(file, text);
  expect(await verifyChain(rowsOf(file))).toMatchObject({ read: 2, broken: 0, head: await store.activity.head() });
  writeFileSync(file, text.replace('rule.create', 'rule.remove'));
  expect(await verifyChain(rowsOf(file))).toMatchObject({ breaks: [{ seq: 1, kind: 'changed' }] });
  writeFileSync(file, 'a log\n');
  expect(() => [...rowsOf(file)]).toThrow('line 1 is no row');
  const first = rows[0];
  expect(first && activityCsvLine(first)).toContain("'=cmd|calc");
  expect(first && activityCsvLine(first)).toContain("'@SUM(1)");
});

test('the console walks its record, prints the head, and tells a break until a person has seen it', async () => {
  const made = await filledRecord(1200);
  const first = await walkedOnce(made);
  const head = await made.store.activity.head();
  expect(first.printed).toEqual([expect.stringMatching(new RegExp(`^audit head .* rows=1200 hash=${head.hash}$`))]);
  expect(await first.keeper.view()).toMatchObject({ state: 'holds', head });
  // What comes after the walk is in the head and is not said to have been walked.
  await made.store.activity.append(sampleActivity(randomUUID()));
  expect(await first.keeper.view()).toMatchObject({ head: { rows: 1201 }, walked: head });
  behindItsBack(made.file, "update activity set what = 'decision.reject' where seq = 700");
  await first.keeper.walk();
  expect(first.printed).toHaveLength(1);
  expect(first.broken).toEqual(['Row 700 was changed: it does not hash to what it carries.']);
  expect(await first.keeper.view()).toMatchObject({ state: 'broken', broken: { seq: 700, what: 'decision.reject' } });
  await first.keeper.walk();
  expect(first.broken).toHaveLength(2);
  await first.keeper.acknowledge();
  const second = await walkedOnce(made);
  expect(second.broken).toEqual([]);
  behindItsBack(made.file, 'delete from activity where seq = 900');
  await second.keeper.walk();
  expect(second.broken).toEqual(['Row 900 is missing: row 901 follows row 899.']);
});
