// The practice gateway's log file: JSON lines laid out like those of 2026.4.14 (recordings), and the slice that logs.tail answers.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';
export type LogSubsystem = 'gateway' | 'gateway/ws';
/** One line: text, and for failed handshakes the object that stands before the text. */
export type LogLine = { level: LogLevel; subsystem: LogSubsystem; text: string; object?: Record<string, unknown> | undefined };
export type LogSlice = { file: string; cursor: number; size: number; lines: string[]; truncated: boolean; reset: boolean };

const LEVEL_IDS: Record<LogLevel, number> = { INFO: 3, WARN: 4, ERROR: 5 };
const DEFAULT_LINES = 500;
const MAX_LINES = 5000;
const DEFAULT_BYTES = 250_000;
const MAX_BYTES = 1_000_000;
const HEADER_LIMIT = 300;

const within = (value: number, top: number) => Math.max(1, Math.min(top, value));

/** One line of the file, without the line break. `now` in ms. */
export function renderLine(line: LogLine, now: number): string {
  const name = JSON.stringify({ subsystem: line.subsystem });
  const iso = new Date(now).toISOString();
  const meta = {
    runtime: 'node',
    runtimeVersion: process.versions.node,
    hostname: 'unknown',
    name,
    parentNames: ['openclaw'],
    date: iso,
    logLevelId: LEVEL_IDS[line.level],
    logLevelName: line.level,
    path: { fileName: 'practice', fileNameWithLine: 'practice:1', method: 'logToFile' },
  };
  const said = line.object ? { 1: line.object, 2: line.text } : { 1: line.text };
  return JSON.stringify({ 0: name, ...said, _meta: meta, time: iso.replace('Z', '+00:00') });
}

/** What the log writes of a header: control and format characters blanked, white space folded, cut at 300. */
export function headerForLog(value: string | undefined): string | undefined {
  const clean = (value ?? '').replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return clean === '' ? undefined : clean.slice(0, HEADER_LIMIT);
}

// logs.tail masks what looks like a secret, also where a caller put it there (evidence.md, Source). Two of the patterns are enough here.
const SECRET = /\b([A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)\b\s*[=:]\s*)([^\s"'\\]+)/gi;
const PEM = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]+?(-----END [A-Z ]*PRIVATE KEY-----)/g;

/** Masks like the real logs.tail, over all lines at once: a PEM block that spans lines swallows them. */
export function maskLines(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const mask = (value: string) => (value.length < 18 ? '***' : `${value.slice(0, 6)}…${value.slice(-4)}`);
  return lines
    .join('\n')
    .replace(SECRET, (_all, key: string, value: string) => `${key}${mask(value)}`)
    .replace(PEM, '$1…redacted…$2')
    .split('\n');
}

export type GatewayLog = {
  file: string;
  write: (line: LogLine) => void;
  /** The lines since a byte cursor, or the last ones. Drops the oldest beyond `limit` without saying so, as the real one does. */
  tail: (params: { cursor?: number | undefined; limit?: number | undefined; maxBytes?: number | undefined }) => LogSlice;
  dispose: () => void;
};

/** Opens (and creates, 0600) the log file for appending. Throws when it cannot. `now` answers ms. */
export function createGatewayLog({ file, now }: { file: string; now: () => number }): GatewayLog {
  const handle = openSync(file, 'a+', 0o600);
  let open = true;
  return {
    file,
    write: (line) => {
      if (open) writeSync(handle, `${renderLine(line, now())}\n`);
    },
    tail: (params) => {
      const size = fstatSync(handle).size;
      const maxBytes = within(params.maxBytes ?? DEFAULT_BYTES, MAX_BYTES);
      const limit = within(params.limit ?? DEFAULT_LINES, MAX_LINES);
      const asked = params.cursor;
      const newest = Math.max(0, size - maxBytes);
      const reset = asked !== undefined && (asked > size || size - asked > maxBytes);
      const start = asked === undefined || reset ? newest : asked;
      const truncated = start > 0 && (asked === undefined || reset);
      if (size <= start) return { file, cursor: size, size, lines: [], truncated, reset };
      const from = start > 0 ? start - 1 : 0;
      const buffer = Buffer.alloc(size - from);
      const text = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, from)).toString('utf8');
      const parts = text.split('\n');
      // With a byte of look-behind the first part is the rest of a line that began earlier, or empty at a line's start.
      if (start > 0) parts.shift();
      if (parts.at(-1) === '') parts.pop();
      return { file, cursor: size, size, lines: maskLines(parts.slice(-limit)), truncated, reset };
    },
    dispose: () => {
      if (open) closeSync(handle);
      open = false;
    },
  };
}
