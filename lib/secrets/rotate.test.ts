// The key is changed without a moment in which nothing opens what is kept.
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceTokens, loadConsoleKey } from '../gateway/keys.ts';
import { testFolder } from '../testing/folders.ts';
import { keyTexts, newKeyText } from './keyring.ts';
import { rotateKey } from './rotate.ts';
import { openVault } from './vault.ts';

function rig() {
  const folder = join(testFolder(), 'data');
  mkdirSync(folder);
  const source = { kind: 'file', file: `${folder}.key`, named: false } as const;
  const tell = () => undefined;
  const vault = () => openVault({ folder, source, tell });
  const { deviceId } = loadConsoleKey(vault());
  deviceTokens(vault(), 'local').save('t0ken');
  return { folder, source, tell, vault, deviceId };
}

test('after a change of keys the old one opens nothing, and identity and tokens are the same', () => {
  const { folder, source, tell, vault, deviceId } = rig();
  const old = readFileSync(source.file, 'utf8').trim();
  rotateKey(source, [folder], tell);
  expect(readFileSync(source.file, 'utf8')).not.toContain(old);
  expect(loadConsoleKey(vault()).deviceId).toBe(deviceId);
  expect(deviceTokens(vault(), 'local').load()).toBe('t0ken');
  expect(() => loadConsoleKey(openVault({ folder, source: { kind: 'text', text: old }, tell }))).toThrow(
    expect.objectContaining({ code: 'secrets-locked' }),
  );
});

test('what is written anew belongs to whom it belonged, and a key file that a group may read stays so', () => {
  const { folder, source, tell } = rig();
  const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  // Root changes the key of a service that runs as somebody else; anybody else changes their own.
  if (process.getuid?.() === 0) for (const file of [source.file, ...files()]) chownSync(file, 65_534, 65_534);
  chmodSync(source.file, 0o640);
  const owners = () =>
    [source.file, ...files().sort()].map((file) => [file, statSync(file).uid, statSync(file).gid, statSync(file).mode & 0o777]);
  const before = owners();
  rotateKey(source, [folder], tell);
  expect(owners()).toEqual(before);
});

test('a key that does not fit gets none in front of it, and one of the environment is changed there', () => {
  const { folder, source, tell } = rig();
  const other = Buffer.alloc(32, 3).toString('base64');
  writeFileSync(source.file, other);
  expect(() => rotateKey(source, [folder], tell)).toThrow(expect.objectContaining({ code: 'secrets-locked' }));
  expect(readFileSync(source.file, 'utf8')).toBe(other);
  expect(() => rotateKey({ kind: 'text', text: other }, [folder], tell)).toThrow(/comma/);
});

test('changes of keys that were cut off, however many, keep no later one from being made', () => {
  const { folder, source, tell, vault, deviceId } = rig();
  for (let n = 0; n < 3; n += 1) writeFileSync(source.file, `${newKeyText()}\n${readFileSync(source.file, 'utf8')}`);
  rotateKey(source, [folder], tell);
  expect(keyTexts(readFileSync(source.file, 'utf8'))).toHaveLength(1);
  expect(loadConsoleKey(vault()).deviceId).toBe(deviceId);
});
