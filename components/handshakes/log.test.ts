// The log as a page follows it: nothing is lost, doubled or moved under the reader, and what is missing is marked.
import fc from 'fast-check';
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

/** Attempt `n` of a loop, from 1 up, and the number of its row. */
const LOOP = 100;
const attempt = (n: number) => handshakeOf(LOOP + n - 1, 'refused', { run: { id: LOOP, count: n, firstAt: '2026-01-01T12:01:40.000Z' } });
const attempts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => attempt(from + i));

/** A server whose folded pages hold the newest attempt of each run, with the whole count of the run. */
function foldingServer(stored: HandshakeView[]) {
  const server = serverOf(stored);
  const state = { broken: false };
  return {
    ...server,
    state,
    async read(ask: Parameters<LogDeps['read']>[0]): Promise<Page<HandshakeView>> {
      if (state.broken) throw new Error('not readable');
      if (ask.fold === undefined) return server.read(ask);
      const newest = new Map<number, HandshakeView>();
      for (const row of stored) if (row.seq >= (newest.get(row.run.id)?.seq ?? 0)) newest.set(row.run.id, row);
      return serverOf([...newest.values()]).read(ask);
    },
  };
}

/** A log with a loop of `count` attempts, unfolded. */
async function unfolded(count: number) {
  const server = foldingServer([...range(1, 3), ...attempts(1, count)]);
  const log = await startLog(server, { fold: true });
  const head = log.get().rows.ofRun(LOOP);
  if (head === undefined) throw new Error('no row');
  log.unfold(head);
  const settled = () => until(log, () => log.get().open.get(LOOP)?.reading === false);
  await settled();
  return {
    log,
    server,
    settled,
    /** The attempts are made and, unless they are lost, arrive. */
    make(from: number, to: number, arrive = true) {
      const rows = attempts(from, to);
      server.stored.push(...rows);
      if (arrive) for (let n = 0; n < rows.length; n += 50) log.arrive(rows.slice(n, n + 50));
    },
    /** The attempts beneath the loop's row, by their number, newest first. */
    beneath() {
      const lines = viewRows(log.get(), true);
      return Array.from({ length: lines.length }, (_, i) => lines.at(i)).flatMap((line) =>
        line?.kind === 'attempt' ? [line.item.seq - LOOP + 1] : [],
      );
    },
    /** The line beneath the last attempt. */
    tail() {
      const lines = viewRows(log.get(), true);
      return Array.from({ length: lines.length }, (_, i) => lines.at(i)).find((line) => line?.kind === 'more');
    },
  };
}

test('attempts of an unfolded loop that came while the log was held are all there when it goes on', async () => {
  const { log, make, settled, beneath, tail } = await unfolded(130);
  log.hold(true);
  const before = beneath();
  make(131, 190);
  expect(beneath()).toEqual(before);
  log.hold(false);
  await settled();
  expect(beneath()).toEqual(down(190, 31));
  expect(tail()).toMatchObject({ left: 30 });
});

test('attempts of an unfolded loop that were lost on the way are read again, with live ones on top', async () => {
  const { log, make, settled, beneath, tail } = await unfolded(130);
  make(131, 170, false);
  const reading = log.reread();
  make(171, 172);
  await reading;
  await settled();
  // All of this loop is within the minute by which rows may come late, so all of it is read.
  expect(beneath()).toEqual(down(172, 1));
  expect(tail()).toBeUndefined();
});

test('a loop that grew by thousands meanwhile shows its newest attempts, and the rest is loaded from there without a gap', async () => {
  const { log, make, settled, beneath, tail } = await unfolded(130);
  log.hold(true);
  make(131, 3_130);
  log.hold(false);
  await settled();
  expect(beneath()).toEqual(down(3_130, 2_031));
  expect(tail()).toMatchObject({ left: 2_030 });
  for (let n = 0; n < 21; n += 1) await log.moreOf(LOOP);
  expect(beneath()).toEqual(down(3_130, 1));
  expect(tail()).toBeUndefined();
});

