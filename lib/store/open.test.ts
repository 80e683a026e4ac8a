import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { openStore } from './open.ts';
import { sampleDecision, temporaryFolder } from './test-samples.ts';

function folderForTest(): string {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  return folder;
}

const mode = (path: string) => statSync(path).mode & 0o777;

describe('the data folder', () => {
  test('is private, and so is every file in it', async () => {
    const folder = join(folderForTest(), 'nested', 'data');
    const store = await openStore({ folder, clock: systemClock() });
    onTestFinished(() => store.dispose());
    await store.notes.set('console', 'a', 1);
    expect(mode(folder)).toBe(0o700);
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(['gatehouse.db', 'gatehouse.db-wal', 'lock.db', 'running.json']));
    for (const file of files) expect([file, mode(join(folder, file))]).toEqual([file, 0o600]);
  });

  test('is made private when it was not', async () => {
    const folder = join(folderForTest(), 'open');
    mkdirSync(folder, { mode: 0o755 });
    const store = await openStore({ folder, clock: systemClock() });
    onTestFinished(() => store.dispose());
    expect(mode(folder)).toBe(0o700);
  });

  test('that is a file is named as unusable', async () => {
    const file = join(folderForTest(), 'file');
    writeFileSync(file, '');
    await expect(openStore({ folder: file, clock: systemClock() })).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining(file),
    });
    await expect(openStore({ folder: join(file, 'below'), clock: systemClock() })).rejects.toMatchObject({ code: 'data-folder-unusable' });
  });

  test('written by a newer version is left alone', async () => {
    const folder = folderForTest();
    const store = await openStore({ folder, clock: systemClock() });
    await store.dispose();
    const db = new DatabaseSync(join(folder, 'gatehouse.db'));
    db.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
    db.close();
    await expect(openStore({ folder, clock: systemClock() })).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('newer'),
    });
  });

  test('keeps what was written when it is opened again', async () => {
    const folder = folderForTest();
    const first = await openStore({ folder, clock: systemClock() });
    await first.decisions.begin(sampleDecision());
    await first.dispose();
    const second = await openStore({ folder, clock: systemClock() });
    onTestFinished(() => second.dispose());
    expect(await second.decisions.get('d1')).toEqual(sampleDecision());
  });
});
