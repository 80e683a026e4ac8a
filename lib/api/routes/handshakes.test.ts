// The handshake log over real HTTP and a real store: what may be asked, and that answers hold what was asked for and nothing else.
import { describe, expect, test } from 'vitest';
import type { NewHandshake } from '../../handshakes/attempt.ts';
import { API_TOKEN, startRig } from '../../http/test-rig.ts';
import { Problem } from '../../problem.ts';
import { testStore } from '../../store/test-store.ts';
import { ANSWERS } from '../openapi/schemas.ts';
import { handshakeRoutes } from './handshakes.ts';

const bearer = { Authorization: `Bearer ${API_TOKEN}` };
const NOW = Date.parse('2026-11-22T16:40:31.218Z');
const MINUTE_MS = 60_000;

/** A refusal `agoMs` before now. Its evidence holds what must stay behind the door of one row. */
const refusal = (n: number, agoMs: number, over: Partial<NewHandshake> = {}): NewHandshake => ({
  id: `row-${n}`,
  gateway: 'this-host',
  at: new Date(NOW - agoMs).toISOString(),
  outcome: 'refused',
  cause: 'unauthorized/token_mismatch',
  title: 'Wrong token',
  clientId: 'cli',
  deviceId: 'a'.repeat(64),
  evidence: { facts: { userAgent: 'agent-words' }, timeline: [], raw: ['{"token":"evidence-words"}'] },
  ...over,
});

async function rigWith(rows: readonly NewHandshake[]) {
  const { store } = await testStore();
  for (let start = 0; start < rows.length; start += 1000) await store.handshakes.append(rows.slice(start, start + 1000));
  const app = {
    store,
    freshness: () => ({ state: 'live' }) as const,
    deviceNames: () => () => undefined,
    handshake: () => Promise.reject(new Problem('handshake-unknown')),
  };
  const rig = await startRig({ routes: handshakeRoutes(app, { nowMs: () => NOW }) });
  const ask = (query: string) => rig.ask(`/api/v1/handshakes${query}`, { headers: bearer });
  const idsOf = async (query: string) => ANSWERS.HandshakePage.parse((await ask(query)).json).items.map(({ id }) => id);
  const exportedIds = async (query: string) =>
    (await ask(`/export${query}`)).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ANSWERS.HandshakeView.parse(JSON.parse(line)).id);
  return { store, rig, ask, idsOf, exportedIds };
}

const ROWS = [
  refusal(0, 1000, { clientId: 'web', browserOrigin: 'https://Evil.example', origin: 'proxied' }),
  refusal(1, 2000, { outcome: 'waiting', cause: 'pairing-required/scope-upgrade', title: 'Needs more scopes' }),
  refusal(2, 3000, { gateway: 'other', deviceId: 'b'.repeat(64) }),
  refusal(3, 120_000, { outcome: 'note', cause: 'token-revoked', title: 'Token revoked' }),
];

describe('each filter means the same in the list, in the file and in what can be chosen', () => {
  test.each([
    ['gateway=other', ['row-2']],
    ['outcome=waiting', ['row-1']],
    ['outcome=waiting,note', ['row-1', 'row-3']],
    ['cause=token-revoked', ['row-3']],
    [`device=${'b'.repeat(64)}`, ['row-2']],
    ['client=web', ['row-0']],
    ['origin=proxied', ['row-0']],
    ['text=eVIL.ex', ['row-0']],
    ['text=', ['row-0', 'row-1', 'row-2', 'row-3']],
    ['from=2026-11-22T16:40:00Z', ['row-0', 'row-1', 'row-2']],
    ['to=2026-11-22T17:40:00%2B01:00', ['row-3']],
    ['outcome=refused&gateway=this-host', ['row-0']],
  ])('%s', async (filter, ids) => {
    const { ask, idsOf, exportedIds } = await rigWith(ROWS);
    expect(await idsOf(`?${filter}`)).toEqual(ids);
    expect(await exportedIds(`?${filter}`)).toEqual(ids);
    expect(ANSWERS.FacetsView.safeParse((await ask(`/facets?${filter}`)).json).success).toBe(true);
  });
});

describe('a question that is not understood is refused by the name of its field, and answers no rows', () => {
  test.each([
    ['?outcome=lost', 'outcome'],
    ['?outcome=', 'outcome'],
    ['?outcome=refused,', 'outcome'],
    ['?outcome=refused,refused%0Anote', 'outcome'],
    ['?from=yesterday', 'from'],
    ['?from=1763829600000', 'from'],
    ['?to=2026-02-30T00:00:00Z', 'to'],
    ['/histogram?to=0000-01-01T00:00:00Z', 'to'],
    ['/histogram?from=9999-12-31T00:00:00Z', 'from'],
    ['?from=2026-11-22T16:40:00Z&to=2026-11-22T16:39:59Z', 'from'],
    [`?text=${'x'.repeat(201)}`, 'text'],
    ['?origin=moon', 'origin'],
    ['?before=12345678901234567', 'before'],
    ['?before=-1', 'before'],
    ['?run=x', 'run'],
    ['?fold=2', 'fold'],
    ['?limit=1001', 'limit'],
    ['?limit=1e9', 'limit'],
    ['?divice=x', 'divice'],
    ['?device=x&device=y', 'device'],
    ['/histogram?buckets=0', 'buckets'],
    ['/histogram?buckets=401', 'buckets'],
    ['/histogram?from=2026-10-01T00:00:00Z', 'from'],
    ['/histogram?limit=5', 'limit'],
    ['/export?format=xml', 'format'],
    ['/export?outcom=refused', 'outcom'],
    ['/export?limit=5', 'limit'],
  ])('%s', async (question, field) => {
    const { ask } = await rigWith([]);
    const answer = await ask(question);
    expect(answer).toMatchObject({ status: 400, json: { code: 'input-invalid', field } });
    expect(answer.headers).not.toHaveProperty('content-disposition');
  });
});

