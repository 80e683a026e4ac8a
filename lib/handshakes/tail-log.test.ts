// logs.tail says little of what it leaves out; the reader must not take that for a whole log.
import { expect, test } from 'vitest';
import { logLine } from '#lib/testing/log-lines.ts';
import { createLogWindow } from './log-window.ts';
import { createTailLog, currentLogFile } from './tail-log.ts';

const T = Date.parse('2026-11-22T12:00:00.000Z');
const other = (at: number) => logLine(at, 'gateway', 'something else');
type Slice = { lines: string[]; file?: string; cursor?: number; truncated?: boolean; reset?: boolean };

function tailed(...slices: Slice[]) {
  const window = createLogWindow();
  const asked: unknown[] = [];
  const request = (method: string, params?: Record<string, unknown>) => {
    asked.push([method, params]);
    const slice = slices.shift() ?? { lines: [] };
    return Promise.resolve({ file: '/tmp/openclaw.log', cursor: 10 * asked.length, size: 1000, truncated: false, reset: false, ...slice });
  };
  return { window, asked, log: createTailLog({ request, window, now: () => T }) };
}
const why = (window: ReturnType<typeof createLogWindow>) => window.gaps().map((g) => g.why);

test('the first reading starts what is known at its first record, the next ones go on at the cursor', async () => {
  const { window, asked, log } = tailed({ lines: [other(T), other(T + 1)] }, { lines: [other(T + 2)] });
  await log.poll();
  expect(window.coverageFrom()).toBe(T);
  await log.poll();
  expect(window.records()).toHaveLength(3);
  expect(asked).toEqual([
    ['logs.tail', { limit: 5000, maxBytes: 1_000_000 }],
    ['logs.tail', { limit: 5000, maxBytes: 1_000_000, cursor: 10 }],
  ]);
  expect(why(window)).toEqual([]);
  expect(log.file()).toBe('/tmp/openclaw.log');
});

test('an empty first reading, as right after midnight, knows nothing of the time before it', async () => {
  const { window, log } = tailed({ lines: [] });
  await log.poll();
  expect(window.coverageFrom()).toBe(T);
});

test.each([
  ['as many lines as were asked for', { lines: Array.from({ length: 5000 }, () => other(T + 1)) }, 'limit'],
  ['a truncated answer', { lines: [other(T + 1)], truncated: true }, 'limit'],
  ['a new file', { lines: [other(T + 1)], file: '/tmp/openclaw-2.log' }, 'file-changed'],
  ['a reset cursor', { lines: [other(T + 1)], reset: true }, 'file-changed'],
])('%s is a gap', async (_name, slice, expected) => {
  const { window, log } = tailed({ lines: [other(T)] }, slice);
  await log.poll();
  await log.poll();
  expect(why(window)).toEqual([expected]);
});

test('calls during a reading share it', async () => {
  const { asked, log } = tailed({ lines: [other(T)] });
  await Promise.all([log.poll(), log.poll(), log.poll()]);
  expect(asked).toHaveLength(1);
});

test('a refusal and a strange answer reject, and the next reading goes on', async () => {
  const window = createLogWindow();
  const answers: unknown[] = [new Error('refused'), { lines: 'none' }, { file: 'a.log', cursor: 1, size: 1, lines: [other(T)] }];
  const request = () => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const log = createTailLog({ request, window, now: () => T });
  await expect(log.poll()).rejects.toThrow('refused');
  await expect(log.poll()).rejects.toThrow();
  await log.poll();
  expect(window.records()).toHaveLength(1);
});

test('the name of the log file is asked with one line', async () => {
  const asked: unknown[] = [];
  const request = (_method: string, params?: Record<string, unknown>) => {
    asked.push(params);
    return Promise.resolve({ file: '/tmp/o.log', cursor: 0, size: 0, lines: [] });
  };
  expect(await currentLogFile(request)).toBe('/tmp/o.log');
  expect(asked).toEqual([{ limit: 1, maxBytes: 1_000_000 }]);
});

test('of more lines than were asked for the last ones are read, and a gap is told', async () => {
  const { window, log } = tailed({ lines: [other(T)] }, { lines: Array.from({ length: 6000 }, (_, n) => other(T + n)) });
  await log.poll();
  await log.poll();
  expect(window.records()).toHaveLength(5001);
  expect(window.records()[1]).toMatchObject({ at: T + 1000 });
  expect(why(window)).toEqual(['limit']);
});
