// The handshake log at its limit: 1,000,000 attempts as a busy month leaves them, stored, then read by every kind of question.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import type { NewHandshake } from '../lib/handshakes/attempt.ts';
import type { HandshakeFilter } from '../lib/handshakes/filter.ts';
import { openStore, type Store } from '../lib/store/open.ts';
import type { Figure, Measurement } from './figures.ts';
import { createMonth, type Month } from './handshake-month.ts';

const ROWS = 1_000_000;
const BATCH = 1_000;
const PAGE = 100;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const COMMAND = 'npm run bench -- handshake-store';

type Ask = { what: string; rounds: number; run: (n: number) => Promise<unknown> };

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** The longest time for which nobody else had a turn while `work` ran, and the samples of all such stretches. */
async function stretches(work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  let last = performance.now();
  let over = false;
  const watch = () => {
    const now = performance.now();
    samples.push(now - last);
    last = now;
    if (!over) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  over = true;
  return samples;
}

function questions(store: Store, month: Month): Ask[] {
  const { handshakes } = store;
  const { end, devices, causes, conns } = month;
  const at = <T>(list: readonly T[], n: number): T => {
    const value = list[n % list.length];
    if (value === undefined) throw new Error('an empty list');
    return value;
  };
  const page = (filter: HandshakeFilter, more: { fold?: boolean; before?: string } = {}) =>
    handshakes.list({ ...filter, ...more, limit: PAGE });
  const day = (n: number) => ({ from: end - ((n % 28) + 2) * DAY_MS, to: end - ((n % 28) + 1) * DAY_MS });
  const deep = (n: number) => String((end - (n % 29) * DAY_MS) * 4096);
  const filters: [string, (n: number) => HandshakeFilter][] = [
    ['no filter', () => ({})],
    ['device', (n) => ({ device: at(devices, n) })],
    ['cause', (n) => ({ cause: at(causes, n) })],
    ['cause of a scanner', () => ({ cause: month.scannerCause })],
    ['outcome', (n) => ({ outcomes: [at(['refused', 'waiting', 'timed-out', 'left-early', 'admitted'] as const, n)] })],
    ['a gateway', () => ({ gateway: 'g1' })],
    ['client and origin', (n) => ({ client: at(['cli', 'control-ui', 'webchat'], n), origin: at(['loopback', 'remote'] as const, n) })],
    ['device, cause and outcome', (n) => ({ device: at(devices, n), cause: at(causes, n), outcomes: ['refused'] })],
    ['rare text', (n) => ({ text: at(devices, n).slice(20, 32) })],
    ['text of one way in 50,000', (n) => ({ text: month.scannerHost(n * 997) })],
    ['text that nothing has', (n) => ({ text: `nobody-${n}` })],
    ['common text', (n) => ({ text: at(['pairing', 'a', 'scope', 'token', '7f', '0'], n) })],
    ['rare text and cause', (n) => ({ text: month.scannerHost(n * 499), cause: month.scannerCause })],
    ['whole connection id', (n) => ({ text: at(conns, n) })],
    ['beginning of a connection id', (n) => ({ text: at(conns, n).slice(0, 3 + (n % 5)) })],
    ['a day', (n) => day(n)],
    ['a day and device', (n) => ({ ...day(n), device: at(devices, n) })],
    ['a day and text', (n) => ({ ...day(n), text: at(devices, n).slice(20, 32) })],
  ];
  const asks = filters.flatMap(([name, filter]): Ask[] => [
    { what: `page: ${name}`, rounds: 60, run: (n) => page(filter(n)) },
    { what: `page: ${name}, folded`, rounds: 60, run: (n) => page(filter(n), { fold: true }) },
    { what: `page far back: ${name}`, rounds: 30, run: (n) => page(filter(n), { before: deep(n) }) },
  ]);
  const spans = [
    ['1 h', HOUR_MS, 60_000],
    ['24 h', DAY_MS, 600_000],
    ['7 d', 7 * DAY_MS, HOUR_MS],
  ] as const;
  for (const [name, length, bucketMs] of spans) {
    const span = (n: number) => ({ fromMs: end - length - (n % 20) * DAY_MS, toMs: end - (n % 20) * DAY_MS, bucketMs });
    const within = (n: number) => ({ from: span(n).fromMs, to: span(n).toMs });
    asks.push(
      { what: `histogram ${name}`, rounds: 60, run: (n) => handshakes.histogram({}, span(n)) },
      { what: `histogram ${name}, device`, rounds: 60, run: (n) => handshakes.histogram({ device: at(devices, n) }, span(n)) },
      { what: `histogram ${name}, text`, rounds: 60, run: (n) => handshakes.histogram({ text: at(devices, n).slice(20, 32) }, span(n)) },
      { what: `facets ${name}`, rounds: 30, run: (n) => handshakes.facets(within(n)) },
    );
  }
  asks.push(
    { what: 'facets of all', rounds: 30, run: () => handshakes.facets({}) },
    { what: 'facets, cause', rounds: 30, run: (n) => handshakes.facets({ cause: at(causes, n) }) },
    { what: 'facets, text', rounds: 30, run: (n) => handshakes.facets({ text: at(devices, n).slice(20, 32) }) },
    { what: 'failures of 5 minutes', rounds: 60, run: (n) => handshakes.countFailuresSince(end - n * 60_000) },
    { what: 'newest of a device', rounds: 60, run: (n) => handshakes.latestOf('g1', at(devices, n)) },
    { what: 'one with its evidence', rounds: 60, run: (n) => handshakes.find('g1', `conn-${at(conns, n)}`) },
  );
  return asks;
}

async function fill(store: Store, month: Month): Promise<number[]> {
  const samples: number[] = [];
  for (let start = 0; start < ROWS; start += BATCH) {
    const batch: NewHandshake[] = month.attempts(start, BATCH);
    samples.push(await timed(() => store.handshakes.append(batch)));
  }
  return samples;
}

/** Everything that the Handshakes page asks of the store, at a million attempts. */
export const handshakeStoreFigures: Measurement = {
  name: 'handshake-store',
  async take(say) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
    const store = await openStore({ folder, clock: systemClock() });
    try {
      const month = createMonth(ROWS, Date.now());
      const load = () => loadavg()[0] ?? 0;
      const figure = (what: string, unit: Figure['unit'], samples: number[], goal?: Figure['goal']): Figure => ({
        what: `handshake store, ${what}`,
        unit,
        samples,
        command: COMMAND,
        load: load(),
        ...(goal === undefined ? {} : { goal }),
      });
      say('stores 1,000,000 attempts ...');
      const figures = [
        figure('1,000 attempts stored and synced', 'ms', await fill(store, month), { median: 50, text: '< 50 ms (20,000/s)' }),
      ];
      const size = ['handshakes.db', 'handshakes.db-wal'].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      figures.push(figure('file with 1,000,000 attempts', 'MB', [size / 1e6]));
      for (const { what, rounds, run } of questions(store, month)) {
        const samples: number[] = [];
        for (let n = 0; n < rounds; n += 1) samples.push(await timed(() => run(n)));
        figures.push(figure(what, 'ms', samples, { p95: 50, text: 'p95 < 50 ms' }));
      }
      const burst = month.attempts(ROWS, 20_000);
      figures.push(figure('longest stretches while 20,000 come at once', 'ms', await stretches(() => store.handshakes.append(burst))));
      const kept = { maxRows: ROWS - 20_000, maxAgeMs: 60 * DAY_MS, maxBytes: Number.MAX_SAFE_INTEGER };
      figures.push(
        figure('longest stretches while 40,000 are forgotten', 'ms', await stretches(() => store.handshakes.prune(kept, Date.now()))),
      );
      return figures;
    } finally {
      await store.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
