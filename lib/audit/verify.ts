// Walks a whole record and says what it can vouch for: that the chain holds, that kept heads fit it, and since when.
import { type ChainBreak, type ChainedRow, createWalk, GENESIS, type Head } from './chain.ts';
import { checkHeads, type HeadCheck, type KeptHead } from './heads.ts';

/** What an old record says at the place where its chain began. */
export const BEGAN = 'audit.began';

const MOST_BREAKS = 100;

export type AuditReport = {
  /** The end of what holds: of the whole chain, or of what stands before the first break. */
  head: Head;
  /** How many rows were read. */
  read: number;
  /** What does not hold, first things first; further ones than 100 are counted only. */
  breaks: ChainBreak[];
  broken: number;
  /** ISO time of the first row, or of the row at which an older record was chained. */
  since?: string;
  checks: HeadCheck[];
};

const timeOf = (row: ChainedRow) => (Number.isFinite(row.at_ms) ? new Date(row.at_ms).toISOString() : undefined);

/** Walks rows from the first on. `heads` were kept elsewhere. Rejects with what `rows` throws. */
export async function verifyChain(
  rows: AsyncIterable<readonly ChainedRow[]> | Iterable<readonly ChainedRow[]>,
  heads: readonly KeptHead[] = [],
): Promise<AuditReport> {
  const walk = createWalk();
  const wanted = new Set(heads.map((head) => head.rows));
  const hashes = new Map<number, string>([[0, GENESIS]]);
  let read = 0;
  let since: string | undefined;
  let sound: Head = walk.head();
  const breaks: ChainBreak[] = [];
  let broken = 0;
  for await (const piece of rows) {
    for (const row of piece) {
      read += 1;
      const found = walk.step(row);
      if (found) {
        broken += 1;
        if (breaks.length < MOST_BREAKS) breaks.push(found);
      }
      if (since === undefined || row.what === BEGAN) since = timeOf(row);
      // Behind a break nothing is known, so no head from there is looked for.
      if (broken > 0) continue;
      sound = walk.head();
      if (wanted.has(row.seq)) hashes.set(row.seq, row.hash);
    }
  }
  const within = broken > 0 ? heads.filter((kept) => kept.rows <= sound.rows) : heads;
  return {
    head: sound,
    read,
    breaks,
    broken,
    ...(since === undefined ? {} : { since }),
    checks: checkHeads(within, sound.rows, (seq) => hashes.get(seq)),
  };
}
