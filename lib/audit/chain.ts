// The chain of the record: each row of the activity carries the hash of the one before, so that nothing in the middle can be changed,
// left out or put in without every row after it saying so. Who can rewrite the file can rewrite the whole chain; against that stand
// heads that were kept elsewhere.
import { createHash } from 'node:crypto';
import { digestOf, isChained, oddColumn, type StoredRow } from './stored.ts';

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

/** The ISO time of ms since 1970, undefined for what is no time of any calendar. */
export const isoOrNothing = (ms: unknown): string | undefined =>
  typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;

// The names that this console gives. Anything else in that column is somebody's words.
const NAME = /^[a-z][a-z.-]{0,80}$/;
const clamped = (seq: number | bigint): number => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(seq)));

function breakAt({ seq, at_ms, what }: StoredRow, kind: ChainBreak['kind'], text: string): ChainBreak {
  const at = isoOrNothing(at_ms);
  const named = typeof what === 'string' && NAME.test(what);
  return { seq: clamped(seq), ...(at === undefined ? {} : { at }), ...(named ? { what } : {}), kind, text };
}

/** A break, and the digest of the very row that it was found at: a row that is changed once more is another break. */
export type Found = { broken: ChainBreak; key: string };

type Last = { rows: number | bigint; hash: string };

/**
 * Walks a chain row by row. `step` answers what does not hold at this row, and goes on from what the row itself carries. A row that
 * cannot be read as one is a break like any other.
 */
export function createWalk() {
  let last: Last = { rows: 0, hash: GENESIS };
  let sound: Head = { rows: 0, hash: GENESIS };
  let whole = true;

  function breakOf(row: StoredRow, expected: number | bigint): ChainBreak | undefined {
    const { seq } = row;
    if (seq < expected) return breakAt(row, 'not-linked', `Row ${seq} was put in: it cannot follow row ${last.rows}.`);
    if (seq !== expected) {
      const end = BigInt(seq) - 1n;
      const gone = end === BigInt(expected) ? `Row ${expected} is missing` : `Rows ${expected} to ${end} are missing`;
      return breakAt(row, 'missing', `${gone}: row ${seq} follows row ${last.rows}.`);
    }
    if (!isChained(row))
      return breakAt(row, 'changed', `Row ${seq} was changed: its ${oddColumn(row)} is nothing that this console writes.`);
    if (row.hash !== hashOfRow(row)) return breakAt(row, 'changed', `Row ${seq} was changed: it does not hash to what it carries.`);
    if (row.prev === last.hash) return undefined;
    return breakAt(row, 'not-linked', `Row ${seq} does not carry the hash of row ${last.rows}: one of them was written anew.`);
  }

  return {
    /** The end of what holds: before the first break, or of all that was walked. */
    head: (): Head => sound,
    step(row: StoredRow): Found | undefined {
      const expected = typeof last.rows === 'bigint' ? last.rows + 1n : last.rows + 1;
      const broken = breakOf(row, expected);
      const key = broken && digestOf(row, broken.kind, String(last.rows), last.hash);
      // What was put in before its place is no link: the chain goes on from where it was.
      if (row.seq >= expected) last = { rows: row.seq, hash: typeof row.hash === 'string' ? row.hash : '' };
      whole &&= broken === undefined;
      if (whole) sound = { rows: clamped(last.rows), hash: last.hash };
      return broken && key !== undefined ? { broken, key } : undefined;
    },
  };
}
