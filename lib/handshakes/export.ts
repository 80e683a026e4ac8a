// Rows of the log as a file: JSON lines for programs, CSV for spreadsheets. What callers wrote must neither act nor disguise there.
import type { HandshakeView } from '../api/shapes.ts';

// Control, format and bidi characters, and what some readers take for the end of a line.
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const PLAIN = /^[ -~]*$/;

const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** A row in one line of JSON. Invisible characters are escaped; the values stay the same. */
export function jsonLine(row: object): string {
  const json = JSON.stringify(row);
  return `${PLAIN.test(json) ? json : json.replace(UNSEEN, escaped)}\n`;
}

// What makes a spreadsheet take a cell for a formula; the wide forms do so where such letters are typed.
const FORMULA = /^['"\s]*[=+\-@＝＋－＠]/;
// A spreadsheet that splits at semicolons does not see our quotes and begins a cell here.
const INNER_FORMULA = /([;|]['"\s]*)(?=[=+\-@＝＋－＠])/g;

/** One cell of text: invisible characters visible as \uXXXX, never a formula, quoted as RFC 4180 says. */
export function csvCell(text: string): string {
  const shown = PLAIN.test(text) ? text : text.replace(UNSEEN, escaped);
  const inert = (FORMULA.test(text) ? `'${shown}` : shown).replace(INNER_FORMULA, "$1'");
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

type Cell = string | number | boolean | readonly string[] | undefined;

const COLUMNS: readonly [string, (row: HandshakeView) => Cell][] = [
  ['at', (row) => row.at],
  ['outcome', (row) => row.outcome],
  ['cause', (row) => row.cause],
  ['title', (row) => row.title],
  ['gateway', (row) => row.gateway],
  ['deviceId', (row) => row.deviceId],
  ['deviceName', (row) => row.deviceName],
  ['clientId', (row) => row.clientId],
  ['clientMode', (row) => row.clientMode],
  ['origin', (row) => row.origin],
  ['browserOrigin', (row) => row.browserOrigin],
  ['remoteAddr', (row) => row.remoteAddr],
  ['host', (row) => row.host],
  ['scopesFrom', (row) => row.scopesFrom],
  ['scopesTo', (row) => row.scopesTo],
  ['durationMs', (row) => row.durationMs],
  ['requestId', (row) => row.requestId],
  ['conn', (row) => row.conn],
  ['runId', (row) => row.run.id],
  ['runCount', (row) => row.run.count],
  ['runFirstAt', (row) => row.run.firstAt],
  ['derived', (row) => row.derived],
  ['unsure', (row) => row.unsure],
  ['id', (row) => row.id],
  ['seq', (row) => row.seq],
];

function cell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return csvCell(typeof value === 'string' ? value : value.join(' '));
}

/** The first line of a CSV file. */
export const CSV_HEADER = `${COLUMNS.map(([name]) => name).join(',')}\r\n`;

/** One row as CSV, with the line break of RFC 4180. Our numbers stay numbers; scopes stand in one cell with spaces between. */
export const csvLine = (row: HandshakeView): string => `${COLUMNS.map(([, read]) => cell(read(row))).join(',')}\r\n`;
