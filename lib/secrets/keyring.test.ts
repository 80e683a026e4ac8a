// Where the key comes from, and that one which is missing is never made up for.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../testing/folders.ts';
import { keysIn, loadKeyring, makeKeyFile, newKeyText } from './keyring.ts';

const locked = expect.objectContaining({ code: 'secrets-locked' });
const modeOf = (path: string) => statSync(path).mode & 0o777;

function rig() {
  const said: string[] = [];
  return { said, tell: (line: string) => void said.push(line), file: join(testFolder(), 'data.key') };
}

test('a key is 32 bytes as base64 or hex, and nothing else is one', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7));
  const ids = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')].map((text) => keysIn(text)?.[0].id);
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toBeDefined();
  for (const text of [
    '',
    'correct horse battery staple',
    'ab'.repeat(31),
    bytes.subarray(1).toString('base64'),
    `${newKeyText()} and more`,
  ])
    expect(keysIn(text)).toBeUndefined();
});

test('the default key file is made once, for its owner alone, and told without its content', () => {
  const { said, tell, file } = rig();
  const first = loadKeyring({ kind: 'file', file, named: false }, { inUse: () => false, tell });
  expect(modeOf(file)).toBe(0o600);
  // Written beside it and put in place whole.
  expect(readdirSync(dirname(file)).filter((name) => name.includes('draft'))).toEqual([]);
  expect(() => makeKeyFile(file)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(said).toHaveLength(1);
  expect(said.join()).toContain(file);
  expect(said.join()).not.toContain(readFileSync(file, 'utf8').trim());
  expect(loadKeyring({ kind: 'file', file, named: false }, { inUse: () => true, tell })[0].id).toBe(first[0].id);
  expect(said).toHaveLength(1);
});

test('no key is made where one was used before, and none in place of a named one', () => {
  const { tell, file } = rig();
  expect(() => loadKeyring({ kind: 'file', file, named: false }, { inUse: () => true, tell })).toThrow(locked);
  expect(() => loadKeyring({ kind: 'file', file, named: true }, { inUse: () => false, tell })).toThrow(locked);
  expect(existsSync(file)).toBe(false);
});

test('a file that is no key, or cannot be made, stops the start', () => {
  const { tell, file } = rig();
  writeFileSync(file, 'half a key');
  expect(() => loadKeyring({ kind: 'file', file, named: false }, { inUse: () => false, tell })).toThrow(locked);
  expect(readFileSync(file, 'utf8')).toBe('half a key');
  mkdirSync(`${file}.d`);
  expect(() => loadKeyring({ kind: 'file', file: `${file}.d`, named: true }, { inUse: () => false, tell })).toThrow(locked);
  expect(() => loadKeyring({ kind: 'file', file: join(file, 'in', 'a', 'file'), named: false }, { inUse: () => false, tell })).toThrow(
    locked,
  );
});

test('a key file that others may read is tightened, and told', () => {
  const { said, tell, file } = rig();
  writeFileSync(file, newKeyText());
  chmodSync(file, 0o644);
  loadKeyring({ kind: 'file', file, named: true }, { inUse: () => true, tell });
  expect(modeOf(file)).toBe(0o600);
  expect(said).toHaveLength(1);
});
