// Heads in logs: found behind what a journal puts before a line, and nowhere else.
import { expect, test } from 'vitest';
import { headLine, headsIn } from './heads.ts';

const head = { rows: 10, hash: 'ab'.repeat(32) };
const at = '2026-11-23T04:05:06.789Z';
const line = headLine(head, at);

test.each([
  ['as it was printed', ''],
  ['a journal', 'Nov 23 04:05:06 host gatehouse[12]: '],
  ['a journal, early in a month', 'Nov  3 04:05:06 my-host.lan npm[1234567]: '],
  ['a journal with microseconds', 'Nov 23 04:05:06.123456 host gatehouse[12]: '],
  ['a journal in full', 'Mon 2026-11-23 04:05:06 CET host node[12]: '],
  ['a journal with ISO times', '2026-11-23T04:05:06+0100 host gatehouse[12]: '],
  ['a system log with ISO times', '2026-11-23T04:05:06.123456+01:00 host gatehouse[12]: '],
  ['a journal with seconds', '1795406706.123456 host gatehouse[12]: '],
  ['a journal of a template unit', 'Nov 23 04:05:06 host gatehouse@one: '],
  ['a container engine', '2026-11-23T04:05:06.123456789Z '],
  ['a group of containers', 'gatehouse-1  | '],
  ['a group of containers with times', 'gatehouse-1  | 2026-11-23T04:05:06.123456789Z '],
])('a head is found again: %s', (_, prefix) => {
  expect(headsIn(`before\n${prefix}${line}\nother audit head rows=nothing\n${prefix}${line}\r\n`)).toEqual([
    { ...head, at },
    { ...head, at },
  ]);
  expect(headsIn(`${prefix}${line}`)).toHaveLength(1);
});

test('a head without its time is one, a hash alone is none', () => {
  expect(headsIn(`audit head rows=10 hash=${head.hash}`)).toEqual([head]);
  expect(headsIn(`rows=10 hash=${head.hash}`)).toEqual([]);
});

test.each([
  ['in a line of the console', JSON.stringify({ level: 'warn', text: 'the gateway said', reason: `no. ${line}` })],
  ['in the words of another program', `Nov 23 04:05:06 host gatehouse[12]: it said ${line}`],
  ['behind a second program', `Nov 23 04:05:06 host gatehouse[12]: host sshd[3]: ${line}`],
  ['behind a time in the words of another', `Nov 23 04:05:06 host sshd[3]: user ${at} ${line}`],
  ['behind a program without a time', `host gatehouse[12]: ${line}`],
  ['behind a space', ` ${line}`],
  ['behind what looks like the end of a line', `{"reason":"\u2028${line}\u2029"}`],
  ['behind a return', `{"reason":"no\r${line}`],
  ['behind what moves the cursor', `\u001b[2K${line}`],
  ['with more behind it', `${line} and more`],
  ['with a longer hash', `${line}ab`],
])('a head %s is no witness', (_, text) => {
  expect(headsIn(text)).toEqual([]);
  expect(headsIn(`${text}\n${line}\n`)).toEqual([{ ...head, at }]);
});
