import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { closeServer, createHttpServer, portOf } from './server.ts';
import { startRig } from './test-rig.ts';

test('a client gets limited time and room for its request, and limited company', () => {
  const server = createHttpServer();
  expect(server.headersTimeout).toBeLessThanOrEqual(15_000);
  expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
  expect(server.maxConnections).toBeLessThanOrEqual(1000);
});

test('until the console is up everybody is told that it starts', async () => {
  const server = createHttpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => closeServer(server, 0));
  const at = (path: string) => fetch(`http://127.0.0.1:${portOf(server)}${path}`);
  const [health, ready, page] = [await at('/healthz'), await at('/readyz'), await at('/')];
  expect([health.status, await health.text()]).toEqual([200, 'ok']);
  expect([ready.status, await ready.text()]).toEqual([503, 'starting']);
  expect([page.status, await page.text()]).toEqual([503, 'starting']);
});

const BARE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': expect.stringContaining("default-src 'none'"),
};

test('headers beyond 16 KiB are refused', async () => {
  const rig = await startRig();
  expect(await rig.ask('/healthz', { headers: { 'X-Large': 'x'.repeat(17_000) } })).toMatchObject({ status: 431, headers: BARE });
});

test('an answer that no route gives carries the headers of all others: while it starts, to a broken request, to a refused upgrade', async () => {
  const server = createHttpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => closeServer(server, 0));
  const starting = await fetch(`http://127.0.0.1:${portOf(server)}/`);
  expect(Object.fromEntries(starting.headers)).toMatchObject(BARE);
  const said = async (request: string) => {
    const socket = connect(portOf(server), '127.0.0.1');
    socket.write(request);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  const unmet = await said('GET / HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\n\r\n');
  expect(unmet).toMatch(/^HTTP\/1.1 417 /);
  expect(unmet).toContain("Content-Security-Policy: default-src 'none'");
  const text = await said('GARBAGE\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1.1 400 /);
  expect(text).toContain("Content-Security-Policy: default-src 'none'");
  expect(text).toContain('X-Frame-Options: DENY');
});

test('closing ends idle connections and lets none in', async () => {
  const server = createHttpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const idle = connect(portOf(server), '127.0.0.1');
  await once(idle, 'connect');
  const gone = once(idle, 'close');
  await closeServer(server, 0);
  await gone;
  expect(server.listening).toBe(false);
});

test('whoever asks and never reads the answer is let go', async () => {
  const server = createHttpServer(undefined, { stillMs: 100 });
  server.removeAllListeners('request');
  server.on('request', (_, response) => response.end('x'.repeat(64 * 1024 * 1024)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => closeServer(server, 0));
  const arrived = once(server, 'connection');
  const socket = connect(portOf(server), '127.0.0.1').pause();
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [served] = await arrived;
  await once(served, 'close');
});