test('a reading that fails says so on the line of the attempts that are not shown, and pressing it brings them', async () => {
  const { log, server, make, settled, beneath, tail } = await unfolded(130);
  log.hold(true);
  make(131, 190);
  server.state.broken = true;
  log.hold(false);
  await until(log, () => log.get().open.get(LOOP)?.error !== undefined);
  expect(tail()).toMatchObject({ error: new Error('not readable') });
  server.state.broken = false;
  await log.moreOf(LOOP);
  await settled();
  expect(beneath()).toEqual(down(190, 31));
});

test('a loop whose attempts could not be read when it was unfolded does not pass for whole once newer ones came', async () => {
  const server = foldingServer([...range(1, 3), ...attempts(1, 130)]);
  const log = await startLog(server, { fold: true });
  server.state.broken = true;
  log.unfold(attempt(130));
  await until(log, () => log.get().open.get(LOOP)?.error !== undefined);
  log.hold(true);
  server.stored.push(...attempts(131, 140));
  log.arrive(attempts(131, 140));
  server.state.broken = false;
  log.hold(false);
  await until(log, () => log.get().open.get(LOOP)?.reading === false);
  const open = log.get().open.get(LOOP);
  expect([open?.rows.length, open?.more]).toEqual([100, true]);
  await log.moreOf(LOOP);
  expect(log.get().open.get(LOOP)?.rows.length).toBe(140);
});

test('a log that is held again while the attempts are read does not move; they are there at the next go on', async () => {
  const { log, server, make, settled, beneath } = await unfolded(130);
  log.hold(true);
  make(131, 190);
  const open = server.hold();
  log.hold(false);
  const shown = beneath();
  log.hold(true);
  open();
  await settled();
  expect(beneath()).toEqual(shown);
  log.hold(false);
  await settled();
  expect(beneath()).toEqual(down(190, 31));
});

test('loading a hole moves an unfolded loop, and its attempts stay beneath its row', async () => {
  const { log, server, make, settled, beneath } = await unfolded(130);
  log.hold(true);
  make(131, 140);
  const others = range(1_000, 999 + HELD_ROWS + 200);
  server.stored.push(...others);
  for (let n = 0; n < others.length; n += 100) log.arrive(others.slice(n, n + 100));
  log.hold(false);
  await settled();
  const [hole] = log.get().holes;
  if (hole === undefined) throw new Error('no hole');
  await log.fill(hole);
  expect(beneath()).toEqual(down(140, 31));
  const lines = viewRows(log.get(), true);
  const first = Array.from({ length: lines.length }, (_, i) => lines.at(i)?.kind).indexOf('attempt');
  expect(lines.at(first - 1)).toMatchObject({ kind: 'row', open: true, item: { run: { id: LOOP, count: 140 } } });
});

test('whatever happens, an unfolded loop ends up with its attempts in one piece from the newest down', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('make' as const), count: fc.integer({ min: 1, max: 80 }), lost: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('hold' as const, 'go on' as const, 'more' as const, 'answers' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const { log, make, settled, beneath, server } = await unfolded(130);
      let made = 130;
      const readings: Promise<void>[] = [];
      for (const next of steps) {
        if (next.kind === 'make') {
          make(made + 1, made + next.count, !next.lost);
          made += next.count;
          if (next.lost) readings.push(log.reread());
        } else if (next.kind === 'hold') log.hold(true);
        else if (next.kind === 'go on') log.hold(false);
        else if (next.kind === 'more') readings.push(log.moreOf(LOOP));
        else await new Promise(setImmediate);
      }
      log.hold(false);
      await Promise.all(readings);
      await settled();
      await new Promise(setImmediate);
      await settled();
      const shown = beneath();
      expect(shown).toEqual(down(made, made - shown.length + 1));
      expect(shown.length).toBeGreaterThanOrEqual(100);
      expect(log.get().rows.ofRun(LOOP)?.run.count).toBe(Math.max(...server.stored.map(({ run }) => run.count)));
    }),
    { numRuns: 100 },
  );
});
