// Whatever bytes a log is made of and however they were cut into reads: the same lines, and a record between two line breaks stays.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeLine, uuid } from '#lib/testing/log-lines.ts';
import { RECORDINGS, recordedLines } from '#lib/testing/recorded.ts';
import { createLogWindow } from './log-window.ts';
import { createLineSplitter } from './raw-log-lines.ts';
import type { LogRecord } from './records.ts';

const T = Date.parse('2026-11-22T12:00:00.000Z');
const recorded = RECORDINGS.flatMap(recordedLines);
const MIB = 1024 * 1024;

/** Records, as rows are made of them when they come, and gaps. */
function readInPieces(bytes: Buffer, cuts: readonly number[]) {
  const window = createLogWindow();
  const records: LogRecord[] = [];
  window.onRecords((fresh) => void records.push(...fresh));
  const splitter = createLineSplitter();
  const points = [0, ...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < points.length; i += 1) window.push(splitter.push(Buffer.from(bytes.subarray(points[i - 1], points[i]))));
  window.push(splitter.rest());
  return { records, kept: window.records(), gaps: window.gaps(), unread: window.unreadCount(), lastAt: window.lastAt() };
}

/** Bytes that a log should not have: any at all, invalid UTF-8, NULs, carriage returns, lines that are JSON but no record. */
const strange = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('\0\0\0', '\r', '7', '{}', '[]', '{"time":"9999-12-31T23:59:59Z"}', '{"time":"1970-01-01T00:00:00Z","1":{}}')
    .map(Buffer.from),
  fc.constantFrom([0xff, 0xfe], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98]).map((bytes) => Buffer.from(bytes)),
);
const line = fc.oneof(
  strange,
  fc.constantFrom(...recorded).map((text) => Buffer.from(text)),
);
const log = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 10 })
  .map((lines) => Buffer.concat(lines.flatMap(([bytes, end]) => [bytes, Buffer.from(end)])));

test('any log, cut at any bytes into any number of reads, gives the same records and gaps', () => {
  fc.assert(
    fc.property(log, fc.array(fc.nat(8000), { maxLength: 6 }), (bytes, cuts) => {
      expect(readInPieces(bytes, cuts)).toEqual(readInPieces(bytes, []));
    }),
    { numRuns: 400, seed: 11 },
  );
});

test('a recorded log cut at every single byte gives the same records', () => {
  const bytes = Buffer.from(
    recordedLines('2026.9.6-default')
      .slice(0, 4)
      .map((l) => `${l}\n`)
      .join(''),
  );
  const whole = readInPieces(bytes, []);
  for (let cut = 0; cut <= bytes.length; cut += 1) expect(readInPieces(bytes, [cut])).toEqual(whole);
});

test('no bytes between two line breaks cost or change the records around them', () => {
  fc.assert(
    fc.property(fc.array(fc.option(strange, { nil: undefined }), { maxLength: 14 }), (items) => {
      const bytes = Buffer.concat(
        items.map((item, n) => Buffer.concat([item ?? Buffer.from(closeLine({ at: T + n, conn: uuid(n) })), Buffer.from('\n')])),
      );
      const alone = (n: number) => readInPieces(Buffer.from(`${closeLine({ at: T + n, conn: uuid(n) })}\n`), []).records[0];
      const closes = readInPieces(bytes, []).records.filter((r) => r.kind === 'close');
      expect(closes).toEqual(items.flatMap((item, n) => (item === undefined ? [alone(n)] : [])));
    }),
    { numRuns: 400, seed: 12 },
  );
});

test.each([MIB - 1, MIB, MIB + 1, 3 * MIB])('a line of %i bytes is one line however it is read, and its neighbours stay', (size) => {
  const close = (n: number) => closeLine({ at: T + n, conn: uuid(n) });
  const bytes = Buffer.from(`${close(1)}\n${'é'.repeat(size / 2)}${size % 2 ? 'y' : ''}\n${close(2)}\n`);
  const whole = readInPieces(bytes, []);
  expect(whole.records.map((r) => r.kind)).toEqual(['close', 'unread', 'close']);
  for (const cuts of [[bytes.length >> 1], [1000, MIB, MIB + 900], [bytes.length - 900], Array.from({ length: 40 }, (_, n) => n * 80_000)])
    expect(readInPieces(bytes, cuts)).toEqual(whole);
});

test('a run of NUL bytes, as a cut under a writer leaves it, costs one unread line and not the record behind it', () => {
  const bytes = Buffer.concat([Buffer.alloc(5000), Buffer.from(`${closeLine({ at: T, conn: uuid(1) })}\n`)]);
  for (const cuts of [[], [1], [4999], [5000], [5001]])
    expect(readInPieces(bytes, cuts).records.map((r) => r.kind)).toEqual(['unread', 'close']);
});

test('what stands behind the last line break is kept until its end comes, and handed out when asked for', () => {
  const splitter = createLineSplitter();
  expect(splitter.push(Buffer.from('a\nb'))).toEqual(['a']);
  expect(splitter.push(Buffer.from('c'))).toEqual([]);
  expect(splitter.rest()).toEqual(['bc']);
  expect(splitter.rest()).toEqual([]);
  splitter.restart(true);
  expect(splitter.push(Buffer.from('end of a line\nnext\n'))).toEqual(['next']);
});
