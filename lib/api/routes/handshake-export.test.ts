// Exports over real HTTP: complete, filtered, few at once, and never a cut file that looks whole.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { csvLine, jsonLine } from '../../handshakes/export.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { route } from '../../http/route.ts';
import { API_TOKEN, startRig } from '../../http/test-rig.ts';
import { Problem } from '../../problem.ts';
import type { HandshakeView } from '../shapes.ts';
import { createHandshakeExports, type ExportFormat } from './handshake-export.ts';

const bearer = { Authorization: `Bearer ${API_TOKEN}` };
const AT_MS = Date.parse('2026-11-22T16:40:31.218Z');

const view = (n: number): HandshakeView => ({
  id: `row-${n}`,
  seq: AT_MS * 4096 - n,
  gateway: 'this-host',
  at: new Date(AT_MS - n).toISOString(),
  outcome: 'refused',
  cause: 'pairing-required/scope-upgrade',
  title: 'Needs more scopes',
  deviceName: `=cmd ${n}`,
  run: { id: 1, count: n + 1, firstAt: new Date(AT_MS - n).toISOString() },
});

const views = (count: number) => Array.from({ length: count }, (_, n) => view(n));

async function rigOf(each: (filter: HandshakeFilter) => AsyncIterable<HandshakeView[]>) {
  const exported = createHandshakeExports({ each, clock: { nowMs: () => AT_MS } });
  const path = (format: ExportFormat) =>
    route({ method: 'GET', path: `/${format}`, access: 'viewer', handler: () => exported(format, { cause: 'x' }) });
  return startRig({ routes: [path('jsonl'), path('csv')] });
}

/** An export that was begun and is not read on. */
function held(rig: Awaited<ReturnType<typeof rigOf>>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: rig.port, path: '/api/v1/jsonl', agent: false, headers: { Host: `localhost:${rig.port}`, ...bearer } })
      .on('response', (response) => resolve(response.on('error', () => undefined)))
      .on('error', reject);
  });
}

describe('an export', () => {
  test('holds every row of every slice, in order, empty slices of a long search included', async () => {
    const rows = views(1200);
    const rig = await rigOf(async function* () {
      yield [];
      yield rows.slice(0, 700);
      yield [];
      yield rows.slice(700);
      yield [];
    });
    const jsonl = await rig.ask('/api/v1/jsonl', { headers: bearer });
    expect(jsonl.text).toBe(rows.map(jsonLine).join(''));
    expect(jsonl.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="gatehouse-handshakes-2026-11-22T16-40.jsonl"',
      'cache-control': 'no-store',
    });
    const csv = await rig.ask('/api/v1/csv', { headers: bearer });
    expect(csv.text.split('\r\n', 1)[0]).toMatch(/^at,outcome,cause,title,gateway,/);
    expect(csv.text.slice(csv.text.indexOf('\r\n') + 2)).toBe(rows.map(csvLine).join(''));
  });

  test('of nothing is an empty file, in CSV the names of the columns', async () => {
    const rig = await rigOf(async function* () {});
    expect(await rig.ask('/api/v1/jsonl', { headers: bearer })).toMatchObject({ status: 200, text: '' });
    expect((await rig.ask('/api/v1/csv', { headers: bearer })).text).toMatch(/^at,.*,seq\r\n$/);
  });

  test.each(['jsonl', 'csv'])('whose store cannot be read is a problem and no %s file', async (format) => {
    const rig = await rigOf(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Problem('store-unwritable')) }),
    }));
    expect(await rig.ask(`/api/v1/${format}`, { headers: bearer })).toMatchObject({ status: 503, json: { code: 'store-unwritable' } });
  });

  test('whose store fails in the middle is cut off', async () => {
    const rig = await rigOf(async function* () {
      yield views(600);
      throw new Problem('store-unwritable');
    });
    await expect(rig.ask('/api/v1/csv', { headers: bearer })).rejects.toThrow();
  });

  test('is asked for with the filter that was asked', async () => {
    const asked: HandshakeFilter[] = [];
    const rig = await rigOf(async function* (filter) {
      asked.push(filter);
      yield views(1);
    });
    await rig.ask('/api/v1/jsonl', { headers: bearer });
    expect(asked).toEqual([{ cause: 'x' }]);
  });
});

describe('exports at once', () => {
  async function* endless(): AsyncGenerator<HandshakeView[]> {
    for (;;) yield views(500);
  }

  test('are two: a third is told when to come back, and let in when one has left', async () => {
    const rig = await rigOf(endless);
    const [first, second] = await Promise.all([held(rig), held(rig)]);
    const third = await rig.ask('/api/v1/jsonl', { headers: bearer });
    expect(third).toMatchObject({ status: 429, headers: { 'retry-after': '10' }, json: { code: 'export-busy' } });
    expect(third.headers).not.toHaveProperty('content-disposition');
    first.destroy();
    let next: IncomingMessage | undefined;
    await expect
      .poll(async () => {
        next = await held(rig);
        return next.statusCode;
      })
      .toBe(200);
    second.destroy();
    next?.destroy();
  });

  test('give their place back when the store fails', async () => {
    const rig = await rigOf(async function* () {
      yield* [];
      throw new Problem('store-unwritable');
    });
    for (let n = 0; n < 5; n += 1) expect((await rig.ask('/api/v1/jsonl', { headers: bearer })).status).toBe(503);
  });

  test('leave room for other answers: one that nobody reads on holds nobody up', async () => {
    const rig = await rigOf(endless);
    const running = await Promise.all([held(rig), held(rig)]);
    for (const response of running) response.resume();
    expect((await rig.ask('/healthz')).status).toBe(200);
    for (const response of running) {
      response.destroy();
      if (!response.closed) await once(response, 'close');
    }
  });
});
