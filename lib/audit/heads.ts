// Heads that were kept elsewhere: the lines that the console prints each day, wherever somebody put them.
import type { Head } from './chain.ts';

export type KeptHead = Head & {
  /** When it was printed, if its line says so. */
  at?: string;
};

const LINE = /audit head (?:(\d{4}-\d\d-\d\dT[\d:.]+Z) )?rows=(\d{1,15}) hash=([0-9a-f]{64})\b/g;

/** The line that is printed of a head. It is made to be found again among anything else that stands in a log. */
export const headLine = ({ rows, hash }: Head, at: string): string => `audit head ${at} rows=${rows} hash=${hash}`;

/** Every head in a text, whatever stands around it, in the order in which they stand there. */
export function headsIn(text: string): KeptHead[] {
  return [...text.matchAll(LINE)].map(([, at, rows, hash = '']) => ({ ...(at === undefined ? {} : { at }), rows: Number(rows), hash }));
}

export type HeadCheck =
  /** Everything up to this row is as it was when the head was kept. */
  | { kind: 'holds'; head: KeptHead }
  /** The record had more rows then: its end is missing. */
  | { kind: 'shorter'; head: KeptHead; rows: number }
  /** The row is there with another hash: the chain was rewritten at or before it. */
  | { kind: 'other'; head: KeptHead; hash: string };

/** Compares kept heads with a chain. `hashAt` answers the hash of a row by its number, undefined where there is none; row 0 is the beginning. */
export function checkHeads(heads: readonly KeptHead[], rows: number, hashAt: (seq: number) => string | undefined): HeadCheck[] {
  return heads.map((head) => {
    if (head.rows > rows) return { kind: 'shorter', head, rows };
    const hash = hashAt(head.rows) ?? '';
    return hash === head.hash ? { kind: 'holds', head } : { kind: 'other', head, hash };
  });
}
