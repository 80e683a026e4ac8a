// A draft of a rule over 100,000 recorded requests: read from the store and judged, apart and together, and how long others wait meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import type { RecordedCase, RuleInForce } from '../lib/rules/case.ts';
import { preview } from '../lib/rules/preview.ts';
import { caseOf } from '../lib/rules/recorded.ts';
import { openStore, type Store } from '../lib/store/open.ts';
import { approvable, inForce, judgedOrigin } from '../lib/testing/verdict-case.ts';
import type { Figure, Measurement } from './figures.ts';

const CASES = 100_000;
const ROUNDS = 10;
const DAYS = 90;
const DAY_MS = 86_400_000;
const BATCH = 1_000;
const COMMAND = 'npm run bench -- preview';

const WISHES = [['operator.read'], ['operator.write'], ['operator.read', 'operator.write'], ['operator.admin'], ['operator.approvals']];
const NAMES = ['Ann’s laptop', 'build agent', 'nightly', 'kitchen tablet'];

/** Every request is another device's with words of its own, so that a reader can take nothing as known: the worst that can be. */
function recorded(n: number, nowMs: number): RecordedCase {
  const kind = n % 3 === 0 ? 'loopback' : 'host-key';
  const atMs = nowMs - DAYS * DAY_MS + Math.floor((n / CASES) * DAYS * DAY_MS);
  const base = approvable({ judgement: judgedOrigin(kind), now: atMs });
  const unknown = n % 5 === 0;
  const input = {
    ...base,
    request: {
      ...base.request,
      gateway: n % 7 === 0 ? 'second' : 'local',
      deviceId: n.toString(16).padStart(64, 'a'),
      displayName: `${NAMES[n % NAMES.length]} ${n}`,
      scopes: WISHES[n % WISHES.length] ?? [],
      paired: { roles: ['operator'], scopes: ['operator.read'], createdAtMs: atMs - (n % 40) * 3_600_000 },
    },
    judgement: unknown
      ? {
          ...base.judgement,
          origin: 'unknown' as const,
          assurance: undefined,
          facts: base.judgement.facts.map((f, at) =>
            at % 3 === 1 ? { name: f.name, text: `What is missing of attempt ${n}: not seen in time.` } : f,
          ),
        }
      : base.judgement,
  };
  const what = (['approved', 'rejected', 'unanswered'] as const)[n % 101 === 0 ? 1 : n % 3 === 0 ? 2 : 0];
  const outcome = {
    what,
    by: what === 'unanswered' ? ('elsewhere' as const) : ('person' as const),
    atMs: atMs + 20_000,
    decisionId: `d${n}`,
  };
  return caseOf(input, { id: `case-${n}`, atMs, lastAtMs: atMs + 5_000, times: 1 + (n % 9), outcome });
}

async function fill(store: Store, nowMs: number): Promise<void> {
  for (let start = 0; start < CASES; start += BATCH)
    await store.transaction(async ({ cases }) => {
      for (let n = start; n < start + BATCH; n += 1) await cases.put(recorded(n, nowMs));
    });
}

/** Rules that each look at a few things and match little, as a grown rulebook has them. */
const rulesOf = (count: number): RuleInForce[] =>
  Array.from({ length: count }, (_, n) =>
    inForce(
      { name: `rule ${n}`, origin: n % 2 === 0 ? 'host-key' : 'loopback', deviceId: n.toString(16).padStart(64, 'f'), pairedForHours: 24 },
      `rule-${n}`,
    ),
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** How long the event loop had no time for others while `work` ran: each stretch. */
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

async function* sliced(cases: readonly RecordedCase[]): AsyncGenerator<readonly RecordedCase[]> {
  for (let start = 0; start < cases.length; start += 500) yield cases.slice(start, start + 500);
}

/** What the rule form asks for while a rule is written. */
export const previewFigures: Measurement = {
  name: 'preview',
  async take(say) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
    const store = await openStore({ folder, clock: systemClock() });
    const nowMs = Date.now();
    const draft = inForce({ name: 'draft', origin: 'host-key', pairedForHours: 12, maxPerHour: 60, coolOffMinutes: 5 }, 'draft');
    const figures: Figure[] = [];
    const figure = (what: string, samples: number[], goal?: Figure['goal']) =>
      figures.push({
        what: `preview, ${what}`,
        unit: 'ms',
        samples,
        command: COMMAND,
        load: loadavg()[0] ?? 0,
        ...(goal === undefined ? {} : { goal }),
      });
    const whole = (cases: AsyncIterable<readonly RecordedCase[]>, rules: readonly RuleInForce[]) =>
      preview({ cases, rules, draft, days: DAYS, nowMs, total: CASES, onProgress: () => undefined });
    const rounds = async (work: () => Promise<unknown>) => {
      const samples: number[] = [];
      for (let n = 0; n < ROUNDS; n += 1) samples.push(await timed(work));
      return samples;
    };
    try {
      say(`stores ${CASES} requests ...`);
      await fill(store, nowMs);
      const view = await whole(store.cases.each(0), rulesOf(10));
      say(`${view.looked} looked at, ${view.approved} approved, ${view.left} left, ${view.personRejected} that a person had rejected`);
      if (view.looked !== CASES || view.approved === 0) throw new Error('the preview did not look at everything');
      const goal = { p95: 1_000, text: '< 1 s' };
      figure('100,000 requests read and judged, 11 rules', await rounds(() => whole(store.cases.each(0), rulesOf(10))), goal);
      figure('100,000 requests read and judged, 201 rules', await rounds(() => whole(store.cases.each(0), rulesOf(200))));
      figure('longest time others wait meanwhile', [Math.max(...(await stretches(() => whole(store.cases.each(0), rulesOf(10)))))]);
      figure(
        '100,000 requests read',
        await rounds(async () => {
          for await (const _ of store.cases.each(0));
        }),
      );
      const all: RecordedCase[] = [];
      for await (const slice of store.cases.each(0)) all.push(...slice);
      figure('100,000 requests judged, 11 rules', await rounds(() => whole(sliced(all), rulesOf(10))));
      figure('100,000 requests judged, 201 rules', await rounds(() => whole(sliced(all), rulesOf(200))));
      return figures;
    } finally {
      await store.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
