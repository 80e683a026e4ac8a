// Walks the path of the rules file from the root, step by step: whoever can put another link, folder or file anywhere on it writes the rules.
import { accessSync, constants, lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';

/** Whose a link, folder or file is. */
export type Owner = { uid: number; mode: number };

/** `end`: where the path leads in the end, which is no link, and what stands there. `fault`: in words, what is wrong and what mends it. */
export type Walk = { end: { path: string; stat: Stats }; owners: Owner[] } | { fault: string };

export const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
/** More than any mount or config map needs; a circle of links would have no end. */
const MAX_LINKS = 16;

export const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** Root could do all of this anyway, and this user is the one whose console it is. */
export const trusted = (stat: Stats, me: number): boolean => stat.uid === 0 || stat.uid === me;

/** A folder on a file system that nobody can write to, such as a mounted config map, whatever its mode says. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}

/** Why another user could change what stands in a folder. */
function folderFault(folder: string, stat: Stats, me: number): string | undefined {
  if (!trusted(stat, me)) return `the folder ${folder} belongs to another user, who could replace it`;
  if ((stat.mode & WRITABLE_BY_OTHERS) === 0 || (stat.mode & STICKY) !== 0) return undefined;
  return `other users may write to the folder ${folder} (mode ${octal(stat.mode)}), and so replace it; take that from them`;
}

/**
 * Follows a path as the system would, and holds each link and each folder on the way, also on that of a link's target, to one rule: it
 * belongs to root or to this user, and nobody else may write to it, unless the sticky bit keeps others from replacing what is not theirs.
 * What stands at the end is only looked at. Throws what the system says of a path that does not exist or may not be searched.
 */
export function walkPath(path: string, me: number): Walk {
  // Not made shorter: after a link, `..` is the folder above the one that it leads to.
  const absolute = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const { root } = parse(absolute);
  const ahead = absolute.slice(root.length).split(sep);
  const owners = new Map<string, Owner>();
  let at = root;
  let stat = lstatSync(at);
  let readOnly = false;
  let links = 0;
  const mayPass = (folder: string): string | undefined => {
    readOnly = isReadOnly(folder);
    if (readOnly) return undefined;
    const { uid } = stat;
    // With the sticky bit others may add files there, and replace none that is not theirs.
    const mode = stat.mode & ~WRITABLE_BY_OTHERS;
    owners.set(`${uid} ${mode}`, { uid, mode });
    return folderFault(folder, stat, me);
  };

  while (ahead.length > 0) {
    const fault = stat.isDirectory() ? mayPass(at) : undefined;
    if (fault !== undefined) return { fault };
    const step = ahead.shift() ?? '';
    if (step === '' || step === '.') continue;
    if (step === '..') {
      at = dirname(at);
      stat = lstatSync(at);
      continue;
    }
    const next = join(at, step);
    const found = lstatSync(next);
    if (!found.isSymbolicLink()) {
      at = next;
      stat = found;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return { fault: `it leads through more than ${MAX_LINKS} links` };
    if (!readOnly && !trusted(found, me)) return { fault: `${next} is a link that belongs to another user, who could lead it elsewhere` };
    if (!readOnly) owners.set(`${found.uid} 0`, { uid: found.uid, mode: 0 });
    const target = readlinkSync(next);
    const base = parse(target).root;
    ahead.unshift(...target.slice(base.length).split(sep));
    if (base !== '') {
      at = base;
      stat = lstatSync(at);
    }
  }
  return { end: { path: at, stat }, owners: [...owners.values()] };
}