describe('the list', () => {
  test('goes back page by page without a row lost or doubled', async () => {
    const { ask, idsOf } = await rigWith(Array.from({ length: 60 }, (_, n) => refusal(n, n * MINUTE_MS)));
    const got: string[] = [];
    let before: string | undefined;
    do {
      const page = ANSWERS.HandshakePage.parse((await ask(`?limit=7${before ? `&before=${before}` : ''}`)).json);
      got.push(...page.items.map(({ id }) => id));
      before = page.cursor;
    } while (before !== undefined);
    expect(got).toEqual(await idsOf('?limit=1000'));
    expect(got).toHaveLength(60);
  });

  test('folds a loop into its newest attempt, with the whole count, and unfolds it', async () => {
    const loop = Array.from({ length: 30 }, (_, n) => refusal(n, n * 1000));
    const { ask, idsOf } = await rigWith(loop.toReversed());
    const { items } = ANSWERS.HandshakePage.parse((await ask('?fold=1')).json);
    expect(items).toMatchObject([{ id: 'row-0', run: { count: 30 } }]);
    expect(await idsOf(`?run=${items[0]?.run.id}`)).toEqual(loop.map(({ id }) => id));
    expect(await idsOf('?fold=0')).toHaveLength(30);
  });
});

describe('the histogram', () => {
  test('has every bucket of the last hour, empty ones too, and counts by outcome', async () => {
    const { ask } = await rigWith([...ROWS, refusal(9, 2 * 60 * MINUTE_MS)]);
    const { from, to, bucketMs, buckets } = ANSWERS.HistogramView.parse((await ask('/histogram')).json);
    expect({ from, to, bucketMs }).toEqual({ from: '2026-11-22T15:40:00.000Z', to: '2026-11-22T16:41:00.000Z', bucketMs: MINUTE_MS });
    expect(buckets.map(({ at }) => Date.parse(at))).toEqual(Array.from({ length: 61 }, (_, n) => Date.parse(from) + n * MINUTE_MS));
    expect(buckets.at(-1)).toMatchObject({ refused: 2, waiting: 1, timedOut: 0, leftEarly: 0, admitted: 0 });
    expect(buckets.reduce((sum, { refused }) => sum + refused, 0)).toBe(2);
  });

  test('counts only what the filters let through', async () => {
    const { ask } = await rigWith(ROWS);
    const { buckets } = ANSWERS.HistogramView.parse((await ask('/histogram?client=web&buckets=1')).json);
    expect(buckets.reduce((sum, bucket) => sum + bucket.refused + bucket.waiting, 0)).toBe(1);
  });
});

describe('the file', () => {
  test('holds all rows however many, newest first, and none that came while it was written', async () => {
    const { store, exportedIds } = await rigWith(Array.from({ length: 5000 }, (_, n) => refusal(n, 10_000 + n * 10)));
    const [ids] = await Promise.all([
      exportedIds(''),
      (async () => {
        for (let n = 0; n < 20; n += 1) await store.handshakes.append([refusal(100_000 + n, -n)]);
      })(),
    ]);
    const old = ids.filter((id) => Number(id.slice(4)) < 100_000);
    expect(old).toEqual(Array.from({ length: 5000 }, (_, n) => `row-${n}`));
    // What was stored before the first page was read may be there, at the top and nowhere else.
    expect(ids.slice(0, ids.length - 5000).every((id) => Number(id.slice(4)) >= 100_000)).toBe(true);
  });

  test.each(['jsonl', 'csv'])('holds nothing of the evidence behind a row (%s)', async (format) => {
    const { ask } = await rigWith(ROWS);
    const { text } = await ask(`/export?format=${format}`);
    expect(text).toContain('row-0');
    expect(text).not.toMatch(/evidence-words|agent-words|"raw"|"evidence"/);
  });

  test('keeps what a caller wrote inert in CSV', async () => {
    const { ask } = await rigWith([refusal(0, 1000, { host: '=cmd|calc', browserOrigin: 'https://a.example\u202e' })]);
    const { text } = await ask('/export?format=csv');
    expect(text).toContain(",'=cmd|calc,");
    expect(text).toContain(',https://a.example\\u202e,');
  });
});

test('a row that is not there is a problem, and so is any method but reading', async () => {
  const { ask, rig } = await rigWith([]);
  expect(await ask('/this-host/never')).toMatchObject({ status: 404, json: { code: 'handshake-unknown' } });
  expect(await rig.ask('/api/v1/handshakes/export', { method: 'POST', headers: bearer, body: {} })).toMatchObject({ status: 405 });
});
