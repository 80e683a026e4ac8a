// What somebody who writes in the file can put there: each of it is a break with its number, is told until a person has seen that very
// break, and hides no other one.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Problem } from '../problem.ts';
import { sampleActivity } from '../store/test-samples.ts';
import { activityCsvLine, activityLine } from './export.ts';
import { rowsOf } from './sources.ts';
import { behindItsBack, chainedAnew, filledRecord, walkedOnce } from './test-record.ts';
import { verifyChain } from './verify.ts';

const FORGED = "update activity set body = replace(body, 'operator', 'Eve') where seq = 3";
const WAS_CHANGED = 'Row 3 was changed: it does not hash to what it carries.';

test.each([
  ['a time beyond every calendar', 'at_ms = 9000000000000000', 'does not hash'],
  ['a time and a name of the beginning', "at_ms = 9000000000000000, what = 'audit.began'", 'does not hash'],
  ['a time that never ends', 'at_ms = 9e999', 'does not hash'],
  ['a time in words', "at_ms = 'noon'", 'its at_ms is nothing'],
  ['a version beyond what a number holds', 'rule_version = 9007199254740993', 'its rule_version is nothing'],
  ['a version below that', 'rule_version = -9223372036854775808', 'its rule_version is nothing'],
  ['a body in bytes', 'body = cast(body as blob)', 'its body is nothing'],
  ['a hash in bytes', "hash = x'00'", 'its hash is nothing'],
])('a row with %s is a break with its number, for the console, for the command and in an export', async (_, change, text) => {
  const made = await filledRecord(5);
  const { keeper, broken, unread } = await walkedOnce(made);
  behindItsBack(made.file, `update activity set ${change} where seq = 4; ${FORGED}`);
  await keeper.walk();
  const both = [
    { seq: 3, text: WAS_CHANGED },
    { seq: 4, kind: 'changed', text: expect.stringContaining(text) },
  ];
  expect(broken[0]).toContain(WAS_CHANGED);
  expect(unread).toEqual([]);
  expect(await keeper.view()).toMatchObject({ state: 'broken', broken: { seq: 3 } });
  expect((await verifyChain(rowsOf(made.file))).breaks.slice(0, 2)).toMatchObject(both);
  const rows = await made.store.activity.rowsAfter(undefined, 10);
  expect((await verifyChain([rows])).breaks.slice(0, 2)).toMatchObject(both);
  const file = join(made.folder, 'export.jsonl');
  writeFileSync(file, rows.map(activityLine).join(''));
  expect((await verifyChain(rowsOf(file))).breaks.slice(0, 2)).toMatchObject([both[0], { seq: 4 }]);
  expect(rows.map(activityCsvLine)).toHaveLength(5);
});

test('a first row with no time that can be told is named all the same', async () => {
  const made = await filledRecord(3);
  behindItsBack(made.file, "update activity set at_ms = 9000000000000000, what = '\u001b[2J' where seq = 1");
  const { keeper } = await walkedOnce(made);
  const { broken, since } = await keeper.view();
  expect(broken).toEqual({ seq: 1, kind: 'changed', text: 'Row 1 was changed: it does not hash to what it carries.' });
  expect(since).toBeDefined();
});

test.each([
  ['9007199254740993', 'Rows 4 to 9007199254740992 are missing: row 9007199254740993 follows row 3.'],
  ['9223372036854775807', 'Rows 4 to 9223372036854775806 are missing: row 9223372036854775807 follows row 3.'],
  ['-9223372036854775808', 'Row -9223372036854775808 was put in: it cannot follow row 0.'],
  ['-9007199254740993', 'Row -9007199254740993 was put in: it cannot follow row 0.'],
  ['0', 'Row 0 was put in: it cannot follow row 0.'],
])('a row that was put in with the number %s is the one break, and can be read beside the others', async (seq, text) => {
  const made = await filledRecord(3);
  behindItsBack(
    made.file,
    `insert into activity (seq, id, at_ms, what, body, prev, hash) select ${seq}, 'x', at_ms, what, body, prev, hash from activity where seq = 2`,
  );
  const { keeper, broken, unread } = await walkedOnce(made);
  expect(broken.at(-1)).toBe(text);
  expect(unread).toEqual([]);
  expect(await keeper.view()).toMatchObject({ state: 'broken', broken: { text } });
  expect((await verifyChain(rowsOf(made.file))).breaks).toMatchObject([{ text }]);
});

