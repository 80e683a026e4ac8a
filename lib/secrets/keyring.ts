// The key that seals what the data folder keeps: from the environment, from a named file, or from a file of its own beside the folder.
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../problem.ts';
import { systemCode } from '../store/failures.ts';
import { syncFolder } from '../store/folder.ts';
import { type SealingKey, sealingKey } from './envelope.ts';

const MAX_KEYS = 4;
const MAX_FILE_BYTES = 4096;

/** Where the key comes from. A named file must be there; the default one is made at the first start. */
export type KeySource = { kind: 'text'; text: string } | { kind: 'file'; file: string; named: boolean };

/** One or more keys, the first of which seals; the others only open what was sealed before a change of keys. */
export type Keyring = readonly [SealingKey, ...SealingKey[]];

function keyOf(text: string): SealingKey | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined;
  return bytes?.length === 32 ? sealingKey(bytes) : undefined;
}

/** What stands in a key file or setting, apart from comments. */
export const keyTexts = (text: string): string[] =>
  text
    .replace(/^#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(Boolean);

/** The keys in a text: 32 bytes each as base64 or hex, separated by white space or commas. Undefined when any is something else. */
export function keysIn(text: string): Keyring | undefined {
  const parts = keyTexts(text);
  const keys = parts.flatMap((part) => keyOf(part) ?? []);
  const [first, ...others] = keys;
  return first === undefined || keys.length !== parts.length || keys.length > MAX_KEYS ? undefined : [first, ...others];
}

/** A new key as the text that `keysIn` reads. */
export const newKeyText = (): string => randomBytes(32).toString('base64');

/**
 * Makes a key file with mode 0600 that was not there before, whole or not at all: what it seals must never outlive it, and half of one
 * would keep the console from starting. Throws the system's error, EEXIST where there is one.
 */
export function makeKeyFile(file: string): string {
  const text = newKeyText();
  const draft = `${file}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  try {
    const handle = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(handle, 0o600);
      writeFileSync(handle, `${text}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    // A link never takes the place of what is there.
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(file));
  return text;
}

function readKeyFile(file: string, tell: (line: string) => void): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new Problem('secrets-locked', `The key file ${file} cannot be read (${systemCode(error) ?? 'unknown reason'}).`);
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > MAX_FILE_BYTES) throw new Problem('secrets-locked', `${file} is not a key file.`);
    if (process.getuid !== undefined) {
      if (found.uid === process.getuid() && (found.mode & 0o077) !== 0) {
        fchmodSync(handle, 0o600);
        tell(`Other users could read the key file ${file}; its mode is 0600 now. Whoever may have read it can open old copies.`);
      }
      // A service manager may own it and let this user's group read it.
      if (found.uid !== process.getuid() && (found.mode & 0o007) !== 0)
        tell(`Every user may read the key file ${file}, and it belongs to somebody else; set its mode to 0600 or 0640.`);
    }
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

/**
 * The keys of this console. `inUse` says whether anything was sealed before: then no key is made, since a new one could not open it.
 * `tell` hears what a person should know. Throws Problem('secrets-locked') when the key is missing, unreadable or no key.
 */
export function loadKeyring(source: KeySource, { inUse, tell }: { inUse: () => boolean; tell: (line: string) => void }): Keyring {
  if (source.kind === 'text') {
    const keys = keysIn(source.text);
    if (!keys) throw new Problem('secrets-locked', 'GATEHOUSE_KEY is not a key: 32 random bytes as base64 or hex.');
    return keys;
  }
  const { file, named } = source;
  const found = readKeyFile(file, tell);
  if (found !== undefined) {
    const keys = keysIn(found);
    if (!keys) throw new Problem('secrets-locked', `${file} holds no key: 32 random bytes as base64 or hex.`);
    return keys;
  }
  if (named)
    throw new Problem(
      'secrets-locked',
      `GATEHOUSE_KEY_FILE names ${file}, which is not there. Make it once: npm run gatehouse -- key new ${file}`,
    );
  if (inUse()) throw new Problem('secrets-locked', `The key file ${file} is missing, and the data folder holds secrets that it sealed.`);
  try {
    const keys = keysIn(makeKeyFile(file));
    if (!keys) throw new Error('a new key must be one');
    tell(`A key for the secrets of this console was made: ${file}. Keep a copy of it apart from backups of the data folder.`);
    return keys;
  } catch (error) {
    const why = systemCode(error) ?? 'unknown reason';
    throw new Problem('secrets-locked', `The key file ${file} cannot be made (${why}). Name a place for it with GATEHOUSE_KEY_FILE.`);
  }
}
