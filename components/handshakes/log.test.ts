// The log as a page follows it: nothing is lost, doubled or moved under the reader, and what is missing is marked.
import { expect, test } from 'vitest';
import type { HandshakeView, Page } from '#lib/api/shapes.ts';
import { handshakeOf } from '../live/fixtures.ts';
import { createLog, HELD_ROWS, type LogDeps } from './log.ts';
import { viewRows } from './view-rows.ts';

/** A server with rows of its own, that pages as the API does: newest first, a cursor while there is more. */
function serverOf(stored: HandshakeView[]) {
  const asked: Parameters<LogDeps['read']>[0][] = [];
  let gate: Promise<void> = Promise.resolve();
  return {
    stored,
    asked,
    /** Answers wait until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    async read(ask: Parameters<LogDeps['read']>[0]): Promise<Page<HandshakeView>> {
      asked.push(ask);
      const wanted = stored
        .filter(({ seq, run }) => seq < Number(ask.before ?? Number.POSITIVE_INFINITY) && (ask.run === undefined || run.id === ask.run))
        .sort((a, b) => b.seq - a.seq);
      const items = wanted.slice(0, ask.limit);
      await gate;
      const cursor = wanted.length > items.length ? { cursor: String(items.at(-1)?.seq) } : {};
      return { items, freshness: { state: 'live' }, ...cursor };
    },
  };
}

type Over = Partial<Pick<LogDeps, 'fold' | 'matches'>>;

async function startLog(server: { read: LogDeps['read'] }, { fold = false, matches = () => true }: Over = {}) {
  const log = createLog({ read: server.read, matches, fold });
  await until(log, () => log.get().read || log.get().error !== undefined);
  return log;
}

function until(log: ReturnType<typeof createLog>, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = log.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => handshakeOf(from + i));
const seqs = (log: ReturnType<typeof createLog>) => {
  const { rows } = log.get();
  return Array.from({ length: rows.length }, (_, i) => rows.at(i)?.seq ?? 0);
};
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

test('rows that arrive while the first page is on its way stand once, on top', async () => {
  const server = serverOf(range(1, 5));
  const open = server.hold();
  const starting = startLog(server);
  const log = createLog({ read: server.read, matches: () => true, fold: false });
  log.arrive([handshakeOf(5), handshakeOf(6)]);
  open();
  await until(log, () => log.get().read && log.get().rows.length === 6);
  expect(seqs(log)).toEqual(down(6, 1));
  await starting;
});

test('the log reads back through the pages without end, and says when it is at its end', async () => {
  const log = await startLog(serverOf(range(1, 1_200)));
  expect(log.get().rows.length).toBe(500);
  await log.more();
  expect(log.get().end.state).toBe('more');
  await log.more();
  expect(seqs(log)).toEqual(down(1_200, 1));
  expect(log.get().end.state).toBe('done');
});

test('an empty page with a cursor is a search that goes on, not an end', async () => {
  let call = 0;
  const log = await startLog({
    read: async () => {
      call += 1;
      return {
        items: call === 3 ? [handshakeOf(1)] : [],
        freshness: { state: 'live' },
        ...(call === 3 ? {} : { cursor: String(4096_000 - call) }),
      };
    },
  });
  expect(log.get().end.state).toBe('searching');
  await log.more();
  expect(log.get().end).toMatchObject({ state: 'searching', atMs: 999 });
  await log.more();
  expect(log.get().end.state).toBe('done');
  expect(seqs(log)).toEqual([1]);
});

test('a held log does not move; letting go brings all that waited', async () => {
  const log = await startLog(serverOf(range(1, 3)));
  log.hold(true);
  const before = log.get().rows;
  log.arrive(range(4, 217));
  expect(log.get().rows).toBe(before);
  expect(log.get().waiting).toBe(214);
  log.hold(false);
  expect(seqs(log)).toEqual(down(217, 1));
  expect(log.get().waiting).toBe(0);
});

test('more than may wait becomes a hole with its number, and loading it brings every row', async () => {
  const server = serverOf(range(1, 3));
  const log = await startLog(server);
  log.hold(true);
  const newer = range(4, 3 + HELD_ROWS + 2_300);
  server.stored.push(...newer);
  for (let i = 0; i < newer.length; i += 100) log.arrive(newer.slice(i, i + 100));
  log.hold(false);
  const [hole] = log.get().holes;
  expect(hole).toMatchObject({ count: 2_300, older: 3, newer: 2_304 });
  const lines = viewRows(log.get(), false);
  expect(lines.length).toBe(HELD_ROWS + 3 + 1);
  expect(lines.at(HELD_ROWS)).toMatchObject({ kind: 'hole' });
  if (hole !== undefined) await log.fill(hole);
  expect(seqs(log)).toEqual(down(3 + HELD_ROWS + 2_300, 1));
  expect(log.get().holes).toEqual([]);
});

test('a loop of thousands that arrives while held waits as one row with its count', async () => {
  const log = await startLog(serverOf(range(1, 3)), { fold: true });
  log.hold(true);
  const loop = Array.from({ length: 5_000 }, (_, i) =>
    handshakeOf(10 + i, 'refused', { run: { id: 10, count: i + 1, firstAt: '2026-01-01T12:00:10.000Z' } }),
  );
  for (let i = 0; i < loop.length; i += 250) log.arrive(loop.slice(i, i + 250));
  expect(log.get().waiting).toBe(5_000);
  log.hold(false);
  expect(log.get().rows.length).toBe(4);
  expect(log.get().rows.at(0)?.run.count).toBe(5_000);
  expect(log.get().holes).toEqual([]);
});

test('rows lost on the way are read again, all 5,000 of a burst', async () => {
  const server = serverOf(range(1, 300));
  const log = await startLog(server);
  server.stored.push(...range(301, 5_300));
  const reading = log.reread();
  log.arrive(range(5_290, 5_300));
  await reading;
  expect(seqs(log)).toEqual(down(5_300, 1));
  expect(log.get().holes).toEqual([]);
});

test('what is too much to read again at once is a hole, not a silence', async () => {
  const server = serverOf(range(1, 300));
  const log = await startLog(server);
  server.stored.push(...range(301, 20_300));
  await log.reread();
  const [hole] = log.get().holes;
  expect(hole).toMatchObject({ older: 300, newer: 12_301 });
  const lines = viewRows(log.get(), false);
  expect(lines.at(8_000)?.kind).toBe('hole');
  if (hole !== undefined) await log.fill(hole);
  const [smaller] = log.get().holes;
  expect(smaller).toMatchObject({ older: 300, newer: 4_301 });
  if (smaller !== undefined) await log.fill(smaller);
  expect(seqs(log)).toEqual(down(20_300, 1));
});

test('a failure is kept as one, and reading again mends it', async () => {
  const server = serverOf(range(1, 3));
  let broken = true;
  const log = await startLog({
    read: (ask) => (broken ? Promise.reject(new Error('not readable')) : server.read(ask)),
  });
  expect(log.get()).toMatchObject({ read: false, error: new Error('not readable') });
  broken = false;
  await log.reread();
  expect(seqs(log)).toEqual([3, 2, 1]);
  expect(log.get().error).toBeUndefined();
});

test('live rows that do not pass the filter stay out', async () => {
  const log = await startLog(serverOf(range(1, 1)), { matches: ({ outcome }) => outcome === 'refused' });
  log.arrive([handshakeOf(2, 'admitted'), handshakeOf(3)]);
  expect(seqs(log)).toEqual([3, 1]);
});

test('an unfolded loop shows its attempts beneath its row, with those that are not loaded, and grows with it', async () => {
  const attempts = Array.from({ length: 130 }, (_, i) =>
    handshakeOf(100 + i, 'refused', { run: { id: 100, count: i + 1, firstAt: '2026-01-01T12:01:40.000Z' } }),
  );
  const server = serverOf([...range(1, 3), ...attempts]);
  // The list answers the newest attempt of each run.
  const folded: LogDeps['read'] = async (ask) => {
    const page = await server.read(ask);
    return ask.run === undefined ? { ...page, items: page.items.filter(({ seq }) => seq < 100 || seq === 229) } : page;
  };
  const log = await startLog({ read: folded }, { fold: true });
  const head = log.get().rows.at(0);
  if (head === undefined) throw new Error('no row');
  log.unfold(head);
  await until(log, () => log.get().open.get(100)?.reading === false);
  const kinds = () => {
    const lines = viewRows(log.get(), true);
    return Array.from({ length: lines.length }, (_, i) => lines.at(i)?.kind);
  };
  expect(kinds()).toEqual(['row', ...Array.from({ length: 100 }, () => 'attempt'), 'more', 'row', 'row', 'row']);
  expect(viewRows(log.get(), true).at(101)).toMatchObject({ kind: 'more', left: 30 });
  log.arrive([handshakeOf(400, 'refused', { run: { id: 100, count: 131, firstAt: '2026-01-01T12:01:40.000Z' } })]);
  expect(viewRows(log.get(), true).at(0)).toMatchObject({ kind: 'row', item: { seq: 400, run: { count: 131 } }, open: true });
  expect(viewRows(log.get(), true).at(1)).toMatchObject({ kind: 'attempt', item: { seq: 400 } });
  log.foldAgain(100);
  expect(kinds()).toEqual(['row', 'row', 'row', 'row']);
});
