// The console's key and its device tokens on the disk: sealed, private, kept over restarts, and never silently replaced.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KeySource } from '#lib/secrets/keyring.ts';
import { openVault } from '#lib/secrets/vault.ts';
import { testFolder } from '#lib/testing/folders.ts';
import { createIdentity, identityToPem } from './identity.ts';
import { deviceTokens, loadConsoleKey } from './keys.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;
const locked = expect.objectContaining({ code: 'secrets-locked' });

function rig() {
  const root = testFolder();
  const folder = join(root, 'data');
  mkdirSync(folder);
  const file = `${folder}.key`;
  const said: string[] = [];
  const vault = (source: KeySource = { kind: 'file', file, named: false }) =>
    openVault({ folder, source, tell: (line) => void said.push(line) });
  const everything = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
  return { folder, file, said, vault, everything };
}

test('the key is made once, is sealed and private, and is the same after a restart', () => {
  const { folder, vault, everything } = rig();
  const first = loadConsoleKey(vault());
  expect(readdirSync(folder)).toEqual(['device-key.sealed']);
  expect(modeOf(join(folder, 'device-key.sealed'))).toBe(0o600);
  expect(everything()).not.toContain('PRIVATE KEY');
  expect(loadConsoleKey(vault()).deviceId).toBe(first.deviceId);
});

test('a plain key of an earlier version is taken over once and removed', () => {
  const { folder, vault, everything, said } = rig();
  const before = createIdentity();
  const plain = join(folder, 'device-key.pem');
  writeFileSync(plain, identityToPem(before));
  expect(loadConsoleKey(vault()).deviceId).toBe(before.deviceId);
  expect(existsSync(plain)).toBe(false);
  expect(everything()).not.toContain('PRIVATE KEY');
  expect(said.join()).toContain('device-key.pem');
  expect(loadConsoleKey(vault()).deviceId).toBe(before.deviceId);
});

test('a kill between sealing and removing loses nothing', () => {
  const { folder, vault } = rig();
  const { deviceId } = loadConsoleKey(vault());
  writeFileSync(join(folder, 'device-key.pem'), vault().read('device-key') ?? '');
  expect(loadConsoleKey(vault()).deviceId).toBe(deviceId);
  expect(readdirSync(folder)).toEqual(['device-key.sealed']);
});

test('two different keys are a question for a person, and both stay', () => {
  const { folder, vault } = rig();
  loadConsoleKey(vault());
  writeFileSync(join(folder, 'device-key.pem'), identityToPem(createIdentity()));
  expect(() => loadConsoleKey(vault())).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }));
  expect(readdirSync(folder).sort()).toEqual(['device-key.pem', 'device-key.sealed']);
});

test('a plain key that cannot be read stops the console instead of becoming a new device', () => {
  const { folder, vault } = rig();
  const file = join(folder, 'device-key.pem');
  writeFileSync(file, 'half a key');
  expect(() => loadConsoleKey(vault())).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }));
  expect(readFileSync(file, 'utf8')).toBe('half a key');
});

test('a missing or wrong key is said with one code, and no new identity is made', () => {
  const { folder, file, vault } = rig();
  const { deviceId } = loadConsoleKey(vault());
  const sealed = readFileSync(join(folder, 'device-key.sealed'), 'utf8');
  renameSync(file, `${file}.away`);
  expect(() => loadConsoleKey(vault())).toThrow(locked);
  expect(() => loadConsoleKey(vault({ kind: 'text', text: Buffer.alloc(32, 9).toString('hex') }))).toThrow(locked);
  expect(readFileSync(join(folder, 'device-key.sealed'), 'utf8')).toBe(sealed);
  renameSync(`${file}.away`, file);
  expect(loadConsoleKey(vault()).deviceId).toBe(deviceId);
});

test('a sealed file that stands in for another is refused', () => {
  const { folder, vault } = rig();
  deviceTokens(vault(), 'one').save('token-of-one');
  loadConsoleKey(vault());
  renameSync(join(folder, 'device-tokens', 'one.sealed'), join(folder, 'device-tokens', 'two.sealed'));
  expect(deviceTokens(vault(), 'two').load()).toBeUndefined();
  renameSync(join(folder, 'device-tokens', 'two.sealed'), join(folder, 'device-key.sealed'));
  expect(() => loadConsoleKey(vault())).toThrow(locked);
});

test('a new key in front of the old one takes everything over at the next start', () => {
  const { file, vault } = rig();
  const { deviceId } = loadConsoleKey(vault());
  deviceTokens(vault(), 'local').save('t0ken');
  const fresh = Buffer.alloc(32, 5).toString('base64');
  writeFileSync(file, `${fresh}\n${readFileSync(file, 'utf8')}`);
  loadConsoleKey(vault());
  deviceTokens(vault(), 'local');
  writeFileSync(file, fresh);
  expect(loadConsoleKey(vault()).deviceId).toBe(deviceId);
  expect(deviceTokens(vault(), 'local').load()).toBe('t0ken');
});

test('a token is kept per gateway, sealed and private, and taken back on demand', () => {
  const { folder, vault, everything } = rig();
  const one = deviceTokens(vault(), 'local');
  expect(one.load()).toBeUndefined();
  one.save('secret-token');
  deviceTokens(vault(), 'other').save('other-token');
  expect(deviceTokens(vault(), 'local').load()).toBe('secret-token');
  const files = readdirSync(join(folder, 'device-tokens'));
  expect(files).toHaveLength(2);
  for (const file of files) expect(modeOf(join(folder, 'device-tokens', file))).toBe(0o600);
  expect(modeOf(join(folder, 'device-tokens'))).toBe(0o700);
  expect(everything()).not.toMatch(/secret-token|other-token/);
  one.save(undefined);
  expect(deviceTokens(vault(), 'local').load()).toBeUndefined();
  expect(deviceTokens(vault(), 'other').load()).toBe('other-token');
});

test('a plain token of an earlier version is taken over and removed', () => {
  const { folder, vault, everything } = rig();
  mkdirSync(join(folder, 'device-tokens'));
  writeFileSync(join(folder, 'device-tokens', 'local.token'), 'secret-token\n');
  expect(deviceTokens(vault(), 'local').load()).toBe('secret-token');
  expect(readdirSync(join(folder, 'device-tokens'))).toEqual(['local.sealed']);
  expect(everything()).not.toContain('secret-token');
  expect(deviceTokens(vault(), 'local').load()).toBe('secret-token');
});

test('the name of a gateway cannot leave the folder', () => {
  const { folder, vault } = rig();
  deviceTokens(vault(), '../../escape').save('t');
  expect(readdirSync(join(folder, 'device-tokens'))).toEqual(['..%2F..%2Fescape.sealed']);
});

test('a token that cannot be kept lives until the process ends', () => {
  const { folder, vault } = rig();
  writeFileSync(join(folder, 'device-tokens'), 'in the way');
  const tokens = deviceTokens(vault(), 'local');
  tokens.save('t');
  expect(tokens.load()).toBe('t');
  rmSync(join(folder, 'device-tokens'));
});

test('an empty token file counts as none', () => {
  const { folder, vault } = rig();
  mkdirSync(join(folder, 'device-tokens'));
  writeFileSync(join(folder, 'device-tokens', 'local.token'), ' \n');
  expect(deviceTokens(vault(), 'local').load()).toBeUndefined();
});
