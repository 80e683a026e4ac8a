// The few secrets that the console must keep, each in a sealed file of the data folder.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../problem.ts';
import { systemCode } from '../store/failures.ts';
import { writePrivateFile } from '../store/folder.ts';
import { openText, sealText } from './envelope.ts';
import { type KeySource, loadKeyring } from './keyring.ts';

const ENDING = '.sealed';
/** The places of sealed files within the data folder. */
const PLACES = ['.', 'device-tokens'];

/** Every sealed file of a data folder, as paths. */
export function sealedFiles(folder: string): string[] {
  return PLACES.flatMap((place) => {
    try {
      return readdirSync(join(folder, place))
        .filter((name) => name.endsWith(ENDING))
        .map((name) => join(folder, place, name));
    } catch {
      return [];
    }
  });
}

/** What a sealed file of the folder is for: its name within the folder, so that no file can stand in for another. */
export const purposeOf = (name: string): string => `secret ${name}`;

export type Vault = {
  folder: string;
  /** The secret of this name, or undefined when none is kept. Throws Problem('secrets-locked' | 'data-folder-unusable'). */
  read: (name: string) => string | undefined;
  /** Keeps a secret; it is on the disk when this returns. Throws Problem('data-folder-unusable'). */
  write: (name: string, secret: string) => void;
  remove: (name: string) => void;
  /** Hears what a person should know of the secrets. */
  tell: (line: string) => void;
};

/** Opens the secrets of a data folder. Throws Problem('secrets-locked') when the key is missing or wrong. */
export function openVault({ folder, source, tell }: { folder: string; source: KeySource; tell: (line: string) => void }): Vault {
  const keys = loadKeyring(source, { inUse: () => sealedFiles(folder).length > 0, tell });
  const fileOf = (name: string) => join(folder, `${name}${ENDING}`);

  function write(name: string, secret: string): void {
    const file = fileOf(name);
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writePrivateFile(file, `${sealText(keys[0], purposeOf(name), secret)}\n`);
    } catch (error) {
      throw new Problem('data-folder-unusable', `${file} cannot be written (${systemCode(error) ?? 'unknown reason'}).`, { folder });
    }
  }

  return {
    folder,
    read(name) {
      const file = fileOf(name);
      let sealed: string;
      try {
        sealed = readFileSync(file, 'utf8');
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw new Problem('data-folder-unusable', `${file} cannot be read (${systemCode(error) ?? 'unknown reason'}).`, { folder });
      }
      const { text, byOlderKey } = openText(keys, purposeOf(name), sealed, file);
      if (byOlderKey) write(name, text);
      return text;
    },
    write,
    remove: (name) => rmSync(fileOf(name), { force: true }),
    tell,
  };
}
