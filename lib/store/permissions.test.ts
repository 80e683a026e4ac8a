// What others could read is theirs no more after a start, and is told.
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../testing/folders.ts';
import { tightenFolder } from './permissions.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('open folders and files are tightened and named, links are not followed, and the next start has nothing to say', () => {
  const root = testFolder();
  const [folder, outside] = [join(root, 'data'), join(root, 'outside')];
  mkdirSync(join(folder, 'backups'), { recursive: true });
  const [db, backup, script] = [join(folder, 'gatehouse.db'), join(folder, 'backups', 'one.db'), join(folder, 'run')];
  for (const path of [db, backup, script, outside]) writeFileSync(path, '');
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'backups'), 0o750);
  chmodSync(db, 0o644);
  chmodSync(backup, 0o640);
  chmodSync(script, 0o700);
  chmodSync(outside, 0o644);
  symlinkSync(outside, join(folder, 'link'));
  const said = tightenFolder(folder);
  expect([folder, join(folder, 'backups'), db, backup, script].map(modeOf)).toEqual([0o700, 0o700, 0o600, 0o600, 0o700]);
  expect(modeOf(outside)).toBe(0o644);
  expect(said).toHaveLength(1);
  for (const path of [folder, db, backup]) expect(said[0]).toContain(path);
  expect(said[0]).not.toContain(script);
  expect(tightenFolder(folder)).toEqual([]);
});

test('a place where others can put another folder is told; a temporary one with its sticky bit is not', () => {
  const root = testFolder();
  const folder = join(root, 'data');
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(root, 0o777);
  expect(tightenFolder(folder).join()).toContain(root);
  chmodSync(root, 0o1777);
  expect(tightenFolder(folder)).toEqual([]);
});

test('a folder that is not there yet has nothing to tighten', () => {
  expect(tightenFolder(join(testFolder(), 'later'))).toEqual([]);
});
