// Heads that were kept elsewhere: the lines that the console prints each day, wherever somebody put them.
import type { Head } from './chain.ts';

export type KeptHead = Head & {
  /** When it was printed, if its line says so. */
  at?: string;
};

// What a journal or a container engine puts before a line of ours, and nothing else: a name and a bar, then a time, then host and program.
const COMPOSED = /(?:[\w.-]{1,64} +\| )?/;
const TIME =
  /(?:(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| [A-Z]{3,5})?|\d{9,11}\.\d{6})/;
const PROGRAM = /(?:[\w.:-]{1,255} [\w.@/-]{1,64}(?:\[\d{1,10}\])?: )?/;
const HEAD = /audit head (?:(\d{4}-\d\d-\d\dT[\d:.]+Z) )?rows=(\d{1,15}) hash=([0-9a-f]{64})/;
const LINE = new RegExp(`^${COMPOSED.source}(?:${TIME.source} ${PROGRAM.source})?${HEAD.source}$`);

/** The line that is printed of a head. It is made to be found again among anything else that stands in a log. */
export const headLine = ({ rows, hash }: Head, at: string): string => `audit head ${at} rows=${rows} hash=${hash}`;

/**
 * Every head of a text, in the order in which they stand there: of lines that begin with one, behind nothing but what a journal or a
 * container engine puts before them. A head within another line is somebody's words, and no witness.
 */
export function headsIn(text: string): KeptHead[] {
  // Only the line feed ends a line of ours: other characters that look like an end can stand in the words of others.
  return text.split('\n').flatMap((line) => {
    const found = LINE.exec(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (!found) return [];
    const [, at, rows, hash = ''] = found;
    return [{ ...(at === undefined ? {} : { at }), rows: Number(rows), hash }];
  });
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
