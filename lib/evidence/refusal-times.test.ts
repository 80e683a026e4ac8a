// Refusals are counted for people, with or without an audit line, as the window grows and when it forgets.
import { expect, test } from 'vitest';
import { type LogRecord, parseLogLine } from '#lib/handshakes/records.ts';
import { closeLine, refusedUpgrade, uuid } from '#lib/testing/log-lines.ts';
import { DEVICE, T0 } from '#lib/testing/situation.ts';
import { createRefusalTimes } from './refusal-times.ts';

const OTHER = 'ee'.repeat(32);
const close = (n: number, object: Record<string, unknown> = refusedUpgrade(DEVICE, uuid(100))) =>
  parseLogLine(closeLine({ at: T0 + n, conn: uuid(n), object }));

test('refusals are counted by device, from a time on', () => {
  const records = [close(1), close(2), close(3, refusedUpgrade(OTHER, uuid(9))), close(4, { cause: 'token_mismatch' })];
  const refusalsOf = createRefusalTimes(() => records);
  expect(refusalsOf(DEVICE, T0)).toEqual({ count: 2, firstAt: T0 + 1, lastAt: T0 + 2 });
  expect(refusalsOf(DEVICE, T0 + 2)).toMatchObject({ count: 1 });
  expect(refusalsOf('ff'.repeat(32), T0)).toEqual({ count: 0, firstAt: undefined, lastAt: undefined });
});

test('what the window gets is counted too, and what it forgets is not', () => {
  let records: LogRecord[] = [close(1)];
  const refusalsOf = createRefusalTimes(() => records);
  expect(refusalsOf(DEVICE, T0)).toMatchObject({ count: 1 });
  records.push(close(2));
  expect(refusalsOf(DEVICE, T0)).toMatchObject({ count: 2 });
  records = records.slice(1);
  records.push(close(3), close(4));
  expect(refusalsOf(DEVICE, T0)).toEqual({ count: 3, firstAt: T0 + 2, lastAt: T0 + 4 });
});