test('a row that is changed once more after a person has seen it is news, and one that is not is none', async () => {
  const made = await filledRecord(5);
  const { keeper, broken } = await walkedOnce(made);
  behindItsBack(made.file, FORGED);
  await keeper.walk();
  expect(broken).toEqual([WAS_CHANGED]);
  await keeper.acknowledge();
  await keeper.walk();
  expect(broken).toHaveLength(1);
  for (const change of ["body = replace(body, 'Eve', 'Mallory')", 'at_ms = at_ms + 1', "rule_id = 'r'", "hash = ''"]) {
    behindItsBack(made.file, `update activity set ${change} where seq = 3`);
    await keeper.walk();
    expect(broken.at(-1)).toContain(WAS_CHANGED);
    const told = broken.length;
    await keeper.acknowledge();
    await keeper.walk();
    expect(broken).toHaveLength(told);
  }
});

test('behind a hundred breaks that a person has seen, a further one is news each time', async () => {
  const made = await filledRecord(150);
  behindItsBack(made.file, "update activity set body = body || ' ' where seq <= 100");
  const { keeper, broken } = await walkedOnce(made);
  expect(broken.at(-1)).toBe('Row 1 was changed: it does not hash to what it carries. It is one of 100 breaks that nobody has seen.');
  await keeper.acknowledge();
  for (const [change, text] of [
    ["body = replace(body, 'operator', 'Eve') where seq = 140", 'There is 1 more break behind the first 100, at row 140, and it is new.'],
    ["body = replace(body, 'Eve', 'Bob') where seq = 140", 'There is 1 more break behind the first 100, at row 140, and it is new.'],
    [
      "body = '{}' where seq in (120, 150)",
      'There are 3 more breaks behind the first 100, from row 120 to row 150, and some of them are new.',
    ],
  ]) {
    const before = broken.length;
    behindItsBack(made.file, `update activity set ${change}`);
    await keeper.walk();
    expect(broken.slice(before)).toEqual([text]);
    await keeper.acknowledge();
    await keeper.walk();
    expect(broken).toHaveLength(before + 1);
  }
});

test('a person who lifts a stop has seen what it told, and the text says of how many breaks it is one', async () => {
  const made = await filledRecord(6);
  const { keeper, broken } = await walkedOnce(made);
  behindItsBack(made.file, `${FORGED}; update activity set body = '{}' where seq = 5`);
  await keeper.walk();
  expect(broken).toEqual([`${WAS_CHANGED} It is one of 2 breaks that nobody has seen.`]);
  // Written after the walk: nobody was told of it.
  behindItsBack(made.file, "update activity set what = 'rule.remove' where seq = 6");
  await keeper.acknowledge();
  await keeper.walk();
  expect(broken.slice(1)).toEqual(['Row 6 was changed: it does not hash to what it carries.']);
});

test('what was kept as seen and cannot be read counts as nothing seen', async () => {
  const made = await filledRecord(3);
  behindItsBack(made.file, FORGED);
  const first = await walkedOnce(made);
  await first.keeper.acknowledge();
  await first.keeper.walk();
  expect(first.broken).toHaveLength(1);
  behindItsBack(made.file, "update notes set body = '{' where key = 'audit-seen'");
  await first.keeper.walk();
  expect(first.broken).toHaveLength(2);
  expect((await first.keeper.view()).state).toBe('broken');
});

const SWAP = "update activity set body = replace(body, 'operator', 'Eve') where seq = ";
const CUT = "update sqlite_sequence set seq = (select max(seq) from activity) where name = 'activity'";

test('a chain that was written anew under the running console is a break, and stays one until a person has seen it', async () => {
  const made = await filledRecord(5);
  const { keeper, broken, printed } = await walkedOnce(made);
  chainedAnew(made.file, `${SWAP} 3`);
  const text = 'Rows 1 to 5 are not what this console walked at 2026-11-22T12:00:00.000Z: the record was written anew while it ran.';
  await keeper.walk();
  made.clock.advance(86_400_000);
  await made.store.activity.append(sampleActivity(randomUUID()));
  await keeper.walk();
  expect(broken).toEqual([text, text]);
  expect(await keeper.view()).toMatchObject({ state: 'broken', broken: { seq: 1, kind: 'changed', text } });
  // No head is printed that would vouch for the new chain.
  expect(printed).toHaveLength(1);
  await keeper.acknowledge();
  await keeper.walk();
  expect(broken).toHaveLength(2);
  expect(await keeper.view()).toMatchObject({ state: 'holds', head: { rows: 6 } });
  chainedAnew(made.file, `${SWAP} 6`);
  await keeper.walk();
  expect(broken.at(-1)).toContain('Rows 1 to 6 are not what this console walked');
});

