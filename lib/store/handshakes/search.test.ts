import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FacetValue, HandshakeOutcome, HandshakeView, HistogramBucket, Origin } from '../../api/shapes.ts';
import { isoOf } from '../../clock.ts';
import type { NewHandshake } from '../../handshakes/attempt.ts';
import { type HandshakeFilter, passes } from '../../handshakes/filter.ts';
import { present } from '../../present.ts';
import type { Store } from '../open.ts';
import { START_MS, sampleHandshake } from '../test-samples.ts';
import { testStore } from '../test-store.ts';
import type { PageAsk } from './page.ts';

const OUTCOMES: HandshakeOutcome[] = ['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap'];
const ORIGINS: Origin[] = ['host-key', 'loopback', 'proxied', 'remote', 'unknown'];
const SPAN_MS = 20 * 60_000;

const outcome = fc.constantFrom(...OUTCOMES);
const origin = fc.constantFrom(...ORIGINS);
const gateway = fc.constantFrom('g1', 'g2');
const cause = fc.constantFrom('pairing-required/scope-upgrade', 'unauthorized/token_mismatch', 'left-early');
const device = fc.constantFrom('7f00aa', '7f00bb', 'cc11dd');
const client = fc.constantFrom('cli', 'control-ui');
const words = fc.constantFrom('Zürich', 'ΑΒΓ İstanbul', '%_"\'', 'nul \u0000 here', '\u{1F600}', 'back\\slash', 'line\nbreak');
// Mostly absent: questions that ask for everything at once find nothing.
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const at = fc.nat({ max: SPAN_MS });

const way = fc.record({
  outcome,
  gateway,
  cause,
  deviceId: maybe(device),
  clientId: maybe(client),
  origin: maybe(origin),
  host: maybe(words),
  deviceName: maybe(words),
  scopesTo: maybe(fc.constant('operator.admin').map((scope) => [scope])),
});

const attempt = fc.record({
  way: fc.nat(),
  atMs: at,
  conn: fc.constantFrom('7f', 'aa', '7F', 'ü', undefined),
  connInId: fc.boolean(),
});

/** Attempts of a few ways, so that there are loops. */
const log = fc
  .tuple(fc.array(way, { minLength: 1, maxLength: 4 }), fc.array(attempt, { maxLength: 60, size: 'max' }))
  .map(([ways, attempts]) =>
    attempts.flatMap(({ way: n, ...rest }) => ways.slice(n % ways.length, (n % ways.length) + 1).map((of) => ({ ...of, ...rest }))),
  );

const filter = fc.record({
  outcomes: maybe(fc.uniqueArray(outcome, { maxLength: 3 })),
  cause: maybe(cause),
  device: maybe(device),
  client: maybe(client),
  origin: maybe(origin),
  gateway: maybe(gateway),
  text: maybe(
    fc.oneof(
      words,
      fc.constantFrom('', '7f', '7F', 'aa-', 'aa-1', 'ü', 'ü-', '7f-', 'ADMIN', 'scope', 'conn', 'nobody', 'e\n'),
      fc.string({ maxLength: 3, unit: 'grapheme' }),
    ),
  ),
  from: maybe(at.map((ms) => START_MS + ms)),
  to: maybe(at.map((ms) => START_MS + ms)),
});

type Draft = (typeof log extends fc.Arbitrary<infer T> ? T : never)[number];
const filterOf = (drawn: typeof filter extends fc.Arbitrary<infer T> ? T : never): HandshakeFilter => present(drawn);

function handshakeOf({ atMs, conn, connInId, outcome, gateway, cause, ...rest }: Draft, n: number): NewHandshake {
  const whole = conn === undefined ? undefined : `${conn}-${n}`;
  const id = whole !== undefined && connInId ? `conn-${whole}` : `row-${n}`;
  return sampleHandshake(id, { outcome, gateway, cause, ...present({ ...rest, conn: whole }), at: isoOf(START_MS + atMs) });
}

async function everything(store: Store): Promise<HandshakeView[]> {
  return (await store.handshakes.list({ limit: 5000 })).items;
}

async function allPages(store: Store, ask: Omit<PageAsk, 'before' | 'limit'>, limit: number): Promise<HandshakeView[]> {
  const rows: HandshakeView[] = [];
  let before: string | undefined;
  do {
    const page = await store.handshakes.list({ ...ask, limit, ...(before === undefined ? {} : { before }) });
    rows.push(...page.items);
    before = page.cursor;
  } while (before !== undefined);
  return rows;
}

const keys = (rows: readonly HandshakeView[]) => rows.map((view) => `${view.seq} ${view.gateway} ${view.id}`);

const bounds = (conns: fc.Arbitrary<number>) =>
  fc.record({ few: fc.nat({ max: 6 }), searched: fc.nat({ max: 60 }), conns, scanned: fc.integer({ min: 1, max: 40 }) });
const ENOUGH = fc.constant(1_000);

type Asked = { store: Store; rows: HandshakeView[]; asked: HandshakeFilter; limit: number };

