// The chain of the record: each row of the activity carries the hash of the one before, so that nothing in the middle can be changed,
// left out or put in without every row after it saying so. Who can rewrite the file can rewrite the whole chain; against that stand
// heads that were kept elsewhere.
import { createHash } from 'node:crypto';

/** What is hashed of a row: all of it, as it is stored. */
export type ChainedRow = {
  seq: number;
  id: string;
  at_ms: number;
  gateway: string | null;
  what: string;
  rule_id: string | null;
  rule_version: number | null;
  rule_digest: string | null;
  body: string;
  /** The hash of the row before, hex. */
  prev: string;
  /** The hash of this row, hex. */
  hash: string;
};

/** What the first row carries as the hash of the one before. */
export const GENESIS = '0'.repeat(64);

/** The hex SHA-256 of a row that follows `prev`. The order of the fields is part of the format and never changes. */
export function hashOfRow(row: Omit<ChainedRow, 'hash'>): string {
  const { seq, id, at_ms, gateway, what, rule_id, rule_version, rule_digest, body, prev } = row;
  const text = JSON.stringify([prev, seq, id, at_ms, gateway, what, rule_id, rule_version, rule_digest, body]);
  return createHash('sha256').update(`gatehouse-activity-1\n${text}`, 'utf8').digest('hex');
}

/** The end of a chain: how many rows it has, by their number, and the hash of the last. */
export type Head = { rows: number; hash: string };

export type ChainBreak = {
  /** The number of the first row that does not hold, or after which rows are missing. */
  seq: number;
  at?: string;
  what?: string;
  /** `changed`: it does not hash to what it carries. `missing`: rows before it are gone. `not-linked`: it does not follow the one before. */
  kind: 'changed' | 'missing' | 'not-linked';
  text: string;
};

const isoOrNothing = (ms: number) => (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined);

function breakAt(row: ChainedRow, kind: ChainBreak['kind'], text: string): ChainBreak {
  const at = isoOrNothing(row.at_ms);
  return { seq: row.seq, ...(at === undefined ? {} : { at }), what: row.what, kind, text };
}

/** Walks a chain row by row. `step` answers what does not hold at this row, and goes on from what the row itself carries. */
export function createWalk() {
  let head: Head = { rows: 0, hash: GENESIS };

  function breakOf(row: ChainedRow): ChainBreak | undefined {
    const expected = head.rows + 1;
    if (row.seq !== expected) {
      const gone = row.seq - 1 === expected ? `Row ${expected} is missing` : `Rows ${expected} to ${row.seq - 1} are missing`;
      return breakAt(row, 'missing', `${gone}: row ${row.seq} follows row ${head.rows}.`);
    }
    if (row.hash !== hashOfRow(row)) return breakAt(row, 'changed', `Row ${row.seq} was changed: it does not hash to what it carries.`);
    if (row.prev === head.hash) return undefined;
    return breakAt(row, 'not-linked', `Row ${row.seq} does not carry the hash of row ${head.rows}: one of them was written anew.`);
  }

  return {
    head: (): Head => head,
    step(row: ChainedRow): ChainBreak | undefined {
      const broken = breakOf(row);
      head = { rows: row.seq, hash: row.hash };
      return broken;
    },
  };
}
