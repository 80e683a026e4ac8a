// A row as it lies in the file. Whoever can write the file can put anything in any column, so a row is read without trusting that it is
// one: what does not fit is told with its number and stops nobody from reading the rest.
import { createHash } from 'node:crypto';
import type { ChainedRow } from './chain.ts';

/** A row with whatever somebody put in it. A number that fits no JavaScript number is a bigint in `seq`, its digits elsewhere. */
export type StoredRow = { seq: number | bigint } & Record<Exclude<keyof ChainedRow, 'seq'>, unknown>;

const COLUMNS = ['seq', 'id', 'at_ms', 'gateway', 'what', 'rule_id', 'rule_version', 'rule_digest', 'body', 'prev', 'hash'] as const;

const { MAX_SAFE_INTEGER: MOST } = Number;
const column = (name: string) =>
  `case when typeof(activity.${name}) = 'integer' and activity.${name} not between -${MOST} and ${MOST} then cast(activity.${name} as text) else activity.${name} end as ${name}`;

/** What to select of the table `activity`; its answers go through `storedRow`. Whole numbers that are too large for a number come as text. */
export const STORED_COLUMNS = COLUMNS.map(column).join(', ');

const INTEGER = /^-?\d{1,19}$/;

/** What the database or a line of an export gave as a row; undefined when it has no number. */
export function storedRow(value: unknown): StoredRow | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { seq, ...rest }: Partial<Record<keyof ChainedRow, unknown>> = value;
  const { id, at_ms, gateway, what, rule_id, rule_version, rule_digest, body, prev, hash } = rest;
  const number = Number.isSafeInteger(seq) ? Number(seq) : typeof seq === 'string' && INTEGER.test(seq) ? BigInt(seq) : undefined;
  return number === undefined ? undefined : { seq: number, id, at_ms, gateway, what, rule_id, rule_version, rule_digest, body, prev, hash };
}

const text = (value: unknown) => typeof value === 'string';
const textOrNothing = (value: unknown) => value === null || typeof value === 'string';
const FITS: Record<keyof ChainedRow, (value: unknown) => boolean> = {
  seq: (value) => typeof value === 'number',
  id: text,
  at_ms: (value) => typeof value === 'number',
  gateway: textOrNothing,
  what: text,
  rule_id: textOrNothing,
  rule_version: (value) => value === null || typeof value === 'number',
  rule_digest: textOrNothing,
  body: text,
  prev: text,
  hash: text,
};

/** The first column that holds what no console writes there; undefined when the row can be read as one. */
export const oddColumn = (row: StoredRow): keyof ChainedRow | undefined => COLUMNS.find((name) => !FITS[name](row[name]));

/** Whether a row can be read as one. */
export const isChained = (row: StoredRow): row is ChainedRow => oddColumn(row) === undefined;

function told(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  return `${typeof value} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

/** The hex SHA-256 of a row with all that is in it, as it is stored, and of `beside`. */
export function digestOf(row: StoredRow, ...beside: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([...beside, ...COLUMNS.map((name) => told(row[name]))]))
    .digest('hex');
}
