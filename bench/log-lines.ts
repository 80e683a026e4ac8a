// How fast the gateway's log is read from its file, parsed and diagnosed, on the mix of lines that real gateways wrote.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../lib/diagnosis/diagnose.ts';
import { factsOf, marksOf } from '../lib/handshakes/facts.ts';
import { createLogWindow, type LogWindow } from '../lib/handshakes/log-window.ts';
import { openRawLog } from '../lib/handshakes/raw-log.ts';
import type { LogRecord } from '../lib/handshakes/records.ts';
import { RECORDINGS, recordedLines } from '../lib/testing/recorded.ts';
import type { Figure, Measurement } from './figures.ts';

const LINES = 400_000;
const PARTS = 8;
const WARM_UP_LINES = 20_000;
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
function diagnoseAll(window: LogWindow): () => number {
  const open = new Map<string, LogRecord[]>();
  let diagnosed = 0;
  window.onRecords((records) => {
    for (const record of records) {
      const { conn } = marksOf(record);
      if (conn === undefined) continue;
      const own = open.get(conn);
      if (record.kind !== 'close') {
        if (own) own.push(record);
        else open.set(conn, [record]);
        continue;
      }
      open.delete(conn);
      if (diagnose(factsOf(own ? [...own, record] : [record])).key !== '') diagnosed += 1;
    }
  });
  return () => diagnosed;
}

/** Milliseconds for 1,000 lines, one sample for each part of the file; `cpu` is the processor's time, all threads together. */
function measure(mix: readonly string[]): { wall: number[]; cpu: number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-log-'));
  try {
    const file = join(folder, 'openclaw.log');
    writeFileSync(file, '');
    const window = createLogWindow();
    const diagnosed = diagnoseAll(window);
    const log = openRawLog({ file, uid: process.getuid?.() ?? 0, window, now: Date.now });
    if ('refused' in log) throw new Error(`the log cannot be opened: ${log.refused}`);
    const wall: number[] = [];
    const cpu: number[] = [];
    const perPart = LINES / PARTS;
    for (let part = 0; part <= PARTS; part += 1) {
      const count = part === 0 ? WARM_UP_LINES : perPart;
      appendFileSync(file, Array.from({ length: count }, (_, n) => `${mix[n % mix.length]}\n`).join(''));
      const before = process.cpuUsage();
      const started = performance.now();
      log.poll();
      const took = performance.now() - started;
      const used = process.cpuUsage(before);
      if (part === 0) continue;
      wall.push((took / count) * 1000);
      cpu.push((used.user + used.system) / count);
    }
    log.dispose();
    if (window.unreadCount() > 0 || diagnosed() < LINES / 10) throw new Error('the lines were not read as attempts');
    return { wall, cpu };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads 400,000 lines through the real reader, as recorded and with the `_meta` that the recordings leave out. */
export const logLinesFigure: Measurement = {
  name: 'log-lines',
  async take(say) {
    const recorded = RECORDINGS.flatMap(recordedLines);
    const whole = recorded.map((line) => JSON.stringify({ ...JSON.parse(line), _meta: META }));
    const lean = measure(recorded);
    const full = measure(whole);
    const rate = (samples: readonly number[]) => Math.round(1_000_000 / ([...samples].sort((a, b) => a - b)[samples.length >> 1] ?? 0));
    say(`log-lines: ${rate(lean.wall)} lines/s as recorded, ${rate(full.wall)} lines/s with their whole _meta`);
    const base = { unit: 'ms' as const, command: COMMAND, load: loadavg()[0] ?? 0 };
    const figures: Figure[] = [
      {
        ...base,
        what: '1,000 log lines read, parsed and diagnosed (recorded mix)',
        goal: { median: 5, text: 'median < 5 ms (200,000 lines/s)' },
        samples: lean.wall,
      },
      { ...base, what: 'the same, processor time of all threads', samples: lean.cpu },
      { ...base, what: '1,000 log lines with their whole _meta', samples: full.wall },
    ];
    return figures;
  },
};
