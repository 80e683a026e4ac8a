// The commands as an operator runs them, on a folder without a console.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { loadConsoleKey } from '../lib/gateway/keys.ts';
import { openVault } from '../lib/secrets/vault.ts';
import { openStore } from '../lib/store/open.ts';
import { sampleDecision } from '../lib/store/test-samples.ts';
import { testFolder } from '../lib/testing/folders.ts';

const SCRIPT = fileURLToPath(new URL('./gatehouse.ts', import.meta.url));

async function rig() {
  const folder = join(testFolder(), 'data');
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
      env: { ...process.env, HOME: folder, GATEHOUSE_DATA_DIR: folder },
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };
  const open = async () => {
    const store = await openStore({ folder, clock: systemClock() });
    onTestFinished(store.dispose);
    return store;
  };
  const identity = () =>
    loadConsoleKey(openVault({ folder, source: { kind: 'file', file: `${folder}.key`, named: false }, tell: () => undefined })).deviceId;
  return { folder, run, open, identity };
}

test('backup, backups and restore, with the console running and stopped', async () => {
  const { folder, run, open } = await rig();
  expect(run('backup')).toMatchObject({ status: 1, said: expect.stringContaining('backup-unusable') });
  const store = await open();
  await store.decisions.begin(sampleDecision());
  const file = join(folder, '..', 'mine.db');
  expect(run('backup', file)).toMatchObject({ status: 0, said: expect.stringContaining(file) });
  expect(run('backup')).toMatchObject({ status: 0 });
  expect(run('backups')).toMatchObject({ status: 0, said: expect.stringMatching(/gatehouse-.*Z\.db of .* KiB: whole/) });
  expect(run('restore', file)).toMatchObject({ status: 1, said: expect.stringContaining(`Process ${process.pid}`) });
  await store.dispose();
  expect(run('restore', file)).toMatchObject({ status: 0, said: expect.stringContaining('Automation stays off') });
  expect(readdirSync(folder).some((name) => name.startsWith('gatehouse.db.replaced-'))).toBe(true);
  const again = await open();
  expect(again.notice?.kind).toBe('restored');
  expect(await again.decisions.get('d1')).toBeDefined();
}, 60_000);

test('a copy whose chain was tampered with is told at its restore, and a head that was printed is taken back', async () => {
  const { folder, run, open } = await rig();
  const store = await open();
  for (let row = 1; row <= 3; row += 1)
    await store.activity.append({
      id: `row-${row}`,
      at: '2026-11-22T12:00:00.000Z',
      actor: { kind: 'person', name: 'Ada' },
      what: 'x',
      text: 'x',
    });
  const file = join(folder, '..', 'mine.db');
  run('backup', file);
  await store.dispose();
  const head = /^audit head .*$/m.exec(run('audit', 'verify').said)?.[0] ?? '';
  expect(run('audit', 'verify', '--head', head)).toMatchObject({ status: 0, said: expect.stringContaining('1 of 1 kept heads fit') });
  for (const given of [
    ['--heads', join(folder, 'no such file')],
    ['--head', 'rows=3'],
  ])
    expect(run('audit', 'verify', ...given)).toMatchObject({ status: 1, said: expect.stringMatching(/--heads .*\[heads-unreadable\]/) });
  const copy = new DatabaseSync(file);
  copy.exec("update activity set what = 'y' where seq = 2");
  copy.close();
  expect(run('restore', file)).toMatchObject({ status: 0, said: expect.stringContaining('Its chain does not hold: Row 2 was changed') });
}, 60_000);

test('the key is changed without a new identity, and forgotten only on demand', async () => {
  const { folder, run, open, identity } = await rig();
  const store = await open();
  const before = identity();
  expect(run('key', 'rotate')).toMatchObject({ status: 1, said: expect.stringContaining('data-folder-locked') });
  await store.dispose();
  expect(run('key', 'rotate')).toMatchObject({ status: 0 });
  expect(identity()).toBe(before);
  expect(run('key')).toMatchObject({ status: 2 });
  const held = readFileSync(`${folder}.key`, 'utf8');
  const again = run('key', 'new', `${folder}.key`);
  expect(again).toMatchObject({ status: 1, said: expect.stringContaining('is there already and was left as it is') });
  expect(again.said).not.toContain('forget');
  expect(readFileSync(`${folder}.key`, 'utf8')).toBe(held);
  expect(run('key', 'forget')).toMatchObject({ status: 0 });
  expect(readdirSync(folder).filter((name) => name.includes('.sealed.forgotten-'))).toHaveLength(1);
  expect(identity()).not.toBe(before);
}, 60_000);
