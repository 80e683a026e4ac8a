// How fast the gateway's log is read from its file, parsed and diagnosed, on the mix of lines that real gateways wrote.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../lib/diagnosis/diagnose.ts';
import { factsOf, marksOf } from '../lib/handshakes/facts.ts';
import { createLogWindow } from '../lib/handshakes/log-window.ts';
import { openRawLog } from '../lib/handshakes/raw-log.ts';
import { openLogFile } from '../lib/handshakes/raw-log-file.ts';
import { type LogRecord, parseLogLine } from '../lib/handshakes/records.ts';
import { RECORDINGS, recordedLines } from '../lib/testing/recorded.ts';
import { type Figure, type Measurement, quantile } from './figures.ts';

const LEAST_LINES = 400_000;
const PARTS = 8;
const COMMAND = 'npm run bench -- log-lines';

/** The part of a line that the recordings leave out, as both versions write it for every line. */
const META = {
  runtime: 'node',
  runtimeVersion: '24.21.0',
  hostname: 'unknown',
  name: '{"subsystem":"gateway/ws"}',
  parentNames: ['openclaw'],
  date: '2026-11-22T10:45:24.261Z',
  logLevelId: 4,
  logLevelName: 'WARN',
  path: {
    fullFilePath: 'file:///opt/openclaw/dist/subsystem-BHv2zSx6.js:330:14',
    fileName: 'subsystem-BHv2zSx6.js',
    fileNameWithLine: 'subsystem-BHv2zSx6.js:330',
    fileColumn: '14',
    fileLine: '330',
    filePath: '/opt/openclaw/dist/subsystem-BHv2zSx6.js',
    filePathWithLine: '/opt/openclaw/dist/subsystem-BHv2zSx6.js:330',
    method: 'logToFile',
  },
};

/** Diagnoses each attempt when its close record comes, from all the records of its connection; counts them. */
function createDiagnoser() {
  const open = new Map<string, LogRecord[]>();
  let count = 0;
  return {
    count: () => count,
    take(record: LogRecord) {
      const { conn } = marksOf(record);
      if (conn === undefined) return;
      const own = open.get(conn);
      if (record.kind !== 'close') {
        if (own) own.push(record);
        else open.set(conn, [record]);
        return;
      }
      open.delete(conn);
      if (diagnose(factsOf(own ? [...own, record] : [record])).key !== '') count += 1;
    },
  };
}

type Reader = { poll: () => void; close: () => void };

/** The file's reader and the parser alone, or with the window of the last minutes behind them, as the console runs them. */
function openReader(file: string, withWindow: boolean, onRecord: (record: LogRecord) => void): Reader {
  const uid = process.getuid?.() ?? 0;
  const opened = withWindow ? openWindow(file, uid, onRecord) : openLogFile(file, uid);
  if ('refused' in opened) throw new Error(`the log cannot be opened: ${opened.refused}`);
  if ('poll' in opened) return { poll: opened.poll, close: opened.dispose };
  const push = (lines: string[]) => {
    for (const line of lines) onRecord(parseLogLine(line));
  };
  return { poll: () => opened.read(push, () => undefined), close: opened.close };
}

function openWindow(file: string, uid: number, onRecord: (record: LogRecord) => void) {
  const window = createLogWindow();
  window.onRecords((records) => {
    for (const record of records) onRecord(record);
  });
  return openRawLog({ file, uid, window, now: Date.now });
}

/** Milliseconds for 1,000 lines, one sample for each part of the file; `cpu` is the processor's time, all threads together. */
function measure(mix: readonly string[], withWindow: boolean): { wall: number[]; cpu: number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-log-'));
  try {
    const file = join(folder, 'openclaw.log');
    writeFileSync(file, '');
    const diagnoser = createDiagnoser();
    const reader = openReader(file, withWindow, diagnoser.take);
    const wall: number[] = [];
    const cpu: number[] = [];
    const block = Buffer.from(mix.map((line) => `${line}\n`).join(''));
    const rounds = Math.ceil(LEAST_LINES / PARTS / mix.length);
    const lines = rounds * mix.length;
    // The first part is for the compiler.
    for (let part = 0; part <= PARTS; part += 1) {
      for (let round = 0; round < rounds; round += 1) appendFileSync(file, block);
      const before = process.cpuUsage();
      const started = performance.now();
      reader.poll();
      const took = performance.now() - started;
      const used = process.cpuUsage(before);
      if (part === 0) continue;
      wall.push((took / lines) * 1000);
      cpu.push((used.user + used.system) / lines);
    }
    reader.close();
    if (diagnoser.count() < LEAST_LINES / 10) throw new Error('the lines were not read as attempts');
    return { wall, cpu };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads 400,000 lines from a file, as recorded; then with the window behind, and with the `_meta` that the recordings leave out. */
export const logLinesFigure: Measurement = {
  name: 'log-lines',
  async take(say) {
    const recorded = RECORDINGS.flatMap(recordedLines);
    const whole = recorded.map((line) => JSON.stringify({ ...JSON.parse(line), _meta: META }));
    const lean = measure(recorded, false);
    const kept = measure(recorded, true);
    const full = measure(whole, true);
    const rate = (samples: readonly number[]) => `${Math.round(1_000_000 / quantile(samples, 0.5))} lines/s`;
    say(`log-lines: ${rate(lean.wall)}; kept in the window ${rate(kept.wall)}; with their whole _meta ${rate(full.wall)}`);
    const base = { unit: 'ms' as const, command: COMMAND, load: loadavg()[0] ?? 0 };
    const figures: Figure[] = [
      {
        ...base,
        what: '1,000 log lines read, parsed and diagnosed (recorded mix)',
        goal: { median: 5, text: 'median < 5 ms (200,000 lines/s)' },
        samples: lean.wall,
      },
      { ...base, what: 'the same, processor time of all threads', samples: lean.cpu },
      { ...base, what: 'the same, kept in the window of the last minutes', samples: kept.wall },
      { ...base, what: 'the same, kept, with their whole _meta', samples: full.wall },
    ];
    return figures;
  },
};
