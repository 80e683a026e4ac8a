// What the running console remembers of a walk: the hash of a row every so often, and of the last. Whoever writes the whole file anew
// cannot write that anew, so each later walk is held against it.
import type { ChainBreak, Head } from './chain.ts';
import type { StoredRow } from './stored.ts';

/** Rows between two hashes that are remembered: it says how closely what was written anew can be named. */
const EVERY = 500;

export type Walked = {
  /** ISO time of the walk. */
  at: string;
  /** Oldest first; the last of them is the end. */
  marks: readonly Head[];
};

/** Watches one walk beside an earlier one. What is no row of this console's is left out: it is a break already, with all that is in it. */
export function watchWalk(before: Walked | undefined) {
  const marks: Head[] = [];
  const earlier = before?.marks ?? [];
  let end: Head = { rows: 0, hash: '' };
  let seen = 0;
  let at = 0;
  let sure = 0;
  let other: Head | undefined;

  function compare(row: Head) {
    for (let mark = earlier[at]; other === undefined && mark && mark.rows <= row.rows; mark = earlier[at]) {
      at += 1;
      if (mark.rows === row.rows && mark.hash === row.hash) sure = row.rows;
      else other = mark;
    }
  }

  return {
    note({ seq, hash }: StoredRow) {
      if (typeof seq !== 'number' || seq < 1) return;
      end = { rows: seq, hash: typeof hash === 'string' ? hash : '' };
      seen += 1;
      if (seen % EVERY === 0) marks.push(end);
      compare(end);
    },
    /** What this walk leaves to be remembered, and what is not as the earlier one left it. */
    done(nowIso: string): { walked: Walked; broken?: ChainBreak } {
      const walked = { at: nowIso, marks: seen === 0 || marks.at(-1) === end ? marks : [...marks, end] };
      const had = earlier.at(-1);
      if (before === undefined || had === undefined) return { walked };
      const seq = sure + 1;
      if (other) {
        const which = seq === other.rows ? `Row ${seq} is` : `Rows ${seq} to ${other.rows} are`;
        const text = `${which} not what this console walked at ${before.at}: the record was written anew while it ran.`;
        return { walked, broken: { seq, kind: 'changed', text } };
      }
      if (at === earlier.length) return { walked };
      const text = `The record ends at row ${end.rows} and had ${had.rows} rows when this console walked it at ${before.at}: its end was cut off.`;
      return { walked, broken: { seq, kind: 'missing', text } };
    },
  };
}
