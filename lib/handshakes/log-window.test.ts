// The window never forgets that something is missing: a gap, an unread line and what was cut off all stay visible to the judge.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditLine, closeLine, logLine, sizeCapLine, uuid } from '#lib/testing/log-lines.ts';
import { createLogWindow, type LogGap } from './log-window.ts';
import type { CloseRecord, LogRecord } from './records.ts';

const T = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;
const other = (at: number) => logLine(at, 'gateway', 'something else');
const isClose = (record: LogRecord): record is CloseRecord => record.kind === 'close';

test('before the first reading nothing counts as known', () => {
  expect(createLogWindow().coverageFrom()).toBe(Number.POSITIVE_INFINITY);
});

test('records stay in file order; call noise is left out and blank lines count for nothing', () => {
  const window = createLogWindow();
  window.push([
    other(T),
    '',
    logLine(T + 1, 'gateway/ws', '⇄ res ✓ logs.tail 4ms'),
    auditLine({ at: T + 2, conn: uuid(1), device: 'a'.repeat(64) }),
  ]);
  expect(window.records().map((r) => r.kind)).toEqual(['other', 'audit']);
  expect(window.unreadCount()).toBe(0);
  expect(window.lastAt()).toBe(T + 2);
});

test('an unread line spoils the time from the record before it to the next one', () => {
  const window = createLogWindow();
  window.push([other(T), 'garbage', 'more garbage']);
  expect(window.gaps()).toEqual([{ from: T, to: Number.POSITIVE_INFINITY, why: 'unread-line' }]);
  window.push([other(T + 50)]);
  expect(window.gaps()).toEqual([{ from: T, to: T + 50, why: 'unread-line' }]);
  expect(window.unreadCount()).toBe(2);
  window.push(['garbage', other(T + 90)]);
  expect(window.gaps()).toHaveLength(2);
});

test('call noise ends an unread span too', () => {
  const window = createLogWindow();
  window.push([other(T), 'garbage', logLine(T + 7, 'gateway/ws', '→ event tick')]);
  expect(window.gaps()).toEqual([{ from: T, to: T + 7, why: 'unread-line' }]);
});

test('garbage never costs a neighbouring record', () => {
  const garbage = fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\n', ' '));
  fc.assert(
    fc.property(fc.array(fc.oneof(garbage, fc.constant(undefined)), { maxLength: 12 }), (items) => {
      const window = createLogWindow();
      const lines = items.map((item, n) => item ?? closeLine({ at: T + n, conn: uuid(n) }));
      window.push(lines);
      const wanted = items.flatMap((item, n) => (item === undefined ? [uuid(n)] : []));
      expect(window.records().flatMap((r) => (r.kind === 'close' ? [r.conn] : []))).toEqual(wanted);
    }),
  );
});

test('a gap of the source lasts until the log goes on, by the gateway’s own clock', () => {
  const window = createLogWindow();
  window.push([other(T)]);
  window.gap('limit');
  expect(window.gaps()).toEqual([{ from: T, to: Number.POSITIVE_INFINITY, why: 'limit' }]);
  window.push([other(T + 9 * MINUTE)]);
  expect(window.gaps()).toEqual([{ from: T, to: T + 9 * MINUTE, why: 'limit' }]);
});

test('a full log file is a gap until the file changes and the log goes on', () => {
  const window = createLogWindow();
  window.push([other(T), sizeCapLine(T + 1), other(T + 2)]);
  const cap = () => window.gaps().find((g) => g.why === 'size-cap');
  expect(cap()?.to).toBe(Number.POSITIVE_INFINITY);
  window.gap('file-changed');
  window.push([other(T + MINUTE)]);
  expect(cap()).toMatchObject({ from: T + 1, to: T + MINUTE });
});

test('listeners hear each batch and each gap once, and nothing after they left', () => {
  const window = createLogWindow();
  const batches: number[] = [];
  const gaps: LogGap['why'][] = [];
  const stop = window.onRecords((records) => void batches.push(records.length));
  const stopGaps = window.onGap((gap) => void gaps.push(gap.why));
  window.push([other(T), 'garbage']);
  window.gap('file-shrunk');
  stop();
  stopGaps();
  window.push([other(T + 1)]);
  window.gap('limit');
  expect(batches).toEqual([2]);
  expect(gaps).toEqual(['unread-line', 'file-shrunk']);
});

