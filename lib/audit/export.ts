// The record as a file: JSON lines that carry the chain and can be verified anywhere, or a table for people.
import { csvCell, jsonLine } from '../handshakes/export.ts';
import type { StoredRow } from './stored.ts';

type Told = { at?: unknown; text?: unknown; actor?: { kind?: unknown; name?: unknown } };

// A body that somebody damaged is still a row of the file: the chain says what it is.
function toldBy(body: unknown): Told {
  try {
    const value: unknown = JSON.parse(String(body));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? csvCell(value) : '');

/** The first line of a CSV file. */
export const ACTIVITY_CSV_HEADER = 'seq,at,actorKind,actor,what,gateway,text,prev,hash\r\n';

/** A row as JSON in one line: every stored field, the body as the very text that was hashed. */
export const activityLine = (row: StoredRow): string => jsonLine(typeof row.seq === 'bigint' ? { ...row, seq: String(row.seq) } : row);

/** A row as CSV. What others wrote is inert in it. */
export function activityCsvLine(row: StoredRow): string {
  const told = toldBy(row.body);
  const cells = [
    String(row.seq),
    text(told.at),
    text(told.actor?.kind),
    text(told.actor?.name),
    text(row.what),
    text(row.gateway),
    text(told.text),
    text(row.prev),
    text(row.hash),
  ];
  return `${cells.join(',')}\r\n`;
}
