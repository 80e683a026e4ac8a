// The log file itself: whatever happens to it on the disk, a line is read, or it is a gap or an unread line. Never silence.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { testFolder } from '#lib/testing/folders.ts';
import { logLine, uuid } from '#lib/testing/log-lines.ts';
import { createLogWindow, type LogWindow } from './log-window.ts';
import { openRawLog, type RawLog } from './raw-log.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const uid = process.getuid?.() ?? 0;
const NOBODY = 65_534;

/** A line that is told apart by its number; the mark makes it more than one byte a character. */
const numbered = (n: number) =>
  logLine(NOW + n, 'gateway', `device pairing approved device=${n.toString(16).padStart(64, '0')} role=operator`).replace('WARN', 'é€😀');
const seen = (window: LogWindow) => window.records().flatMap((r) => (r.kind === 'grant' ? [Number.parseInt(r.deviceId, 16)] : []));
const why = (window: LogWindow) => window.gaps().map((g) => g.why);

function opened(file: string): { log: RawLog; window: LogWindow } {
  const window = createLogWindow();
  const log = openRawLog({ file, uid, window, now: () => NOW });
  if ('refused' in log) throw new Error(`refused: ${log.refused}`);
  onTestFinished(log.dispose);
  return { log, window };
}

function refusalOf(file: string): string | undefined {
  const log = openRawLog({ file, uid, window: createLogWindow(), now: () => NOW });
  if ('refused' in log) return log.refused;
  log.dispose();
  return undefined;
}

test('what is there is read at once and what is appended with the next look', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  expect(seen(window)).toEqual([1]);
  expect(window.coverageFrom()).toBe(0);
  appendFileSync(file, `${numbered(2)}\n${numbered(3)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  expect(why(window)).toEqual([]);
});

test('lines written in pieces, cut at any byte, come out whole and in order', () => {
  const bytes = Buffer.from(Array.from({ length: 5 }, (_, n) => `${numbered(n + 1)}\n`).join(''));
  const folder = testFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), (cuts) => {
      run += 1;
      const file = join(folder, `run-${run}.log`);
      writeFileSync(file, '');
      const window = createLogWindow();
      const log = openRawLog({ file, uid, window, now: () => NOW });
      if ('refused' in log) throw new Error(log.refused);
      const points = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      for (let i = 1; i < points.length; i += 1) {
        appendFileSync(file, bytes.subarray(points[i - 1], points[i]));
        log.poll();
      }
      log.dispose();
      rmSync(file);
      expect(seen(window)).toEqual([1, 2, 3, 4, 5]);
      expect(window.unreadCount()).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('a half line is not read before its end is written', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, numbered(1).slice(0, 40));
  const { log, window } = opened(file);
  log.poll();
  expect(window.records()).toEqual([]);
  appendFileSync(file, `${numbered(1).slice(40)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1]);
});

test('a rotation by renaming loses no line and is a gap', () => {
  const folder = testFolder();
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  appendFileSync(file, `${numbered(2)}\n`);
  renameSync(file, join(folder, 'openclaw.log.1'));
  writeFileSync(file, `${numbered(3)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  expect(why(window)).toContain('file-changed');
});

test('a shrunk file is a gap, and what is written after it is read', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n${numbered(2)}\n`);
  const { log, window } = opened(file);
  truncateSync(file, 0);
  log.poll();
  appendFileSync(file, `${numbered(3)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1, 2, 3]);
  expect(why(window)).toContain('file-shrunk');
});

test('a deleted file is a gap, and it is read again when it comes back', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  unlinkSync(file);
  log.poll();
  expect(why(window)).toContain('file-changed');
  writeFileSync(file, `${numbered(2)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1, 2]);
});

test('a file that stays away is said once, not at every look', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  unlinkSync(file);
  for (let n = 0; n < 50; n += 1) log.poll();
  expect(window.gaps().length).toBeGreaterThan(0);
  expect(window.gaps().length).toBeLessThan(5);
});

test('a folder that is gone does not throw', () => {
  const folder = join(testFolder(), 'logs');
  mkdirSync(folder);
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  rmSync(folder, { recursive: true });
  log.poll();
  expect(why(window).length).toBeGreaterThan(0);
});

test('links, pipes, folders and names that are no log are not opened', () => {
  const folder = testFolder();
  const real = join(folder, 'real.log');
  writeFileSync(real, '');
  symlinkSync(real, join(folder, 'link.log'));
  execFileSync('mkfifo', [join(folder, 'pipe.log')]);
  mkdirSync(join(folder, 'folder.log'));
  writeFileSync(join(folder, 'passwd'), '');
  expect(refusalOf(real)).toBeUndefined();
  expect(refusalOf(join(folder, 'link.log'))).toMatch(/cannot be opened/);
  expect(refusalOf(join(folder, 'pipe.log'))).toMatch(/not a regular file/);
  expect(refusalOf(join(folder, 'folder.log'))).toMatch(/not a regular file/);
  expect(refusalOf(join(folder, 'passwd'))).toMatch(/name/);
  expect(refusalOf(join(folder, 'missing.log'))).toMatch(/ENOENT/);
});

