// The board: an event is shown at once, the list is the truth, and no answer is older than its question.
import { expect, test } from 'vitest';
import { type PairingList, readPairingList } from '#lib/gateway/records.ts';
import { createBoard } from './board.ts';

const pending = (requestId: string, deviceId: string, more: Record<string, unknown> = {}) => ({
  requestId,
  deviceId,
  publicKey: 'pk',
  role: 'operator',
  scopes: ['operator.write'],
  silent: false,
  isRepair: true,
  ts: 1,
  ...more,
});

/** A board whose readings the test answers one by one. */
function boardOf() {
  const open: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const shown: PairingList[] = [];
  let now = 0;
  const board = createBoard({
    read: async () => readPairingList(await new Promise<unknown>((resolve, reject) => void open.push({ resolve, reject }))),
    now: () => (now += 1),
    onList: (list) => void shown.push(list),
  });
  const answer = (rows: unknown[], n = 0) => open.splice(n, 1)[0]?.resolve({ pending: rows, paired: [] });
  const ids = () => board.list()?.pending.map((p) => p.requestId);
  return { board, open, shown, answer, ids };
}

test('a hint is on the board at once and is marked until the list shows it', async () => {
  const { board, answer, ids, shown } = boardOf();
  expect(board.list()).toBeUndefined();
  expect(board.hint(pending('r1', 'd1'))?.requestId).toBe('r1');
  expect(ids()).toEqual(['r1']);
  expect(board.isReadBack('r1')).toBe(false);
  expect(board.readAt()).toBeUndefined();
  const reading = board.refresh();
  answer([pending('r1', 'd1')]);
  await reading;
  expect(board.isReadBack('r1')).toBe(true);
  expect(board.readAt()).toBe(1);
  expect(shown).toHaveLength(2);
});

test('a reading that fails leaves the list of before, which says so until the next one that is answered', async () => {
  const { board, open, answer, ids } = boardOf();
  const first = board.refresh();
  answer([pending('r1', 'd1')]);
  await first;
  expect(board.isBehind()).toBe(false);
  const refused = board.refresh();
  open.splice(0, 1)[0]?.reject(new Error('no'));
  await expect(refused).rejects.toThrow('no');
  expect([board.isBehind(), board.readAt(), ids()]).toEqual([true, 1, ['r1']]);
  const again = board.refresh();
  answer([]);
  await again;
  expect([board.isBehind(), board.readAt(), ids()]).toEqual([false, 2, []]);
});

test('a hint that the list does not know goes away', async () => {
  const { board, answer, ids } = boardOf();
  board.hint(pending('r1', 'd1'));
  const reading = board.refresh();
  answer([]);
  await reading;
  expect(ids()).toEqual([]);
});

test('a hint that comes while the list is on its way is newer than the list', async () => {
  const { board, answer, ids } = boardOf();
  const reading = board.refresh();
  board.hint(pending('r2', 'd1'));
  answer([pending('r1', 'd1'), pending('r3', 'd3')]);
  await reading;
  expect(ids()).toEqual(['r2', 'r3']);
  expect(board.isReadBack('r2')).toBe(false);
  const second = board.refresh();
  answer([pending('r2', 'd1'), pending('r3', 'd3')]);
  await second;
  expect(board.isReadBack('r2')).toBe(true);
});

test('a newer id of a device takes the place of its older ones', () => {
  const { board, ids } = boardOf();
  board.hint(pending('r1', 'd1'));
  board.hint(pending('r9', 'd2'));
  board.hint(pending('r2', 'd1'));
  expect(ids()).toEqual(['r2', 'r9']);
});

test('an event that is no record changes nothing', () => {
  const { board, shown } = boardOf();
  for (const payload of [undefined, null, {}, { requestId: 'r' }, pending('', 'd'), pending('r', 'd', { scopes: [7] })])
    expect(board.hint(payload)).toBeUndefined();
  expect(shown).toEqual([]);
});

test('a resolved id is off the board before the list is read', async () => {
  const { board, answer, ids } = boardOf();
  board.takeOff('r1');
  const reading = board.refresh();
  answer([pending('r1', 'd1'), pending('r2', 'd2')]);
  await reading;
  board.takeOff('r1');
  expect(ids()).toEqual(['r2']);
});

test('calls during a reading share one further reading, which began after them', async () => {
  const { board, open, answer } = boardOf();
  const first = board.refresh();
  const later = [board.refresh(), board.refresh(), board.refresh()];
  expect(open).toHaveLength(1);
  answer([pending('old', 'd1')]);
  expect((await first).pending[0]?.requestId).toBe('old');
  await Promise.resolve();
  await expect.poll(() => open.length).toBe(1);
  answer([pending('new', 'd1')]);
  for (const list of await Promise.all(later)) expect(list.pending[0]?.requestId).toBe('new');
  expect(open).toHaveLength(0);
});

test('a failed reading keeps the last list, and the next one works', async () => {
  const { board, open, answer, ids } = boardOf();
  const first = board.refresh();
  answer([pending('r1', 'd1')]);
  await first;
  const failing = board.refresh();
  const queued = board.refresh();
  open.shift()?.reject(new Error('gone'));
  await expect(failing).rejects.toThrow('gone');
  expect(ids()).toEqual(['r1']);
  await expect.poll(() => open.length).toBe(1);
  answer([]);
  await queued;
  expect(ids()).toEqual([]);
});

test('an answer that is no list rejects', async () => {
  const { board, open } = boardOf();
  const reading = board.refresh();
  open.shift()?.resolve({ pending: 'none' });
  await expect(reading).rejects.toThrow();
  expect(board.list()).toBeUndefined();
});

test('a record that is rewritten under its id is remembered as such, until the id is gone', async () => {
  const { board, answer } = boardOf();
  board.hint(pending('r1', 'd1', { platform: 'linux' }));
  expect(board.wasRewritten('r1')).toBe(false);
  board.hint(pending('r1', 'd1', { platform: 'darwin' }));
  expect(board.wasRewritten('r1')).toBe(true);
  board.hint(pending('r1', 'd1', { platform: 'linux' }));
  expect(board.wasRewritten('r1')).toBe(true);
  const reading = board.refresh();
  answer([]);
  await reading;
  expect(board.wasRewritten('r1')).toBe(false);
});

test('of a flood of hints only so many are shown before the next reading; all are answered, and the list shows them', async () => {
  const { board, answer, ids } = boardOf();
  const flood = Array.from({ length: 250 }, (_, n) => pending(`r${n}`, `d${n}`));
  for (const row of flood) expect(board.hint(row)?.requestId).toBe(row.requestId);
  expect(ids()).toHaveLength(200);
  const reading = board.refresh();
  answer(flood);
  await reading;
  expect(ids()).toHaveLength(250);
  board.hint(pending('late', 'late'));
  expect(ids()).toContain('late');
});
