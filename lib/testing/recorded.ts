// The recordings of real gateways, as tests read them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const RECORDINGS = ['2026.4.14', '2026.9.6-manual', '2026.9.6-default'] as const;
export type Recording = (typeof RECORDINGS)[number];

const read = (recording: Recording, file: string) => readFileSync(join(import.meta.dirname, 'recordings', recording, file), 'utf8');

/** The lines of the gateway's log file. */
export const recordedLines = (recording: Recording): string[] => read(recording, 'log.jsonl').trimEnd().split('\n');

/** `device.pair.list.json` or `hello-ok.json`, parsed. */
export function recordedJson(recording: Recording, file: string): unknown {
  return JSON.parse(read(recording, file));
}