test('a file of another user is not opened, and not followed to when it takes the place', (context) => {
  if (uid !== 0) context.skip('only root can give a file to another user');
  const folder = testFolder();
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  const foreign = join(folder, 'foreign.log');
  writeFileSync(foreign, `${numbered(66)}\n`);
  chownSync(foreign, NOBODY, NOBODY);
  expect(refusalOf(foreign)).toMatch(/does not belong/);
  renameSync(foreign, file);
  log.poll();
  expect(seen(window)).toEqual([1]);
  expect(why(window)).toContain('file-changed');
});

test('a link that takes the place of the file is not followed', () => {
  const folder = testFolder();
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  writeFileSync(join(folder, 'forged.log'), `${numbered(66)}\n`);
  unlinkSync(file);
  symlinkSync(join(folder, 'forged.log'), file);
  log.poll();
  log.poll();
  expect(seen(window)).toEqual([1]);
});

test('while what took the place cannot be read it says why, and it reads on when a log file stands there again', () => {
  const folder = testFolder();
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  expect(log.problem()).toBeUndefined();
  unlinkSync(file);
  log.poll();
  // Its writer may hold it open still.
  expect(log.problem()).toBeUndefined();
  symlinkSync(join(folder, 'elsewhere.log'), file);
  writeFileSync(join(folder, 'elsewhere.log'), `${numbered(66)}\n`);
  log.poll();
  expect(log.problem()).toBe('it cannot be opened (ELOOP)');
  unlinkSync(file);
  writeFileSync(file, `${numbered(2)}\n`);
  log.poll();
  expect(log.problem()).toBeUndefined();
  expect(seen(window)).toEqual([1, 2]);
});

test('of a huge file the end is read, and the log counts as known from there only', () => {
  const file = join(testFolder(), 'openclaw.log');
  const filler = logLine(NOW, 'gateway', 'x'.repeat(1000));
  const many = Array.from({ length: 9000 }, () => filler).join('\n');
  writeFileSync(file, `${numbered(1)}\n${many}\n${numbered(2)}\n`);
  expect(statSync(file).size).toBeGreaterThan(9 * 1024 * 1024);
  const { window } = opened(file);
  expect(seen(window)).toEqual([2]);
  expect(window.coverageFrom()).toBe(NOW);
});

test('a file that begins after a recent one ended is not the whole story', () => {
  const folder = testFolder();
  const older = join(folder, 'openclaw-2026-11-21.log');
  writeFileSync(older, '');
  utimesSync(older, NOW / 1000, NOW / 1000);
  const file = join(folder, 'openclaw-2026-11-22.log');
  writeFileSync(file, `${numbered(5)}\n`);
  expect(opened(file).window.coverageFrom()).toBe(NOW + 5);
  utimesSync(older, NOW / 1000 - 7200, NOW / 1000 - 7200);
  expect(opened(file).window.coverageFrom()).toBe(0);
});

test('a line of several MiB is one unread line and its neighbours are read', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  appendFileSync(file, `${'y'.repeat(3 * 1024 * 1024)}\n${numbered(2)}\n`);
  log.poll();
  expect(seen(window)).toEqual([1, 2]);
  expect(window.unreadCount()).toBe(1);
  expect(why(window)).toEqual(['unread-line']);
});

test('bytes that are no text are one unread line', () => {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(
    file,
    Buffer.concat([Buffer.from([0, 255, 254, 10]), Buffer.from(`${logLine(NOW, 'gateway/ws', `error conn=${uuid(1)}`)}\n`)]),
  );
  const { window } = opened(file);
  expect(window.records().map((r) => r.kind)).toEqual(['unread', 'other']);
});

test('once disposed it touches no file any more, though its number now belongs to another', () => {
  const folder = testFolder();
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${numbered(1)}\n`);
  const { log, window } = opened(file);
  log.dispose();
  const stranger = join(folder, 'stranger.db');
  writeFileSync(stranger, `${numbered(66)}\n`);
  const handles = Array.from({ length: 8 }, () => openSync(stranger, 'r'));
  onTestFinished(() => {
    for (const handle of handles) closeSync(handle);
  });
  log.poll();
  log.dispose();
  for (const handle of handles) expect(fstatSync(handle).ino).toBe(statSync(stranger).ino);
  expect(seen(window)).toEqual([1]);
  expect(why(window)).toEqual([]);
});
