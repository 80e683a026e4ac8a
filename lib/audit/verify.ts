// Walks a whole record and says what it can vouch for: that the chain holds, that kept heads fit it, and since when.
import { createHash } from 'node:crypto';
import { type ChainBreak, createWalk, GENESIS, type Head, isoOrNothing } from './chain.ts';
import { checkHeads, type HeadCheck, type KeptHead } from './heads.ts';
import type { StoredRow } from './stored.ts';

/** What an old record says at the place where its chain began. */
export const BEGAN = 'audit.began';

const MOST_BREAKS = 100;

export type AuditReport = {
  /** The end of what holds: of the whole chain, or of what stands before the first break. */
  head: Head;
  /** How many rows were read. */
  read: number;
  /** What does not hold, first things first; further ones than 100 are told together. */
  breaks: ChainBreak[];
  /** A digest of each of the breaks and of the row as it is stored. */
  keys: string[];
  broken: number;
  /** The breaks behind the first 100: how many, at which rows the first and the last of them are, and a digest of all of them. */
  rest?: { count: number; from: number; to: number; digest: string };
  /** ISO time of the first row, or of the row at which an older record was chained. */
  since?: string;
  checks: HeadCheck[];
};

type Rows = AsyncIterable<readonly StoredRow[]> | Iterable<readonly StoredRow[]>;

/** Gathers breaks: the first ones each for itself, all others in one digest, so that none of them can be another unnoticed. */
function createGathered() {
  const breaks: ChainBreak[] = [];
  const keys: string[] = [];
  const rest = { count: 0, from: 0, to: 0 };
  const digest = createHash('sha256');
  return {
    add(broken: ChainBreak, key: string) {
      if (breaks.length < MOST_BREAKS) {
        breaks.push(broken);
        keys.push(key);
        return;
      }
      if (rest.count === 0) rest.from = broken.seq;
      rest.count += 1;
      rest.to = broken.seq;
      digest.update(key);
    },
    any: () => breaks.length > 0,
    told: () => ({
      breaks,
      keys,
      broken: breaks.length + rest.count,
      ...(rest.count === 0 ? {} : { rest: { ...rest, digest: digest.digest('hex') } }),
    }),
  };
}

/** Walks rows from the first on. `heads` were kept elsewhere. Rejects with what `rows` throws. */
export async function verifyChain(rows: Rows, heads: readonly KeptHead[] = []): Promise<AuditReport> {
  const walk = createWalk();
  const wanted = new Set(heads.map((head) => head.rows));
  const hashes = new Map<number, string>([[0, GENESIS]]);
  const gathered = createGathered();
  let read = 0;
  let since: string | undefined;
  for await (const piece of rows) {
    for (const row of piece) {
      read += 1;
      const found = walk.step(row);
      if (found) gathered.add(found.broken, found.key);
      if (since === undefined || row.what === BEGAN) since = isoOrNothing(row.at_ms);
      // Behind a break nothing is known, so no head from there is looked for.
      if (gathered.any()) continue;
      const { rows: seq, hash } = walk.head();
      if (wanted.has(seq)) hashes.set(seq, hash);
    }
  }
  const head = walk.head();
  const within = gathered.any() ? heads.filter((kept) => kept.rows <= head.rows) : heads;
  return {
    head,
    read,
    ...gathered.told(),
    ...(since === undefined ? {} : { since }),
    checks: checkHeads(within, head.rows, (seq) => hashes.get(seq)),
  };
}
