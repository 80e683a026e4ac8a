// Whose state folder this is: read from either version's place, and never guessed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ensureStateIdentity } from '#lib/practice/state-files.ts';
import { testFolder } from '#lib/testing/folders.ts';
import { localGatewayDeviceId } from './local-identity.ts';

function withDatabase(folder: string, rows: [string, string][], table = 'device_identities'): string {
  mkdirSync(join(folder, 'state'), { recursive: true });
  const db = new DatabaseSync(join(folder, 'state', 'openclaw.sqlite'));
  db.exec(`create table ${table} (identity_key text, device_id text)`);
  for (const [key, id] of rows) db.prepare(`insert into ${table} values (?, ?)`).run(key, id);
  db.close();
  return folder;
}

test('the file of 2026.4.x names the device', () => {
  const folder = testFolder();
  const identity = ensureStateIdentity(folder, 0);
  expect(localGatewayDeviceId(folder)).toBe(identity.deviceId);
});

test('the database of 2026.9.x names its primary identity, and outweighs an older file', () => {
  const folder = testFolder();
  ensureStateIdentity(folder, 0);
  withDatabase(folder, [
    ['secondary', 'x'],
    ['primary', 'the-one'],
  ]);
  expect(localGatewayDeviceId(folder)).toBe('the-one');
});

test('a database of another layout or a broken one falls back to the file', () => {
  const folder = testFolder();
  const identity = ensureStateIdentity(folder, 0);
  withDatabase(folder, [], 'something_else');
  expect(localGatewayDeviceId(folder)).toBe(identity.deviceId);
  const broken = testFolder();
  mkdirSync(join(broken, 'state'));
  writeFileSync(join(broken, 'state', 'openclaw.sqlite'), 'not a database');
  expect(localGatewayDeviceId(broken)).toBeUndefined();
});

test('a folder without an identity, or with one that cannot be read, is nobody’s', () => {
  expect(localGatewayDeviceId(testFolder())).toBeUndefined();
  expect(localGatewayDeviceId(join(testFolder(), 'missing'))).toBeUndefined();
  for (const text of ['', '{', '{}', '{"deviceId":7}', '[]']) {
    const folder = testFolder();
    mkdirSync(join(folder, 'identity'));
    writeFileSync(join(folder, 'identity', 'device.json'), text);
    expect(localGatewayDeviceId(folder)).toBeUndefined();
  }
});
