// The console's key and its device tokens on the disk: private, kept over restarts, and never silently replaced.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '#lib/testing/folders.ts';
import { deviceTokens, loadConsoleKey } from './keys.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('the key is made once, is private, and is the same after a restart', () => {
  const folder = testFolder();
  const first = loadConsoleKey(folder);
  expect(modeOf(join(folder, 'device-key.pem'))).toBe(0o600);
  expect(loadConsoleKey(folder).deviceId).toBe(first.deviceId);
  expect(readdirSync(folder)).toEqual(['device-key.pem']);
});

test('a key that cannot be read stops the console instead of becoming a new device', () => {
  const folder = testFolder();
  const file = join(folder, 'device-key.pem');
  writeFileSync(file, 'half a key');
  expect(() => loadConsoleKey(folder)).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }));
  expect(readFileSync(file, 'utf8')).toBe('half a key');
});

test('a token is kept per gateway, private, and taken back on demand', () => {
  const folder = testFolder();
  const one = deviceTokens(folder, 'local');
  expect(one.load()).toBeUndefined();
  one.save('secret-token');
  deviceTokens(folder, 'other').save('other-token');
  expect(deviceTokens(folder, 'local').load()).toBe('secret-token');
  const files = readdirSync(join(folder, 'device-tokens'));
  expect(files).toHaveLength(2);
  for (const file of files) expect(modeOf(join(folder, 'device-tokens', file))).toBe(0o600);
  expect(modeOf(join(folder, 'device-tokens'))).toBe(0o700);
  one.save(undefined);
  expect(deviceTokens(folder, 'local').load()).toBeUndefined();
  expect(deviceTokens(folder, 'other').load()).toBe('other-token');
});

test('the name of a gateway cannot leave the folder', () => {
  const folder = testFolder();
  deviceTokens(folder, '../../escape').save('t');
  expect(readdirSync(join(folder, 'device-tokens'))).toEqual(['..%2F..%2Fescape.token']);
});

test('a token that cannot be kept lives until the process ends', () => {
  const folder = testFolder();
  writeFileSync(join(folder, 'device-tokens'), 'in the way');
  const tokens = deviceTokens(folder, 'local');
  tokens.save('t');
  expect(tokens.load()).toBe('t');
});

test('an empty token file counts as none', () => {
  const folder = testFolder();
  mkdirSync(join(folder, 'device-tokens'));
  writeFileSync(join(folder, 'device-tokens', 'local.token'), ' \n');
  chmodSync(join(folder, 'device-tokens'), 0o700);
  expect(deviceTokens(folder, 'local').load()).toBeUndefined();
});