test('what is cut off for age moves the start of what is known', () => {
  const window = createLogWindow();
  window.setCoverage(0);
  window.push([other(T), other(T + 5 * MINUTE)]);
  expect(window.coverageFrom()).toBe(0);
  window.push([other(T + 24 * MINUTE)]);
  expect(window.records()).toHaveLength(2);
  expect(window.coverageFrom()).toBe(T + 5 * MINUTE);
});

test('what is cut off for number moves the start of what is known', () => {
  const window = createLogWindow();
  window.setCoverage(0);
  window.push(Array.from({ length: 35_010 }, (_, n) => other(T + n)));
  expect(window.records()).toHaveLength(30_000);
  expect(window.coverageFrom()).toBe(T + 5_010);
});

test('nothing young is ever cut, and coverage never claims what was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 * MINUTE }), { minLength: 1, maxLength: 40 }), (offsets) => {
      const sorted = [...offsets].sort((a, b) => a - b);
      const window = createLogWindow();
      window.setCoverage(0);
      for (const offset of sorted) window.push([other(T + offset)]);
      const kept = window.records().flatMap((r) => (r.kind === 'unread' ? [] : [r.at - T]));
      const claimed = sorted.filter((offset) => T + offset >= window.coverageFrom());
      expect(claimed.every((offset) => kept.includes(offset))).toBe(true);
      const newest = sorted.at(-1) ?? 0;
      expect(sorted.filter((offset) => offset > newest - 10 * MINUTE).every((offset) => kept.includes(offset))).toBe(true);
    }),
  );
});

test('one line from another time neither ends a gap nor makes the window forget; a second one is believed', () => {
  for (const odd of [Date.parse('9999-12-31T23:59:59Z'), 0]) {
    const window = createLogWindow();
    window.setCoverage(0);
    window.push([other(T), 'garbage', other(odd)]);
    expect(window.gaps()).toEqual([{ from: T, to: Number.POSITIVE_INFINITY, why: 'unread-line' }]);
    expect(window.lastAt()).toBe(T);
    window.push([other(T + 1)]);
    expect(window.gaps()).toEqual([{ from: T, to: T + 1, why: 'unread-line' }]);
    expect(window.records()).toHaveLength(4);
    expect(window.coverageFrom()).toBe(0);
    window.push([other(odd), other(odd + 1)]);
    expect(window.lastAt()).toBe(odd + 1);
  }
});

test('a first line from the future does not hide what comes after it', () => {
  const window = createLogWindow();
  window.setCoverage(0);
  window.push([other(Date.parse('2999-01-01T00:00:00Z')), other(T), other(T + 1)]);
  expect(window.lastAt()).toBe(T + 1);
  expect(window.records()).toHaveLength(3);
});

test('a burst of lines that are nothing is counted, not thrown over', () => {
  const window = createLogWindow();
  window.push(Array.from({ length: 200_000 }, () => '7'));
  expect(window.unreadCount()).toBe(200_000);
  expect(window.records().length).toBeLessThanOrEqual(35_000);
});

test('waiting finds what is already there, what comes, and gives up', async () => {
  const window = createLogWindow();
  window.push([closeLine({ at: T, conn: uuid(1) })]);
  expect((await window.waitFor(isClose, 1000))?.conn).toBe(uuid(1));
  const wanted = (record: LogRecord): record is CloseRecord => isClose(record) && record.conn === uuid(2);
  const coming = window.waitFor(wanted, 5000);
  window.push([other(T + 1)]);
  window.push([closeLine({ at: T + 2, conn: uuid(2) })]);
  expect((await coming)?.conn).toBe(uuid(2));
  const never = (record: LogRecord): record is CloseRecord => isClose(record) && record.conn === uuid(3);
  expect(await window.waitFor(never, 1)).toBeUndefined();
});
