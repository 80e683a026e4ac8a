// A record that is damaged or gone at start: moved aside whole, told, and nothing begins as if it had never been.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { backupName, writeBackup } from './backups.ts';
import { openStore } from './open.ts';
import { readNotice, writeNotice } from './record-notice.ts';
import { START_MS, sampleDecision, temporaryFolder } from './test-samples.ts';

const RECORD = 'gatehouse.db';

/** A folder whose record holds a decision, closed again. */
async function usedFolder() {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const clock = manualClock(START_MS);
  const store = await openStore({ folder, clock });
  await store.decisions.begin(sampleDecision());
  await store.dispose();
  return { folder, clock, file: join(folder, RECORD) };
}

async function reopen(folder: string, clock = manualClock(START_MS + 1000)) {
  const said: string[] = [];
  const store = await openStore({ folder, clock, tell: (line) => void said.push(line) });
  onTestFinished(() => store.dispose());
  return { store, said };
}

const asideIn = (folder: string) => readdirSync(folder).filter((name) => /\.damaged-[^.]*Z$/.test(name));

function overwrite(file: string, from: number, bytes: number) {
  const content = readFileSync(file);
  content.fill(0xa5, from, from + bytes);
  writeFileSync(file, content);
}

test.each([
  ['that is no database', (file: string) => writeFileSync(file, 'this is no database, and long enough to be taken for one'.repeat(90))],
  ['with a page of something else', (file: string) => overwrite(file, 4096, 8192)],
  ['that was cut off', (file: string) => truncateSync(file, 4096 * 3 + 100)],
  ['that was emptied', (file: string) => truncateSync(file, 0)],
])('a record %s is moved aside as it is, and the notice stands until somebody has read it', async (_what, harm) => {
  const { folder, file, clock } = await usedFolder();
  harm(file);
  const remains = readFileSync(file);
  const { store, said } = await reopen(folder, clock);
  const [aside] = asideIn(folder);
  expect(readFileSync(join(folder, aside ?? ''))).toEqual(remains);
  expect(store.notice).toMatchObject({ kind: 'lost', text: expect.stringContaining(aside ?? 'no file') });
  expect(said.join()).toContain(aside);
  expect(await store.decisions.get('d1')).toBeUndefined();
  await store.dispose();
  // Not read yet: the next start stands under it as well, though the new record is whole.
  const second = await reopen(folder);
  expect(second.store.notice).toEqual(store.notice);
  second.store.acknowledgeNotice();
  expect(second.store.notice).toBeUndefined();
  await second.store.dispose();
  expect((await reopen(folder)).store.notice).toBeUndefined();
  expect(asideIn(folder)).toHaveLength(1);
});

test('a record that is gone from a used folder is no first start', async () => {
  const { folder } = await usedFolder();
  for (const name of readdirSync(folder)) if (name.startsWith(RECORD)) writeFileSync(join(folder, name), '');
  expect((await reopen(folder)).store.notice?.kind).toBe('lost');
});

test('a folder that was never used gets no notice', async () => {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  expect((await reopen(folder)).store.notice).toBeUndefined();
});

test('the log of the damaged record goes with it, so that it is not replayed into the new one', async () => {
  const { folder, file } = await usedFolder();
  writeFileSync(file, 'no database any more'.repeat(500));
  writeFileSync(`${file}-wal`, 'a log');
  await reopen(folder);
  const [aside] = asideIn(folder);
  expect(readFileSync(join(folder, `${aside}-wal`), 'utf8')).toBe('a log');
});

test('the newest backup that is whole is named, with the command', async () => {
  const { folder, file } = await usedFolder();
  const good = backupName(folder, START_MS - 86_400_000);
  writeBackup(file, good);
  const bad = backupName(folder, START_MS);
  writeBackup(file, bad);
  overwrite(bad, 4096, 8192);
  writeFileSync(file, 'no database any more'.repeat(500));
  const { store } = await reopen(folder);
  expect(store.notice?.text).toContain(`npm run gatehouse -- restore ${good}`);
  expect(store.notice?.text).not.toContain(bad);
});

test('a damaged handshake log is begun anew and told, and stops nothing', async () => {
  const { folder } = await usedFolder();
  rmSync(join(folder, 'handshakes.db-wal'), { force: true });
  writeFileSync(join(folder, 'handshakes.db'), 'no database any more'.repeat(500));
  const { store, said } = await reopen(folder);
  expect(store.notice).toBeUndefined();
  expect(said.join()).toContain('handshakes.db.damaged-');
  expect(await store.decisions.get('d1')).toEqual(sampleDecision());
});

test('a record that another process holds is not taken for a damaged one, and the holder is named', async () => {
  const { folder, file } = await usedFolder();
  const holding = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;');
    console.log('held');
    setInterval(() => db.isOpen, 1000);`;
  const child = spawn(process.execPath, ['-e', holding, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(openStore({ folder, clock: manualClock(START_MS) })).rejects.toMatchObject({
    code: 'data-folder-unusable',
    message: expect.stringContaining(process.platform === 'linux' ? `process ${child.pid} (` : 'another process holds'),
  });
  expect(asideIn(folder)).toEqual([]);
}, 30_000);

test('a notice that cannot be read still stands', () => {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  writeFileSync(join(folder, 'record-notice.json'), '{"kind":');
  expect(readNotice(folder, new Date(START_MS).toISOString())?.kind).toBe('lost');
  writeNotice(folder, { kind: 'restored', at: new Date(START_MS).toISOString(), text: 'From then.' });
  expect(readNotice(folder, '')).toMatchObject({ kind: 'restored', text: 'From then.' });
  expect(existsSync(join(folder, 'record-notice.json'))).toBe(true);
});