/** Runs `promise` on random logs with random questions, and with bounds so low that every way to search comes in. */
async function forAny(conns: fc.Arbitrary<number>, promise: (asked: Asked) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      log,
      fc.array(filter, { minLength: 1, maxLength: 25, size: 'max' }),
      fc.integer({ min: 1, max: 30 }),
      bounds(conns),
      async (rows, filters, limit, chosen) => {
        const { store, close } = await testStore({ bounds: chosen });
        try {
          await store.handshakes.append(rows.map(handshakeOf));
          const all = await everything(store);
          for (const drawn of filters) await promise({ store, rows: all, asked: filterOf(drawn), limit });
        } finally {
          await close();
        }
      },
    ),
    // All runs count: one cut off by the time is a failure. A failed one is made smaller for so long only, or nobody would hear of it.
    { numRuns: 50, plugins: [fc.interruptAfterTimeLimit(100_000, { failOnInterrupt: true })] },
  );
}

const COLUMNS = new Map<HandshakeOutcome, 'refused' | 'waiting' | 'timedOut' | 'leftEarly' | 'admitted'>([
  ['refused', 'refused'],
  ['waiting', 'waiting'],
  ['timed-out', 'timedOut'],
  ['left-early', 'leftEarly'],
  ['admitted', 'admitted'],
]);

function histogramOf(rows: readonly HandshakeView[], fromMs: number, toMs: number, bucketMs: number): HistogramBucket[] {
  const buckets: HistogramBucket[] = [];
  for (let at = fromMs - (fromMs % bucketMs); at <= toMs; at += bucketMs) {
    const bucket = { at: isoOf(at), refused: 0, waiting: 0, timedOut: 0, leftEarly: 0, admitted: 0 };
    for (const view of rows) {
      const column = COLUMNS.get(view.outcome);
      const ms = Date.parse(view.at);
      if (column && ms >= at && ms < at + bucketMs) bucket[column] += 1;
    }
    buckets.push(bucket);
  }
  return buckets;
}

function countsOf(rows: readonly HandshakeView[], value: (view: HandshakeView) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const view of rows) {
    const found = value(view);
    if (found !== undefined) counts[found] = (counts[found] ?? 0) + 1;
  }
  return counts;
}

const shown = (values: readonly FacetValue[]) => Object.fromEntries(values.map(({ value, count }) => [value, count]));

describe('a filter', () => {
  test('lets through what passes() lets through, in pages of any size', { timeout: 120_000 }, async () => {
    await forAny(fc.nat({ max: 5 }), async ({ store, rows, asked, limit }) => {
      expect(keys(await allPages(store, asked, limit))).toEqual(keys(rows.filter((view) => passes(view, asked))));
    });
  });

  test('folded, shows the newest row of each run that passes, with the whole count', { timeout: 120_000 }, async () => {
    await forAny(ENOUGH, async ({ store, rows, asked, limit }) => {
      const newest = new Map<number, HandshakeView>();
      for (const view of rows) if (passes(view, asked) && !newest.has(view.run.id)) newest.set(view.run.id, view);
      const folded = await allPages(store, { ...asked, fold: true }, limit);
      expect(keys(folded)).toEqual(keys([...newest.values()]));
      const whole = (id: number) => rows.filter((view) => view.run.id === id).length;
      expect(folded.map((view) => view.run.count)).toEqual(folded.map((view) => whole(view.run.id)));
      const [top] = folded;
      if (top === undefined) return;
      const unfolded = await allPages(store, { ...asked, run: top.run.id }, limit);
      expect(keys(unfolded)).toEqual(keys(rows.filter((view) => view.run.id === top.run.id && passes(view, asked))));
    });
  });

  test('counts what passes in the histogram, whatever its buckets', { timeout: 120_000 }, async () => {
    const span = { fromMs: START_MS - 30_000, toMs: START_MS + SPAN_MS };
    await forAny(ENOUGH, async ({ store, rows, asked }) => {
      const passing = rows.filter((view) => passes(view, asked));
      for (const bucketMs of [7_000, 60_000, 600_000]) {
        const expected = histogramOf(passing, span.fromMs, span.toMs, bucketMs);
        expect(await store.handshakes.histogram(asked, { ...span, bucketMs })).toEqual(expected);
      }
    });
  });

  test('leaves in each facet what the other filters let through', { timeout: 120_000 }, async () => {
    await forAny(ENOUGH, async ({ store, rows, asked }) => {
      const { causes, devices, clients, origins } = await store.handshakes.facets(asked);
      const but = (own: keyof HandshakeFilter) => {
        const { [own]: _, ...others } = asked;
        return rows.filter((view) => passes(view, others));
      };
      expect(shown(causes)).toEqual(countsOf(but('cause'), (view) => view.cause));
      expect(shown(devices)).toEqual(countsOf(but('device'), (view) => view.deviceId));
      expect(shown(clients)).toEqual(countsOf(but('client'), (view) => view.clientId));
      expect(shown(origins)).toEqual(countsOf(but('origin'), (view) => view.origin));
      expect(devices.map((one) => one.count)).toEqual(devices.map((one) => one.count).sort((a, b) => b - a));
    });
  });
});
