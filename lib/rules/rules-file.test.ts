// The rules file is read only when nobody but its keeper could have written it; every refusal says what mends it.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '#lib/store/test-samples.ts';
import { readRulesFile } from './rules-file.ts';
import { walkPath } from './rules-file-path.ts';
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
  expect(readRulesFile(path)).toMatchObject({
    kind: 'text',
    text: 'version: 1\nrules: []\n',
    owners: expect.arrayContaining([expect.objectContaining({ uid: ME })]),
  });
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
  expect(why(path)).toContain(`other users may write to the folder ${folder}`);
  // With the sticky bit nobody can replace what is not theirs.
  chmodSync(folder, 0o1777);
  const reading = readRulesFile(path);
  expect(reading).toMatchObject({ kind: 'text' });
  if (reading.kind === 'text') for (const { mode } of reading.owners) expect(mode & 0o022).toBe(0);
});

test('a file of another user is not read, nor one in a folder of another user', () => {
  const { path } = place();
  // Asked as somebody else, the same file is a stranger's; root's is anybody's to trust.
  expect(why(path, ME + 1)).toContain(isRoot ? 'read' : 'belongs to another user');
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
  expect(why(join(folder, 'link.yaml'))).toContain('link.yaml is a link that belongs to another user');
});

test('a link is followed, and the folder that it leads to is looked at as well', () => {
  const { folder, path } = place();
  mkdirSync(join(folder, 'deep'));
  renameSync(path, join(folder, 'deep', 'rules.yaml'));
  symlinkSync('deep/rules.yaml', path);
  expect(why(path)).toBe('read');
  chmodSync(join(folder, 'deep'), 0o777);
  expect(why(path)).toContain(`other users may write to the folder ${join(folder, 'deep')}`);
});

test('every folder above the file is held to the same rule, however far above', () => {
  const { folder } = place();
  mkdirSync(join(folder, 'above', 'between', 'own'), { recursive: true });
  const path = join(folder, 'above', 'between', 'own', 'rules.yaml');
  writeFileSync(path, 'version: 1\nrules: []\n', { mode: 0o600 });
  expect(why(path)).toBe('read');
  chmodSync(join(folder, 'above'), 0o777);
  expect(why(path)).toBe(
    `other users may write to the folder ${join(folder, 'above')} (mode 0777), and so replace it; take that from them`,
  );
  chmodSync(join(folder, 'above'), 0o1777);
  expect(why(path)).toBe('read');
});

test('every link on the way is followed step by step, with the folders above its target', () => {
  const { folder, path } = place();
  for (const name of ['mine', 'shared', 'old']) mkdirSync(join(folder, name));
  renameSync(path, join(folder, 'old', 'rules.yaml'));
  symlinkSync('../old/rules.yaml', join(folder, 'shared', 'current'));
  symlinkSync(join(folder, 'shared', 'current'), join(folder, 'mine', 'rules.yaml'));
  expect(why(join(folder, 'mine', 'rules.yaml'))).toBe('read');
  // Neither the first link nor the file stands in this folder, and yet it decides which file is read.
  chmodSync(join(folder, 'shared'), 0o777);
  expect(why(join(folder, 'mine', 'rules.yaml'))).toContain(`other users may write to the folder ${join(folder, 'shared')}`);
});

test('a config map, whose links lead through a folder that is exchanged, is read', () => {
  const { folder, path } = place();
  mkdirSync(join(folder, '..2026_11_22'));
  renameSync(path, join(folder, '..2026_11_22', 'rules.yaml'));
  symlinkSync('..2026_11_22', join(folder, '..data'));
  symlinkSync(join('..data', 'rules.yaml'), path);
  expect(why(path)).toBe('read');
});

test('after a link, two dots are the folder above its target, as for the system', () => {
  const { folder, path } = place();
  mkdirSync(join(folder, 'far', 'deep'), { recursive: true });
  symlinkSync(join('far', 'deep'), join(folder, 'short'));
  renameSync(path, join(folder, 'far', 'rules.yaml'));
  expect(why(`${folder}/short/../rules.yaml`)).toBe('read');
});

test('links without end are not followed to it', () => {
  const { folder, path } = place();
  symlinkSync('b.yaml', join(folder, 'a.yaml'));
  symlinkSync('a.yaml', join(folder, 'b.yaml'));
  expect(why(join(folder, 'a.yaml'))).toBe('it leads through more than 16 links');
  symlinkSync(path, join(folder, 'link0'));
  for (let i = 1; i <= 16; i++) symlinkSync(`link${i - 1}`, join(folder, `link${i}`));
  expect(why(join(folder, 'link15'))).toBe('read');
  expect(why(join(folder, 'link16'))).toBe('it leads through more than 16 links');
});

test.skipIf(!isRoot)('a link or a folder of a stranger anywhere on the way is refused (needs root to make them)', () => {
  const { folder, path } = place();
  for (const name of ['mine', 'theirs']) mkdirSync(join(folder, name));
  mkdirSync(join(folder, 'theirs', 'ours'));
  writeFileSync(join(folder, 'theirs', 'ours', 'rules.yaml'), 'version: 1\nrules: []\n', { mode: 0o600 });
  symlinkSync(path, join(folder, 'theirs', 'current'));
  symlinkSync(join(folder, 'theirs', 'current'), join(folder, 'mine', 'rules.yaml'));
  chownSync(join(folder, 'theirs'), 12_345, 12_345);
  for (const way of [join(folder, 'theirs', 'ours', 'rules.yaml'), join(folder, 'mine', 'rules.yaml')])
    expect(why(way)).toBe(`the folder ${join(folder, 'theirs')} belongs to another user, who could replace it`);
  chownSync(join(folder, 'theirs'), 0, 0);
  lchownSync(join(folder, 'theirs', 'current'), 12_345, 12_345);
  expect(why(join(folder, 'mine', 'rules.yaml'))).toContain('current is a link that belongs to another user');
});

test('what was looked at is what is read: a file that is put there in between is refused', () => {
  const { folder, path } = place();
  writeFileSync(join(folder, 'other.yaml'), 'version: 1\nrules: [] # other\n', { mode: 0o600 });
  const reading = readRulesFile(path, ME, (...asked) => {
    const walk = walkPath(...asked);
    renameSync(join(folder, 'other.yaml'), path);
    return walk;
  });
  expect(reading).toMatchObject({ kind: 'refused', message: expect.stringContaining('another file was put in its place') });
  expect(why(path)).toBe('read');
});

test('whoever owns a link or a folder above counts among those who could have written the rules', () => {
  const { path } = place();
  const reading = readRulesFile(path);
  // The topmost folder is root's.
  expect(reading.kind === 'text' && reading.owners.map(({ uid }) => uid)).toContain(0);
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
  writeFileSync(path, `${'#'.repeat(MAX_FILE_BYTES)}\n`);
  expect(why(path)).toBe('it is larger than 256 KiB');
});

test('a YAML text whose last line has no end is refused, for it may be cut off; JSON ends by itself', () => {
  const { folder, path } = place();
  writeFileSync(path, 'version: 1\nrules:\n  - name: A\n    enabled: true\n    scopes: [operator.read]');
  expect(why(path)).toBe('its last line has no line break at its end, so the text may be cut off; end the last line with one');
  writeFileSync(path, '');
  expect(why(path)).toBe('read');
  writeFileSync(join(folder, 'rules.json'), '{"version": 1, "rules": []}', { mode: 0o600 });
  expect(why(join(folder, 'rules.json'))).toBe('read');
});
