// Answers in pieces over real sockets: whole, cut, left, read slowly and not read at all.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import { route, streamed } from './route.ts';
import { API_TOKEN, type Rig, startRig } from './test-rig.ts';

const bearer = { Authorization: `Bearer ${API_TOKEN}` };
const PIECE = `${'x'.repeat(64 * 1024 - 1)}\n`;

/** A streamed route over `pieces`, and what became of its source. */
function watched(pieces: (left: AbortSignal) => AsyncIterable<string>) {
  const ended = Promise.withResolvers<{ aborted: boolean }>();
  const seen = { opened: 0, pulled: 0 };
  const path = route({
    method: 'GET',
    path: '/file',
    access: 'viewer',
    handler: () =>
      streamed({
        type: 'text/plain; charset=utf-8',
        headers: { 'Content-Disposition': 'attachment; filename="rows.txt"' },
        open: async function* (left) {
          seen.opened += 1;
          try {
            for await (const piece of pieces(left)) {
              seen.pulled += 1;
              yield piece;
            }
          } finally {
            ended.resolve({ aborted: left.aborted });
          }
        },
      }),
  });
  return { routes: [path], seen, ended: ended.promise };
}

async function* many(count: number): AsyncGenerator<string> {
  for (let n = 0; n < count; n += 1) yield PIECE;
}

async function* thenFails(error: unknown, count: number): AsyncGenerator<string> {
  yield* many(count);
  throw error;
}

/** Asks for the file and answers the response with nothing read yet. */
function opened(rig: Rig, headers: Record<string, string> = bearer): Promise<{ response: IncomingMessage; leave: () => void }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      host: '127.0.0.1',
      port: rig.port,
      path: '/api/v1/file',
      agent: false,
      headers: { Host: `localhost:${rig.port}`, ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => resolve({ response, leave: () => sent.destroy() }));
    sent.end();
  });
}

describe('an answer in pieces', () => {
  test('arrives whole, under its name, and is kept by no cache', async () => {
    const { routes, ended } = watched(() => many(40));
    const rig = await startRig({ routes });
    const answer = await rig.ask('/api/v1/file', { headers: bearer });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': 'attachment; filename="rows.txt"',
        'cache-control': 'no-store',
        'transfer-encoding': 'chunked',
        'x-content-type-options': 'nosniff',
      },
    });
    expect(answer.text).toBe(PIECE.repeat(40));
    await ended;
  });

  test('is compressed for who takes that', async () => {
    const rig = await startRig({ routes: watched(() => many(40)).routes });
    const answer = await rig.ask('/api/v1/file', { headers: { ...bearer, 'Accept-Encoding': 'gzip' } });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(answer.text).toBe(PIECE.repeat(40));
  });

  test('without any piece is an empty file', async () => {
    const rig = await startRig({ routes: watched(() => many(0)).routes });
    expect(await rig.ask('/api/v1/file', { headers: bearer })).toMatchObject({ status: 200, text: '' });
  });

  test('is not begun for HEAD, which gets the same head', async () => {
    const { routes, seen } = watched(() => many(1));
    const rig = await startRig({ routes });
    const answer = await rig.ask('/api/v1/file', { method: 'HEAD', headers: bearer });
    expect(answer).toMatchObject({ status: 200, text: '', headers: { 'content-disposition': 'attachment; filename="rows.txt"' } });
    expect(seen.opened).toBe(0);
  });

  test('is not begun for nobody', async () => {
    const { routes, seen } = watched(() => many(1));
    const rig = await startRig({ routes });
    expect((await rig.ask('/api/v1/file')).status).toBe(401);
    expect(seen.opened).toBe(0);
  });
});

