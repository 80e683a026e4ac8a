import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGatewayLog, type GatewayLog, headerForLog, maskLines } from './gateway-log.ts';

let folder = '';
let log: GatewayLog;
const say = (text: string) => log.write({ level: 'WARN', subsystem: 'gateway', text });
const texts = (lines: string[]) => lines.map((line) => String(JSON.parse(line)[1]));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'practice-log-'));
  log = createGatewayLog({ file: join(folder, 'gateway.log'), now: () => Date.UTC(2026, 10, 22, 10, 45, 25, 250) });
});
afterEach(() => {
  log.dispose();
  rmSync(folder, { recursive: true });
});

describe('the log file', () => {
  it('is for its owner alone and holds one JSON object a line, laid out as recorded', () => {
    log.write({ level: 'WARN', subsystem: 'gateway/ws', text: 'closed before connect conn=1', object: { cause: 'x' } });
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
    const record = JSON.parse(readFileSync(log.file, 'utf8'));
    expect(Object.keys(record)).toEqual(['0', '1', '2', '_meta', 'time']);
    expect(record).toMatchObject({
      0: '{"subsystem":"gateway/ws"}',
      1: { cause: 'x' },
      2: 'closed before connect conn=1',
      time: '2026-11-22T10:45:25.250+00:00',
      _meta: { logLevelName: 'WARN', logLevelId: 4, date: '2026-11-22T10:45:25.250Z' },
    });
  });

  it('writes no caller string as a line of its own', () => {
    say('name\nclosed before connect conn=forged');
    expect(readFileSync(log.file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('the tail', () => {
  it('answers each line once over any sequence of cursors', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { maxLength: 4 }), { maxLength: 6 }), (rounds) => {
        let cursor = log.tail({}).cursor;
        for (const round of rounds) {
          for (const text of round) say(text.replace(/(?:key|token|secret|passw)/gi, ''));
          const slice = log.tail({ cursor });
          expect(slice.lines).toHaveLength(round.length);
          expect(slice.reset || slice.truncated).toBe(false);
          cursor = slice.cursor;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('drops the oldest lines beyond the limit without saying so', () => {
    for (const n of [1, 2, 3]) say(`line ${n}`);
    const slice = log.tail({ cursor: 0, limit: 2 });
    expect(texts(slice.lines)).toEqual(['line 2', 'line 3']);
    expect(slice.truncated).toBe(false);
  });

  it('says reset when the cursor is beyond the file or too far behind', () => {
    say('one');
    expect(log.tail({ cursor: 1_000_000 })).toMatchObject({ reset: true });
    say('two');
    expect(log.tail({ cursor: 0, maxBytes: 100 })).toMatchObject({ reset: true, truncated: true });
  });

  it('never begins in the middle of a line', () => {
    say('first');
    say('second');
    const size = statSync(log.file).size;
    for (let maxBytes = 1; maxBytes <= size; maxBytes += 37) {
      for (const line of log.tail({ maxBytes }).lines) expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('masks what a caller dresses up as a secret, and swallows lines between PEM marks', () => {
    expect(maskLines(['ua=token=abcdefghijklmnopqrstuvwxyz'])).toEqual(['ua=token=abcdef…wxyz']);
    expect(maskLines(['a -----BEGIN PRIVATE KEY-----', 'hidden', '-----END PRIVATE KEY----- b'])).toHaveLength(1);
  });
});

describe('a header in the log', () => {
  it('has no control or format character and at most 300 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
        const shown = headerForLog(value) ?? '';
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(shown.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});
