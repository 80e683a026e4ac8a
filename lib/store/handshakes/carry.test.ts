import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../clock.ts';
import { migrationsWith } from '../migrations.ts';
import { openStore } from '../open.ts';
import { openDatabase, sqliteDialect } from '../sqlite.ts';
import { asBefore } from '../test-older.ts';
import { START_MS, temporaryFolder } from '../test-samples.ts';

/** A data folder as the first layout left it, with these bodies as its handshakes. */
async function oldFolder(bodies: readonly string[]): Promise<string> {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const db = new Kysely<unknown>({ dialect: sqliteDialect(openDatabase(join(folder, 'gatehouse.db'))) });
  await migrationsWith(async () => {})['0001-first']?.up(db);
  await db.destroy();
  const raw = new DatabaseSync(join(folder, 'gatehouse.db'));
  // As Kysely notes the steps that have run.
  raw.exec(`create table kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null);
    create table kysely_migration_lock (id varchar(255) not null primary key, is_locked integer default 0 not null);
    insert into kysely_migration values ('0001-first', '2026-11-22T10:00:00.000Z');
    insert into kysely_migration_lock values ('migration_lock', 0)`);
  const insert = raw.prepare('insert into handshakes (gateway, id, at_ms, outcome, body) values (?, ?, ?, ?, ?)');
  bodies.forEach((body, n) => {
    insert.run('g1', `h${n}`, START_MS, 'refused', body);
  });
  raw.close();
  return folder;
}

const oldBody = (n: number, over: object = {}) =>
  JSON.stringify({
    id: `conn-c${n}`,
    gateway: 'g1',
    at: new Date(START_MS + n * 1000).toISOString(),
    outcome: 'refused',
    cause: 'pairing-required/scope-upgrade',
    title: 'Needs more scopes',
    fix: 'Approve it.',
    deviceId: 'd1',
    origin: 'http://a.example',
    conn: `c${n}`,
    raw: [`line ${n}`],
    ...over,
  });

async function opened(folder: string) {
  const store = await openStore({ folder, clock: manualClock(START_MS) });
  onTestFinished(() => store.dispose());
  return store;
}

test('the handshakes of the first layout are carried over, with their evidence and their loops', async () => {
  const store = await opened(await oldFolder(Array.from({ length: 1200 }, (_, n) => oldBody(n))));
  const { items } = await store.handshakes.list({ limit: 5000 });
  expect(items).toHaveLength(1200);
  expect(items[0]).toEqual({
    id: 'conn-c1199',
    seq: (START_MS + 1_199_000) * 4096,
    gateway: 'g1',
    at: new Date(START_MS + 1_199_000).toISOString(),
    outcome: 'refused',
    cause: 'pairing-required/scope-upgrade',
    title: 'Needs more scopes',
    deviceId: 'd1',
    browserOrigin: 'http://a.example',
    conn: 'c1199',
    run: { id: START_MS * 4096, count: 1200, firstAt: new Date(START_MS).toISOString() },
  });
  expect((await store.handshakes.find('g1', 'conn-c7'))?.evidence).toEqual({ facts: {}, timeline: [], raw: ['line 7'] });
});

test('a start that was cut off after the carrying carries nothing twice, and what is damaged costs only itself', async () => {
  const folder = await oldFolder([oldBody(1), '{"id":', oldBody(2, { at: 'never' }), oldBody(3, { outcome: 'odd' }), oldBody(4)]);
  const first = await openStore({ folder, clock: manualClock(START_MS) });
  expect((await first.handshakes.list({ limit: 9 })).items.map((row) => row.id)).toEqual(['conn-c4', 'conn-c1']);
  await first.dispose();
  // As if the process had ended before the record's file knew of it.
  const raw = new DatabaseSync(join(folder, 'gatehouse.db'));
  asBefore(raw, '0002-handshakes-apart');
  raw.exec(
    'create table handshakes (seq integer primary key, gateway text not null, id text not null, at_ms integer, outcome text, body text not null)',
  );
  raw.prepare("insert into handshakes values (1, 'g1', 'conn-c1', 0, 'refused', ?)").run(oldBody(1));
  raw.close();
  const again = await opened(folder);
  expect((await again.handshakes.list({ limit: 9 })).items.map((row) => row.id)).toEqual(['conn-c4', 'conn-c1']);
  const left = new DatabaseSync(join(folder, 'gatehouse.db'), { readOnly: true });
  expect(left.prepare("select 1 from sqlite_master where name = 'handshakes'").get()).toBeUndefined();
  left.close();
});