describe('a source that fails', () => {
  test('before its first piece is answered as the problem it is, and not as a file', async () => {
    const { routes } = watched(() => thenFails(new Problem('store-unwritable', 'The disk is gone.'), 0));
    const rig = await startRig({ routes });
    const answer = await rig.ask('/api/v1/file', { headers: bearer });
    expect(answer).toMatchObject({ status: 503, json: { code: 'store-unwritable', detail: 'The disk is gone.' } });
    expect(answer.headers).not.toHaveProperty('content-disposition');
  });

  test.each(['identity', 'gzip'])('later cuts the connection, so that the file does not look whole (%s)', async (encoding) => {
    const { routes } = watched(() => thenFails(new Problem('store-unwritable', 'The disk is gone.'), 3));
    const rig = await startRig({ routes });
    await expect(rig.ask('/api/v1/file', { headers: { ...bearer, 'Accept-Encoding': encoding } })).rejects.toThrow();
    await expect.poll(() => rig.logged.map(({ text }) => text)).toContain('an answer was cut off after it had begun');
  });

  test('later resets the connection of a reader of HTTP/1.0, who knows a whole file by nothing else', async () => {
    const { routes } = watched(() => thenFails(new Error('the source broke'), 3));
    const rig = await startRig({ routes });
    const socket = connect(rig.port, '127.0.0.1');
    const failed = once(socket, 'error');
    socket.resume();
    socket.write(`GET /api/v1/file HTTP/1.0\r\nHost: localhost:${rig.port}\r\nAuthorization: Bearer ${API_TOKEN}\r\n\r\n`);
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a reader', () => {
  test('who leaves in the middle ends the source', async () => {
    const { routes, seen, ended } = watched(() => many(1_000_000));
    const rig = await startRig({ routes });
    const { response, leave } = await opened(rig);
    response.on('error', () => undefined);
    await once(response, 'data');
    leave();
    expect(await ended).toEqual({ aborted: true });
    expect(seen.pulled).toBeLessThan(1000);
    expect(rig.logged).toEqual([]);
  });

  test('who leaves before anything was found ends the search', async () => {
    const searching = Promise.withResolvers<void>();
    const { routes, ended } = watched(async function* (left) {
      searching.resolve();
      if (!left.aborted) await once(left, 'abort');
      yield 'too late';
    });
    const rig = await startRig({ routes });
    const socket = connect(rig.port, '127.0.0.1');
    socket.write(`GET /api/v1/file HTTP/1.1\r\nHost: localhost:${rig.port}\r\nAuthorization: Bearer ${API_TOKEN}\r\n\r\n`);
    await searching.promise;
    socket.destroy();
    expect(await ended).toEqual({ aborted: true });
  });

  test('who reads slowly gets everything, and the source never runs far ahead', async () => {
    const pieces = 1500;
    const { routes, seen } = watched(() => many(pieces));
    const rig = await startRig({ routes });
    const { response } = await opened(rig);
    let bytes = 0;
    let ahead = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      ahead = Math.max(ahead, seen.pulled - Math.floor(bytes / PIECE.length));
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bytes).toBe(pieces * PIECE.length);
    // What the two sockets hold, some megabytes of the 94; never the file.
    expect(ahead).toBeLessThan(pieces / 4);
  });

  test('who reads nothing any more loses the place', async () => {
    const { routes, seen, ended } = watched(() => many(1_000_000));
    const rig = await startRig({ routes, stallMs: 100 });
    const { response } = await opened(rig);
    response.on('error', () => undefined);
    response.pause();
    expect(await ended).toEqual({ aborted: true });
    expect(seen.pulled).toBeLessThan(1000);
  });

  test('waits through a long search although nothing comes', async () => {
    const { routes } = watched(async function* () {
      yield 'first\n';
      // Longer than a reader may stall: the timer of the connection fires twice meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 150));
      yield 'last\n';
    });
    const rig = await startRig({ routes, stallMs: 50 });
    expect((await rig.ask('/api/v1/file', { headers: bearer })).text).toBe('first\nlast\n');
  });

  test('whose session ends is cut off', async () => {
    const { routes, ended } = watched(() => many(1_000_000));
    const rig = await startRig({ routes });
    const person = await rig.signIn();
    const { response } = await opened(rig, person.headers);
    const failed = once(response, 'error');
    response.resume();
    expect((await rig.ask('/api/v1/session', { method: 'DELETE', headers: person.writeHeaders })).status).toBe(204);
    await failed;
    expect(await ended).toEqual({ aborted: true });
  });
});

test('a query field that comes twice is refused by name', async () => {
  const list = route({
    method: 'GET',
    path: '/list',
    access: 'viewer',
    query: z.object({ device: z.string().optional() }),
    handler: ({ query }) => query,
  });
  const rig = await startRig({ routes: [list] });
  expect(await rig.ask('/api/v1/list?device=a&device=b', { headers: bearer })).toMatchObject({
    status: 400,
    json: { code: 'input-invalid', field: 'device' },
  });
});
