// Devices as a file: a JSON document for programs, CSV for spreadsheets. What callers wrote must neither act nor disguise there, and a
// file that was cut must not look whole: the document of JSON ends with its last bracket, and a cut CSV ends with a broken connection.
import type { DeviceView } from '../api/shapes.ts';
import { csvCell } from '../handshakes/export.ts';

type Cell = string | number | boolean | readonly string[] | undefined;

const tokens = (row: DeviceView) =>
  row.tokens.map((token) => `${token.role}:${token.revoked ? 'revoked' : token.scopes.join('+') || 'none'}`);

const COLUMNS: readonly [string, (row: DeviceView) => Cell][] = [
  ['gateway', (row) => row.gateway],
  ['deviceId', (row) => row.deviceId],
  ['publicKey', (row) => row.publicKey],
  ['name', (row) => row.displayName],
  ['label', (row) => row.label],
  ['clientId', (row) => row.clientId],
  ['clientMode', (row) => row.clientMode],
  ['platform', (row) => row.platform],
  ['deviceFamily', (row) => row.deviceFamily],
  ['address', (row) => row.remoteIp],
  ['roles', (row) => row.roles],
  ['scopes', (row) => row.scopes],
  ['tokens', tokens],
  ['risk', (row) => row.risk],
  ['createdAt', (row) => row.createdAt],
  ['approvedAt', (row) => row.approvedAt],
  ['approvedHow', (row) => row.approvedHow],
  ['grantedBy', (row) => row.grantedBy],
  ['ruleId', (row) => row.ruleId],
  ['lastSeenAt', (row) => row.lastSeenAt],
  ['connected', (row) => row.connected],
  ['isConsole', (row) => row.isConsole],
  ['isHostKey', (row) => row.isHostKey],
  ['vouched', (row) => row.vouched],
  ['refused', (row) => row.refused],
  ['unclicked', (row) => row.unclicked],
  ['findings', (row) => row.findings],
];

function cell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return csvCell(typeof value === 'string' ? value : value.join(' '));
}

const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

export type DeviceExportFormat = 'csv' | 'json';

/** How a file begins, how a row stands in it, and how it ends. */
export const DEVICE_FORMATS: Record<
  DeviceExportFormat,
  { type: string; head: (at: string) => string; row: (row: DeviceView, first: boolean) => string; tail: (count: number) => string }
> = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: () => `${COLUMNS.map(([name]) => name).join(',')}\r\n`,
    row: (row) => `${COLUMNS.map(([, read]) => cell(read(row))).join(',')}\r\n`,
    tail: () => '',
  },
  json: {
    type: 'application/json; charset=utf-8',
    head: (at) => `{"at":${JSON.stringify(at)},"devices":[`,
    row: (row, first) => `${first ? '' : ','}\n${JSON.stringify(row).replace(UNSEEN, escaped)}`,
    tail: (count) => `\n],"count":${count}}\n`,
  },
};
