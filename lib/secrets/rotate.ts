// A new key for what is sealed. Both keys are in the file until everything was sealed anew, so a kill at any moment loses nothing.
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Problem } from '../problem.ts';
import { systemCode } from '../store/failures.ts';
import { writePrivateFile } from '../store/folder.ts';
import { type KeySource, keyTexts, newKeyText } from './keyring.ts';
import { openVault, sealedFiles } from './vault.ts';

/**
 * Puts a new key in front of the key file, seals everything in these folders with it, and takes the old keys out. Throws
 * Problem('secrets-locked') when the key comes from the environment, is missing, or does not open all there is; then the file keeps both.
 */
export function rotateKey(source: KeySource, folders: readonly string[], tell: (line: string) => void): void {
  if (source.kind === 'text')
    throw new Problem(
      'secrets-locked',
      'The key stands in GATEHOUSE_KEY. Put a new one in front of it, separated by a comma, start the console once, and then take the old one out.',
    );
  // Opened with the old key first: a key that does not fit must not get a new one in front of it.
  const names = folders.map((folder) => ({
    folder,
    names: sealedFiles(folder).map((file) => relative(folder, file).replace(/\.sealed$/, '')),
  }));
  const readAll = () => {
    for (const { folder, names: all } of names) {
      const vault = openVault({ folder, source, tell });
      for (const name of all) vault.read(name);
    }
  };
  readAll();
  const file = resolve(source.file);
  const fresh = newKeyText();
  let old: string;
  try {
    old = readFileSync(file, 'utf8');
  } catch {
    throw new Problem('secrets-locked', `The key file ${file} is missing, so there is nothing to change.`);
  }
  const put = (text: string) => {
    try {
      // Its group may be the service's, and stays so.
      const { mode } = statSync(file);
      writePrivateFile(file, text);
      chmodSync(file, mode & 0o640);
    } catch (error) {
      const why = systemCode(error) ?? 'unknown reason';
      throw new Problem('secrets-locked', `${file} cannot be written (${why}). Change the key as the user who owns that file.`);
    }
  };
  // All there is was sealed with the first of them just now; those that rotations before this one left in the file are in the way.
  const [current = ''] = keyTexts(old);
  put(`${fresh}\n${current}\n`);
  readAll();
  put(`${fresh}\n`);
}
