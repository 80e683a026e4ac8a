// A line of the log is one record whatever a gateway or a caller wrote: nothing in it ends the line, acts in a terminal, or forges a field.
import { expect, test } from 'vitest';
import { readable } from './log.ts';

const record = (fields: object, msg: string) =>
  readable(JSON.stringify({ level: 40, time: Date.parse('2026-11-23T07:41:13.250Z'), pid: 1, hostname: 'host', ...fields, msg }));

test('a record is its time, its level, its text and its fields', () => {
  expect(record({ code: 'gateway-down', row: 3, more: { n: 1 } }, 'no answer')).toBe(
    '07:41:13.250 warn no answer code=gateway-down row=3 more={"n":1}\n',
  );
});

test('line ends, escapes, C1 controls, direction marks and lone surrogates are shown by their number', () => {
  const line = record(
    { file: '/tmp/a\u2028b', err: { message: 'x\u009b31m\u202e' } },
    'said: a\n12:00:00.000 info forged\r\u001b]8;;http://a\u0007\ud800\u0000',
  );
  expect(line.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)).toEqual(['\n']);
  expect(line).toContain('said: a\\u{a}12:00:00.000 info forged\\u{d}\\u{1b}]8;;http://a\\u{7}\\u{d800}\\u{0}');
  expect(line).toContain('/tmp/a\\u{2028}b');
});

test('a value with a space, a quote or an equals sign stands in quotes, so it is no second field', () => {
  expect(record({ path: '/x code=internal' }, 'm')).toBe('07:41:13.250 warn m path="/x code=internal"\n');
});

test('a text of a megabyte is cut', () => {
  expect(record({ detail: 'x'.repeat(1_000_000) }, 'm').length).toBeLessThan(17_000);
});
