// A second process cannot write the locked database, so `gatehouse link` leaves the hash of its link as a file that the
// running console takes away when the link is used. Who can write there owns the data folder already: such a link may make an operator.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, isoOf } from '../clock.ts';
import { preparePrivateFolder, writePrivateFile } from '../store/folder.ts';
import { RIGHTS } from './rights.ts';
import { hashOf, newName, newSecret, type RandomBytes } from './secrets.ts';

/** How long a sign-in link lives, in ms. */
export const LINK_LIFE_MS = 15 * 60_000;

const FOLDER = 'links';
const orderShape = z.discriminatedUnion('purpose', [
  /** Without a name: the first admin, or the set-up. */
  z.object({ purpose: z.literal('sign-in'), operator: z.string().max(200).optional() }),
  /** Makes the operator when it is accepted. */
  z.object({ purpose: z.literal('invitation'), operator: z.string().max(200), rights: z.array(z.enum(RIGHTS)).min(1).max(3) }),
  /** `admin`: gives that right too. A disabled operator is active afterwards. */
  z.object({ purpose: z.literal('reset'), operator: z.string().max(200), admin: z.boolean().optional() }),
]);
const dropShape = z.object({ expiresAt: z.iso.datetime(), order: orderShape.optional() });

/** What a link of the terminal does when it is opened. */
export type LinkOrder = z.infer<typeof orderShape>;
export type Dropped = { order: LinkOrder; expiresMs: number };

export type NewLink = { secret: string; expiresAtMs: number };

/**
 * Makes a link for the console that runs on this data folder, without its database. The secret is in the answer only.
 * Throws Problem('data-folder-unusable').
 */
export function dropLink(
  folder: string,
  { clock, random }: { clock: Clock; random: RandomBytes },
  order: LinkOrder = { purpose: 'sign-in' },
): NewLink {
  const links = join(folder, FOLDER);
  preparePrivateFolder(links);
  const secret = newSecret(random);
  const expiresAtMs = clock.nowMs() + LINK_LIFE_MS;
  writePrivateFile(join(links, `${hashOf(secret)}.json`), `${JSON.stringify({ expiresAt: isoOf(expiresAtMs), order })}\n`);
  return { secret, expiresAtMs };
}

// Undefined for anything that is not a private regular file of this user with the right content.
function readDrop(path: string): Dropped | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const found = fstatSync(handle);
    const ours = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
    if (!found.isFile() || !ours || found.size > 1024) return undefined;
    const parsed = dropShape.safeParse(JSON.parse(readFileSync(handle, 'utf8')));
    if (!parsed.success) return undefined;
    return { order: parsed.data.order ?? { purpose: 'sign-in' }, expiresMs: Date.parse(parsed.data.expiresAt) };
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

const living = (drop: Dropped | undefined, nowMs: number): Dropped | undefined =>
  drop && drop.expiresMs > nowMs && drop.expiresMs <= nowMs + LINK_LIFE_MS ? drop : undefined;

/** What a dropped link is for, without spending it. `hash` is hex SHA-256. */
export const readDroppedLink = (folder: string, hash: string, clock: Clock): Dropped | undefined =>
  living(readDrop(join(folder, FOLDER, `${hash}.json`)), clock.nowMs());

/** Takes a dropped link away. It is for exactly one caller, and only while it lives. `hash` is hex SHA-256. */
export function takeDroppedLink(
  folder: string,
  hash: string,
  { clock, random }: { clock: Clock; random: RandomBytes },
): Dropped | undefined {
  const taken = join(folder, FOLDER, `${hash}.${newName(random)}.taken`);
  try {
    // The rename decides between two that come at once.
    renameSync(join(folder, FOLDER, `${hash}.json`), taken);
  } catch {
    return undefined;
  }
  const drop = readDrop(taken);
  removeQuietly(taken);
  return living(drop, clock.nowMs());
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
  removeDrops(folder, (path) => living(readDrop(path), clock.nowMs()) === undefined);
}

/** Removes every dropped link, whatever is left of its time. */
export function clearDroppedLinks(folder: string): void {
  removeDrops(folder, () => true);
}
