// A second process cannot open the locked database, so `gatehouse link` leaves the hash of its link as a file that the
// running console takes away when the link is used. Who can write there owns the data folder already.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, isoOf } from '../clock.ts';
import { preparePrivateFolder, writePrivateFile } from '../store/folder.ts';
import { hashOf, newName, newSecret, type RandomBytes } from './secrets.ts';

/** How long a sign-in link lives, in ms. */
export const LINK_LIFE_MS = 15 * 60_000;

const FOLDER = 'links';
const dropShape = z.object({ expiresAt: z.iso.datetime() });

export type NewLink = { secret: string; expiresAtMs: number };

/**
 * Makes a link for the console that runs on this data folder, without its database. The secret is in the answer only.
 * Throws Problem('data-folder-unusable').
 */
export function dropLink(folder: string, { clock, random }: { clock: Clock; random: RandomBytes }): NewLink {
  const links = join(folder, FOLDER);
  preparePrivateFolder(links);
  const secret = newSecret(random);
  const expiresAtMs = clock.nowMs() + LINK_LIFE_MS;
  writePrivateFile(join(links, `${hashOf(secret)}.json`), `${JSON.stringify({ expiresAt: isoOf(expiresAtMs) })}\n`);
  return { secret, expiresAtMs };
}

// Undefined for anything that is not a private regular file of this user with the right content.
function readExpiry(path: string): number | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const found = fstatSync(handle);
    const ours = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
    if (!found.isFile() || !ours || found.size > 1024) return undefined;
    const parsed = dropShape.safeParse(JSON.parse(readFileSync(handle, 'utf8')));
    return parsed.success ? Date.parse(parsed.data.expiresAt) : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, which is what was wanted.
  }
}

const alive = (expiresAtMs: number | undefined, nowMs: number) =>
  expiresAtMs !== undefined && expiresAtMs > nowMs && expiresAtMs <= nowMs + LINK_LIFE_MS;

/** Takes a dropped link away. True for exactly one caller, and only while it lives. `hash` is hex SHA-256. */
export function takeDroppedLink(folder: string, hash: string, { clock, random }: { clock: Clock; random: RandomBytes }): boolean {
  const taken = join(folder, FOLDER, `${hash}.${newName(random)}.taken`);
  try {
    // The rename decides between two that come at once.
    renameSync(join(folder, FOLDER, `${hash}.json`), taken);
  } catch {
    return false;
  }
  const expiresAtMs = readExpiry(taken);
  removeQuietly(taken);
  return alive(expiresAtMs, clock.nowMs());
}

function removeDrops(folder: string, over: (path: string) => boolean): void {
  let names: string[];
  try {
    names = readdirSync(join(folder, FOLDER));
  } catch {
    return;
  }
  for (const name of names) {
    const path = join(folder, FOLDER, name);
    // A draft belongs to the process that writes it just now; it has its name a moment later.
    if (name.endsWith('.taken') || (name.endsWith('.json') && over(path))) removeQuietly(path);
  }
}

/** Removes the links that ran out unused, and what an interrupted sign-in left. */
export function sweepDroppedLinks(folder: string, clock: Clock): void {
  removeDrops(folder, (path) => !alive(readExpiry(path), clock.nowMs()));
}

/** Removes every dropped link, whatever is left of its time. */
export function clearDroppedLinks(folder: string): void {
  removeDrops(folder, () => true);
}
