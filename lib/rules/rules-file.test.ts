// The rules file is read only when nobody but its keeper could have written it; every refusal says what mends it.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '#lib/store/test-samples.ts';
import { readRulesFile } from './rules-file.ts';
import { MAX_FILE_BYTES } from './rules-text.ts';

const ME = process.getuid?.() ?? 0;
const isRoot = ME === 0;

function place() {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const path = join(folder, 'rules.yaml');
  writeFileSync(path, 'version: 1\nrules: []\n', { mode: 0o600 });
  return { folder, path };
}
const why = (path: string, me?: number) => {
  const reading = readRulesFile(path, me);
  return reading.kind === 'refused' ? reading.message : 'read';
};

test('a private file is read, with the owners of all that it hangs on', () => {
  const { path } = place();
  expect(readRulesFile(path)).toMatchObject({ kind: 'text', text: 'version: 1\nrules: []\n', owners: [{ uid: ME }, { uid: ME }] });
});

test('a file or folder that others may write is not read', () => {
  const { folder, path } = place();
  chmodSync(path, 0o620);
  expect(why(path)).toBe('other users may write to it (mode 0620); set its mode to 0644 or 0600');
  chmodSync(path, 0o602);
  expect(why(path)).toContain('(mode 0602)');
  chmodSync(path, 0o644);
  expect(why(path)).toBe('read');
  chmodSync(folder, 0o777);
  expect(why(path)).toContain('other users may write to its folder');
  // With the sticky bit nobody can replace what is not theirs.
  chmodSync(folder, 0o1777);
  const reading = readRulesFile(path);
  expect(reading).toMatchObject({ kind: 'text' });
  if (reading.kind === 'text') for (const { mode } of reading.owners) expect(mode & 0o022).toBe(0);
});

test('a file of another user is not read, nor one in a folder of another user', () => {
  const { path } = place();
  // Asked as somebody else, the same file is a stranger's; root's is anybody's to trust.
  expect(why(path, ME + 1)).toBe(isRoot ? 'read' : 'it belongs to another user; let it belong to the user of this console, or to root');
});

test.skipIf(!isRoot)('strangers can be told apart from root (needs root to make their files)', () => {
  const { folder, path } = place();
  chownSync(path, 12_345, 12_345);
  expect(why(path)).toBe('it belongs to another user; let it belong to the user of this console, or to root');
  chownSync(path, 0, 0);
  chownSync(folder, 12_345, 12_345);
  expect(why(path)).toContain('belongs to another user, who could replace it');
  expect(why(path, 12_345)).toBe('read');
  chownSync(folder, 0, 0);
  symlinkSync('rules.yaml', join(folder, 'link.yaml'));
  expect(why(join(folder, 'link.yaml'))).toBe('read');
  lchownSync(join(folder, 'link.yaml'), 12_345, 12_345);
  expect(why(join(folder, 'link.yaml'))).toBe('it is a link that belongs to another user');
});

test('a link is followed, and the folder that it leads to is looked at as well', () => {
  const { folder, path } = place();
  mkdirSync(join(folder, 'deep'));
  renameSync(path, join(folder, 'deep', 'rules.yaml'));
  symlinkSync('deep/rules.yaml', path);
  expect(why(path)).toBe('read');
  chmodSync(join(folder, 'deep'), 0o777);
  expect(why(path)).toContain('other users may write to its folder');
});

test('what is no file of text is refused at once, without waiting on it', () => {
  const { folder, path } = place();
  expect(why(join(folder, 'absent.yaml'))).toBe('it is not there');
  expect(why(folder)).toBe('it is no regular file');
  const pipe = join(folder, 'pipe.yaml');
  execFileSync('mkfifo', [pipe]);
  expect(why(pipe)).toBe('it is no regular file');
  symlinkSync('nowhere', join(folder, 'dangling.yaml'));
  expect(why(join(folder, 'dangling.yaml'))).toBe('it is not there');
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
  expect(why(path)).toBe('it is not UTF-8 text');
  writeFileSync(path, '#'.repeat(MAX_FILE_BYTES + 1));
  expect(why(path)).toBe('it is larger than 256 KiB');
});
