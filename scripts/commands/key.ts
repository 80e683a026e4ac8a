// `gatehouse key`: the key that seals the console's secrets is made, changed or given up.
import { renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { makeKeyFile } from '#lib/secrets/keyring.ts';
import { rotateKey } from '#lib/secrets/rotate.ts';
import { sealedFiles } from '#lib/secrets/vault.ts';
import { readSettings, takeSecrets } from '#lib/settings.ts';
import { stampOf } from '#lib/store/aside.ts';
import { systemCode } from '#lib/store/failures.ts';
import { lockFolder } from '#lib/store/lock.ts';
import { dataFolders } from './running.ts';

export const KEY_HELP = `  npm run gatehouse -- key new FILE
                                 make a key file for GATEHOUSE_KEY_FILE
  npm run gatehouse -- key rotate
                                 seal the secrets with a new key; the console must be stopped
  npm run gatehouse -- key forget
                                 the key is lost: move the sealed secrets aside, so that the console starts as a new device`;

const tell = (line: string) => console.log(line);

function makeFile(file: string): number {
  try {
    makeKeyFile(file);
  } catch (error) {
    const why = systemCode(error);
    // No Problem: what helps where secrets do not open is wrong here, above all to give up a key that is there.
    console.error(
      why === 'EEXIST'
        ? `${file} is there already and was left as it is. Name another file, or change the key in it: npm run gatehouse -- key rotate`
        : `The key file ${file} cannot be made (${why ?? 'unknown reason'}). Name a file in a folder that this user can write.`,
    );
    return 1;
  }
  console.log(`A key was written to ${file}. Keep a copy of it apart from backups of the data folder.`);
  return 0;
}

const usedFolders = () => dataFolders().filter((folder) => sealedFiles(folder).length > 0);

/** Runs `work` while no console has any of the folders. */
function whileStopped(folders: readonly string[], work: () => void): void {
  const locks = folders.map((folder) => lockFolder(folder, systemClock()));
  try {
    work();
  } finally {
    for (const lock of locks) lock.dispose();
  }
}

function forget(): number {
  const folders = usedFolders();
  if (folders.length === 0) {
    console.log('There are no sealed secrets.');
    return 0;
  }
  whileStopped(folders, () => {
    const stamp = stampOf(systemClock().nowMs());
    for (const folder of folders) for (const file of sealedFiles(folder)) renameSync(file, `${file}.forgotten-${stamp}`);
  });
  console.log(
    'The sealed secrets were moved aside. At its next start the console is a new device: approve it on the gateway, and remove the old one there.',
  );
  return 0;
}

function rotate(): number {
  const { key } = readSettings(takeSecrets({ ...process.env }));
  const folders = usedFolders();
  whileStopped(folders, () => rotateKey(key, folders, tell));
  console.log('The secrets are sealed with a new key. The old one opens nothing any more but older copies.');
  return 0;
}

/** Runs the command. Throws Problem('data-folder-locked') while a console runs, Problem('secrets-locked') where the key does not fit. */
export function key([act, file, ...rest]: string[]): number {
  if (act === 'new' && file !== undefined && rest.length === 0) return makeFile(resolve(file));
  if (act === 'rotate' && file === undefined) return rotate();
  if (act === 'forget' && file === undefined) return forget();
  console.error(KEY_HELP);
  return 2;
}