test('where it was written anew is named as closely as is remembered', async () => {
  const made = await filledRecord(1200);
  const { keeper, broken } = await walkedOnce(made);
  chainedAnew(made.file, `${SWAP} 700`);
  await keeper.walk();
  expect(broken).toEqual([expect.stringMatching(/^Rows 501 to 1000 are not what this console walked/)]);
});

test('an end that was cut off with its counter is a break, also when new rows have come in its place', async () => {
  const made = await filledRecord(5);
  const { keeper, broken } = await walkedOnce(made);
  behindItsBack(made.file, `delete from activity where seq > 2; ${CUT}`);
  await keeper.walk();
  expect(broken.at(-1)).toBe(
    'The record ends at row 2 and had 5 rows when this console walked it at 2026-11-22T12:00:00.000Z: its end was cut off.',
  );
  expect(await keeper.view()).toMatchObject({ state: 'broken', broken: { kind: 'missing' } });
  for (let at = 0; at < 4; at += 1) await made.store.activity.append(sampleActivity(randomUUID()));
  await keeper.walk();
  expect(broken.at(-1)).toContain('Rows 1 to 5 are not what this console walked');
});

test('behind a break that a person has seen, rows that were written anew are news', async () => {
  const made = await filledRecord(9);
  behindItsBack(made.file, FORGED);
  const { keeper, broken } = await walkedOnce(made);
  await keeper.acknowledge();
  // From row 5 on the chain is written anew so that each row follows the one before.
  behindItsBack(made.file, 'create table kept as select * from activity where seq <= 4');
  chainedAnew(made.file, `${SWAP} 7`);
  behindItsBack(
    made.file,
    'update activity set prev = (select prev from kept where kept.seq = activity.seq), hash = (select hash from kept where kept.seq = activity.seq) where seq <= 4; drop table kept',
  );
  await keeper.walk();
  expect(broken.at(-1)).toContain('not what this console walked');
});

test('a record that cannot be walked to its end stops automation each time, whoever has seen it', async () => {
  const made = await filledRecord(3);
  const { keeper, unread } = await walkedOnce(made);
  behindItsBack(made.file, 'alter table activity rename column gateway to gate');
  await keeper.walk();
  expect(unread).toEqual([expect.stringMatching(/^record-broken no such column/)]);
  expect((await keeper.view()).state).toBe('unread');
  await keeper.acknowledge();
  await keeper.walk();
  expect(unread).toHaveLength(2);
});

test('a store that is down is waited for; one that works and gives no whole walk twice stops automation', async () => {
  const made = await filledRecord(3);
  const { store } = made;
  let down = true;
  let works = false;
  const broke = new Problem('store-unwritable', 'The record cannot be written: the disk answered with an error.');
  const rowsAfter = vi.fn((seq: number | bigint | undefined, limit: number) =>
    down ? Promise.reject(broke) : store.activity.rowsAfter(seq, limit),
  );
  const { keeper, unread, errors, printed } = await walkedOnce(made, {
    activity: { head: store.activity.head, rowsAfter },
    checkStore: () => (works ? Promise.resolve() : Promise.reject(broke)),
  });
  await keeper.walk();
  await keeper.walk();
  expect(unread).toEqual([]);
  expect(errors).toHaveLength(1);
  works = true;
  await keeper.walk();
  expect(unread).toEqual([]);
  await keeper.walk();
  expect(unread).toEqual([`store ${broke.message}`]);
  down = false;
  await keeper.walk();
  expect(printed).toHaveLength(1);
  expect((await keeper.view()).state).toBe('holds');
});

test('a walk that the store kept from its end is tried again within a minute, a finished one the next day', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const made = await filledRecord(3);
  const broke = new Problem('store-unwritable', 'The record cannot be written: the disk answered with an error.');
  let down = true;
  const rowsAfter = vi.fn((seq: number | bigint | undefined, limit: number) =>
    down ? Promise.reject(broke) : made.store.activity.rowsAfter(seq, limit),
  );
  const checkStore = () => Promise.reject(broke);
  const { keeper } = await walkedOnce(made, { activity: { head: made.store.activity.head, rowsAfter }, checkStore });
  const looked = async () => {
    rowsAfter.mockClear();
    vi.advanceTimersByTime(60_000);
    const calls = rowsAfter.mock.calls.length;
    if (calls > 0) await keeper.walk();
    return calls;
  };
  expect(await looked()).toBe(1);
  down = false;
  expect(await looked()).toBe(1);
  expect((await keeper.view()).state).toBe('holds');
  expect(await looked()).toBe(0);
  made.clock.advance(86_400_000);
  expect(await looked()).toBe(1);
});
