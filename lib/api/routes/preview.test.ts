import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { API_TOKEN, startRig } from '../../http/test-rig.ts';
import { Problem } from '../../problem.ts';
import type { RecordedCase, RuleInForce } from '../../rules/case.ts';
import { caseOf } from '../../rules/recorded.ts';
import { testStore } from '../../store/test-store.ts';
import { approvable, inForce } from '../../testing/verdict-case.ts';
import { previewFrame } from '../openapi/preview.ts';
import type { PreviewView } from '../rule-shapes.ts';
import { previewRoutes, type WaitingInput } from './preview.ts';

const bearer = { Authorization: `Bearer ${API_TOKEN}` };
const RULE = { name: 'Draft', enabled: true, scopes: ['operator.read', 'operator.write'] };
const DAY_MS = 86_400_000;

const recorded = (n: number, atMs: number): RecordedCase =>
  caseOf(approvable({ now: atMs }), { id: `case-${n}`, atMs, lastAtMs: atMs, times: 1 });

async function* slices(cases: readonly RecordedCase[], size = 500): AsyncGenerator<RecordedCase[]> {
  for (let at = 0; at < cases.length; at += size) yield cases.slice(at, at + size);
}

type Source = Parameters<typeof previewRoutes>[0]['store']['cases'];
const sourceOf = (cases: readonly RecordedCase[]): Source => ({
  each: () => slices(cases),
  countSince: async () => cases.length,
  earliestMs: async () => cases[0]?.atMs,
});

/** Time goes on a second at each look, so that progress is told after every slice. */
function hastyClock() {
  let ms = 0;
  return { nowMs: () => Date.now(), monotonicMs: () => (ms += 1_000) };
}

async function rigOf(app: { rules?: readonly RuleInForce[]; cases?: Source; waiting?: readonly WaitingInput[] }, clock = systemClock()) {
  const rig = await startRig({
    routes: previewRoutes(
      { rulebook: { inForce: () => app.rules ?? [] }, store: { cases: app.cases ?? sourceOf([]) }, waitingInputs: () => app.waiting ?? [] },
      clock,
    ),
  });
  const ask = (body: unknown) => rig.ask('/api/v1/rules/preview', { method: 'POST', headers: bearer, body });
  const frames = async (body: unknown) => {
    const { status, text } = await ask(body);
    expect(status, text).toBe(200);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => previewFrame.parse(JSON.parse(line)));
  };
  const result = async (body: unknown): Promise<PreviewView> => {
    const last = (await frames(body)).at(-1);
    if (!last || !('result' in last)) throw new Error('no result');
    return last.result;
  };
  return { rig, ask, frames, result };
}

test('the recorded requests of a store are tried, and only those of the days asked for', async () => {
  const { store } = await testStore();
  const now = Date.now();
  for (const [n, days] of [1, 6, 20, 80].entries()) await store.cases.put(recorded(n, now - days * DAY_MS));
  const { result } = await rigOf({ cases: store.cases });
  expect(await result({ rule: RULE, days: 7 })).toMatchObject({ looked: 2, approved: 2 });
  expect(await result({ rule: RULE, days: 30 })).toMatchObject({ looked: 3 });
  const long = await result({ rule: RULE, days: 90 });
  expect(long).toMatchObject({ looked: 4 });
  expect(Date.parse(long.since ?? '')).toBe(now - 80 * DAY_MS);
});

test('progress comes before the result, which comes last', async () => {
  const cases = Array.from({ length: 1_200 }, (_, n) => recorded(n, Date.now() - DAY_MS + n));
  const { frames } = await rigOf({ cases: sourceOf(cases) }, hastyClock());
  const all = await frames({ rule: RULE, days: 7 });
  expect(all.slice(0, -1).length).toBeGreaterThan(0);
  for (const frame of all.slice(0, -1)) expect(frame).toMatchObject({ total: 1_200 });
  expect(all.at(-1)).toMatchObject({ result: { looked: 1_200 } });
});

test('what waits now is told with the verdict, and always with the conditions of the draft', async () => {
  const above = inForce({ name: 'above' }, 'above');
  const asked = approvable({ rules: [above] });
  const waiting = [
    { requestId: 'r1', clientId: 'cli', input: asked },
    { requestId: 'r2', displayName: 'other', input: { ...asked, request: { ...asked.request, scopes: ['operator.admin'] } } },
  ];
  const { result } = await rigOf({ rules: [above], waiting });
  const added = await result({ rule: RULE, days: 7 });
  expect(added.waiting).toMatchObject([
    { requestId: 'r1', clientId: 'cli', verdict: { kind: 'approve', rule: 'above', trace: { rule: 'draft', outcome: 'matches' } } },
    { requestId: 'r2', displayName: 'other', verdict: { kind: 'hold', trace: { rule: 'draft', outcome: 'no-match' } } },
  ]);
  const scopes = added.waiting[1]?.verdict.trace?.conditions.find((c) => c.name === 'scopes');
  expect(scopes).toMatchObject({ held: false });
  const changed = await result({ rule: RULE, id: 'above', days: 7 });
  expect(changed.waiting[0]?.verdict).toMatchObject({ kind: 'approve', rule: 'above', ruleName: 'Draft', ruleVersion: 2 });
});

test('what cannot be tried is refused before anything is sent', async () => {
  const { ask } = await rigOf({});
  const codes = async (body: unknown) => (await ask(body)).json;
  expect(await codes({ rule: RULE, id: 'none', days: 7 })).toMatchObject({ code: 'rule-unknown' });
  expect(await codes({ rule: RULE, days: 8 })).toMatchObject({ code: 'input-invalid', field: 'days' });
  expect(await codes({ rule: { ...RULE, scopes: ['operator.all'] }, days: 7 })).toMatchObject({ code: 'input-invalid' });
  expect(await codes({ rule: { ...RULE, expiresAt: '2020-01-01T00:00:00Z' }, days: 7 })).toMatchObject({
    code: 'input-invalid',
    field: 'rule.expiresAt',
  });
  expect(await codes({ rule: RULE, days: 7, extra: 1 })).toMatchObject({ code: 'input-invalid' });
});

test('a record that cannot be read is a problem, never an empty preview', async () => {
  const broken = () => Promise.reject(new Problem('store-unwritable', 'The record cannot be read.'));
  const { ask } = await rigOf({ cases: { ...sourceOf([]), countSince: broken } });
  expect((await ask({ rule: RULE, days: 7 })).json).toMatchObject({ code: 'store-unwritable' });
});

test('a caller that leaves ends its preview, and the next one has its turn', async () => {
  let slicesRead = 0;
  const ended = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const endless: Source = {
    async *each() {
      try {
        for (;;) {
          slicesRead += 1;
          yield [recorded(slicesRead, Date.now())];
          if (slicesRead === 3) begun.resolve();
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        ended.resolve();
      }
    },
    countSince: async () => 1,
    earliestMs: async () => undefined,
  };
  const { rig } = await rigOf({ cases: endless }, hastyClock());
  const call = httpRequest({
    host: '127.0.0.1',
    port: rig.port,
    method: 'POST',
    path: '/api/v1/rules/preview',
    agent: false,
    headers: { Host: `localhost:${rig.port}`, 'Content-Type': 'application/json', ...bearer },
  });
  call.on('error', () => undefined);
  call.end(JSON.stringify({ rule: RULE, days: 7 }));
  await once(call, 'response');
  await begun.promise;
  call.destroy();
  await ended.promise;
});
