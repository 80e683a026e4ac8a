// What can become of a log file under its reader: rotated, cut, refilled, deleted, made again, away for a while. Every line that
// was there at a look is read once, and what may have been missed is a gap.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { testFolder } from '#lib/testing/folders.ts';
import { logLine } from '#lib/testing/log-lines.ts';
import { createLogWindow, type LogWindow } from './log-window.ts';
import { openRawLog, type RawLog } from './raw-log.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const uid = process.getuid?.() ?? 0;

const numbered = (n: number) =>
  `${logLine(NOW + n, 'gateway', `device pairing approved device=${n.toString(16).padStart(64, '0')} role=operator`)}\n`;
const seen = (window: LogWindow) => window.records().flatMap((r) => (r.kind === 'grant' ? [Number.parseInt(r.deviceId, 16)] : []));
const why = (window: LogWindow) => window.gaps().map((g) => g.why);

function opened(file: string): { log: RawLog; window: LogWindow } {
  const window = createLogWindow();
  const log = openRawLog({ file, uid, window, now: () => NOW });
  if ('refused' in log) throw new Error(`refused: ${log.refused}`);
  return { log, window };
}

/** A file with two lines, already read. */
function begun(): { file: string; log: RawLog; window: LogWindow } {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, numbered(1) + numbered(2));
  const { log, window } = opened(file);
  onTestFinished(log.dispose);
  return { file, log, window };
}

test('a file that was cut and has grown past the old end before the next look is a gap, and read from its start', () => {
  const { file, log, window } = begun();
  truncateSync(file, 0);
  appendFileSync(file, [3, 4, 5, 6].map(numbered).join(''));
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(window.gaps()).toEqual([{ from: NOW + 2, to: NOW + 3, why: 'file-shrunk' }]);
});

test('copied away and cut in place, as logrotate does, doubles nothing', () => {
  const { file, log, window } = begun();
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
  log.poll();
  appendFileSync(file, numbered(3));
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  expect(why(window)).toEqual(['file-shrunk']);
});

test('a file that lost its end keeps its start unread a second time', () => {
  const { file, log, window } = begun();
  truncateSync(file, numbered(1).length + 40);
  log.poll();
  appendFileSync(file, `\n${numbered(3)}`);
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  expect(why(window)).toEqual(['file-shrunk']);
});

test('a writer that holds the deleted file open is read on until another file stands there', () => {
  const { file, log, window } = begun();
  const aside = `${file}.1`;
  renameSync(file, aside);
  log.poll();
  appendFileSync(aside, numbered(3));
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  appendFileSync(aside, numbered(4));
  writeFileSync(file, numbered(5));
  log.poll();
  appendFileSync(file, numbered(6));
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(window.gaps()).toEqual([
    { from: NOW + 2, to: NOW + 3, why: 'file-changed' },
    { from: NOW + 4, to: NOW + 5, why: 'file-changed' },
  ]);
});

test('a last line without its line break is read when the file is replaced', () => {
  const { file, log, window } = begun();
  appendFileSync(file, numbered(3).trimEnd());
  log.poll();
  expect(seen(window)).toEqual([1, 2]);
  renameSync(file, `${file}.1`);
  writeFileSync(file, numbered(4));
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3, 4]);
});

test('a folder that is deleted and made again is looked into again, by events as well', async () => {
  const file = join(testFolder(), 'logs', 'openclaw.log');
  mkdirSync(dirname(file));
  writeFileSync(file, numbered(1));
  const { log, window } = opened(file);
  onTestFinished(log.dispose);
  rmSync(dirname(file), { recursive: true });
  log.poll();
  mkdirSync(dirname(file));
  writeFileSync(file, numbered(2));
  log.poll();
  // The first may still be heard by an event of the folder that is gone.
  for (const n of [3, 4, 5]) {
    const heard = new Promise((resolve) => window.onRecords(resolve));
    appendFileSync(file, numbered(n));
    await heard;
  }
  expect(seen(window)).toEqual([1, 2, 3, 4, 5]);
  expect(why(window)).toEqual(['file-changed']);
});

type Step = 'write' | 'half' | 'look' | 'rotate' | 'cut' | 'copy-cut' | 'delete' | 'make';
const STEPS: Step[] = ['write', 'write', 'half', 'look', 'look', 'rotate', 'cut', 'copy-cut', 'delete', 'make'];

test('whatever happens to the file between two looks, no line is read twice, none that stood at a look is missed, and each loss has a gap', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 25 }), (steps) => {
      const file = join(testFolder(), 'openclaw.log');
      // Of a file that was never read, nobody can know that it was cut.
      writeFileSync(file, numbered(0));
      const { log, window } = opened(file);
      const stood = new Set<number>();
      const written = [0];
      let there = true;
      let half = '';
      const look = () => {
        if (there) {
          const text = readFileSync(file, 'utf8');
          for (const n of written) if (text.includes(numbered(n))) stood.add(n);
        }
        log.poll();
      };
      const gone = () => {
        half = '';
      };
      for (const step of steps) {
        if (step === 'look') look();
        else if (step === 'make') {
          if (!there) writeFileSync(file, '');
          there = true;
        } else if (!there) continue;
        else if (step === 'write') {
          const n = written.push(written.length) - 1;
          appendFileSync(file, numbered(n).slice(half.length));
          half = '';
        } else if (step === 'half') {
          // Half of the line that comes next; its writer has not ended it when the look comes.
          if (half === '') {
            half = numbered(written.length).slice(0, 50);
            appendFileSync(file, half);
          }
        } else {
          if (step === 'rotate') {
            renameSync(file, `${file}.1`);
            writeFileSync(file, '');
          } else if (step === 'cut') truncateSync(file, 0);
          else if (step === 'copy-cut') {
            copyFileSync(file, `${file}.2`);
            truncateSync(file, 0);
          } else {
            rmSync(file);
            there = false;
          }
          gone();
        }
      }
      look();
      log.dispose();
      const read = seen(window);
      expect(read).toEqual([...new Set(read)].sort((a, b) => a - b));
      expect([...stood].filter((n) => !read.includes(n))).toEqual([]);
      if (read.length < written.length) expect(why(window)).not.toEqual([]);
    }),
    { numRuns: 300, seed: 21 },
  );
});
