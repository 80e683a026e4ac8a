import { expect, test } from 'vitest';
import type { CaseOutcome, RecordedCase } from '../rules/case.ts';
import { caseOf } from '../rules/recorded.ts';
import { approvable, judgedOrigin } from '../testing/verdict-case.ts';
import { sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-01T00:00:00.000Z');

const sample = (id: string, atMs: number, over: Partial<RecordedCase> = {}): RecordedCase => ({
  ...caseOf(approvable(), { id, atMs, lastAtMs: atMs + 1_000, times: 1 }),
  ...over,
});

const people = (what: CaseOutcome['what'], atMs: number, by: CaseOutcome['by'] = 'person'): CaseOutcome => ({ what, by, atMs });

async function scene() {
  const { store, ...rest } = await testStore();
  const all = async (since = 0) => {
    const out: RecordedCase[] = [];
    for await (const slice of store.cases.each(since)) out.push(...slice);
    return out;
  };
  return { store, all, ...rest };
}

test('a case comes back as it was written', async () => {
  const { store, all } = await scene();
  const { request, judgement } = approvable();
  const cases = [
    sample('plain', START),
    sample('bare', START + 1, { request: { ...request, paired: undefined, displayName: undefined, clientId: undefined } }),
    sample('undated', START + 2, { request: { ...request, paired: { roles: ['operator'], scopes: [] } } }),
    sample('new', START + 3, { judgement: { ...judgedOrigin('loopback'), newcomer: { proven: true, text: 'proven' }, facts: [] } }),
    sample('doubtful', START + 4, {
      judgement: {
        ...judgement,
        alarm: 'used elsewhere',
        facts: [
          { name: 'peer', held: false, text: 'another user' },
          { name: 'canary', text: 'not seen' },
        ],
      },
    }),
    sample('closed', START + 5, { outcome: { ...people('rejected', START + 9), decisionId: 'd', ruleId: 'r' }, times: 7 }),
  ];
  for (const c of cases) await store.cases.put(c);
  expect(await all()).toEqual(cases);
});

test('writing a case again replaces it and keeps its place', async () => {
  const { store, all } = await scene();
  await store.cases.put(sample('a', START));
  await store.cases.put(sample('b', START));
  await store.cases.put(sample('a', START, { times: 4, sameUser: true }));
  expect((await all()).map((c) => [c.id, c.times, c.sameUser])).toEqual([
    ['a', 4, true],
    ['b', 1, false],
  ]);
});

test('cases are read oldest first, whatever the order of writing, in slices, from a time on', async () => {
  const { store, all } = await scene();
  const order = Array.from({ length: 1_203 }, (_, n) => (n * 7) % 1_203);
  await store.transaction(async ({ cases }) => {
    for (const n of order) await cases.put(sample(`case-${n}`, START + Math.floor(n / 3)));
  });
  const slices: number[] = [];
  for await (const slice of store.cases.each(0)) slices.push(slice.length);
  expect(slices).toEqual([500, 500, 203]);
  const times = (await all()).map((c) => c.atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set((await all()).map((c) => c.id)).size).toBe(1_203);
  expect(await all(START + 400)).toHaveLength(3);
  expect(await store.cases.countSince(START + 400)).toBe(3);
  expect(await store.cases.earliestMs()).toBe(START);
});

test('without a case there is no beginning', async () => {
  const { store, all } = await scene();
  expect(await all()).toEqual([]);
  expect(await store.cases.earliestMs()).toBeUndefined();
});

test('a case is open until its outcome is written', async () => {
  const { store, all } = await scene();
  await store.cases.put(sample('a', START));
  await store.cases.put(sample('b', START, { request: { ...approvable().request, gateway: 'other' } }));
  expect((await store.cases.open('local')).map((c) => c.id)).toEqual(['a']);
  await store.cases.close('a', people('approved', START + 5));
  await store.cases.close('none', people('approved', START + 5));
  expect(await store.cases.open('local')).toEqual([]);
  expect((await all())[0]?.outcome).toEqual(people('approved', START + 5));
});

test('other work gets its turn while all cases are read', async () => {
  const { store } = await scene();
  await store.transaction(async ({ cases }) => {
    for (let n = 0; n < 1_600; n += 1) await cases.put(sample(`case-${n}`, START + n));
  });
  let wroteAt = -1;
  let slices = 0;
  for await (const _ of store.cases.each(0)) {
    slices += 1;
    if (slices === 1) void store.decisions.begin(sampleDecision()).then(() => (wroteAt = slices));
  }
  expect(wroteAt).toBeGreaterThan(0);
  expect(wroteAt).toBeLessThan(slices);
});

test('what is too old or too much is forgotten, with what rules said of it and its texts', async () => {
  const { store, all } = await scene();
  const now = START + 100 * DAY_MS;
  const ages = [95, 91, 89, 50, 2, 1];
  for (const age of ages) {
    const request = { ...approvable().request, clientId: `client-${age}` };
    await store.cases.put(sample(`old-${age}`, now - age * DAY_MS, { request, outcome: people('approved', now) }));
    await store.ruleCalls.replace(`old-${age}`, [
      { caseId: `old-${age}`, ruleId: 'r', version: 1, atMs: now, would: 'approve', shadow: true },
    ]);
  }
  expect(await store.ruleCalls.agreementOf('r')).toMatchObject({ decided: 6 });
  await store.cases.prune({ maxAgeMs: 90 * DAY_MS, maxRows: 100 }, now);
  expect((await all()).map((c) => c.id)).toEqual(['old-89', 'old-50', 'old-2', 'old-1']);
  await store.cases.prune({ maxAgeMs: 90 * DAY_MS, maxRows: 3 }, now);
  expect((await all()).map((c) => [c.id, c.request.clientId])).toEqual([
    ['old-50', 'client-50'],
    ['old-2', 'client-2'],
    ['old-1', 'client-1'],
  ]);
  expect(await store.ruleCalls.agreementOf('r')).toMatchObject({ decided: 3 });
});

test('forgetting more than one step at once keeps exactly the newest, and ends when told to', async () => {
  const { store, all } = await scene();
  await store.transaction(async ({ cases }) => {
    for (let n = 0; n < 1_300; n += 1) await cases.put(sample(`case-${n}`, START + n));
  });
  const left = new AbortController();
  left.abort();
  await store.cases.prune({ maxAgeMs: DAY_MS, maxRows: 10 }, START, left.signal);
  expect(await store.cases.countSince(0)).toBe(1_300);
  await store.cases.prune({ maxAgeMs: DAY_MS, maxRows: 10 }, START);
  expect((await all()).map((c) => c.id)).toEqual(Array.from({ length: 10 }, (_, n) => `case-${1_290 + n}`));
});
