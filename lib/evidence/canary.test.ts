// The canary against a real socket and a real file: only its own record, whole and from its own connection, proves that the log runs.
import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemClock } from '#lib/clock.ts';
import { createLogWindow } from '#lib/handshakes/log-window.ts';
import { openRawLog } from '#lib/handshakes/raw-log.ts';
import { type CloseRecord, parseLogLine } from '#lib/handshakes/records.ts';
import { createPracticeGateway } from '#lib/practice/gateway.ts';
import { testFolder } from '#lib/testing/folders.ts';
import { closeLine, uuid } from '#lib/testing/log-lines.ts';
import { createCanaryMarks, flyCanary } from './canary.ts';

const newKey = () => createSecretKey(randomBytes(32));
const marks = createCanaryMarks(newKey());

type Written = { frameId: string; remotePort: number; port: number; file: string };
const record = ({ frameId, remotePort, port }: Written, object: Record<string, unknown> = {}) =>
  closeLine({ at: Date.now(), conn: uuid(1), port, remotePort, object: { cause: 'invalid-handshake', frameId, ...object } });

/** A gateway that writes into a file what the test says, and closes. */
async function gatewayThat(write: (told: Written) => void, options: { close?: boolean } = {}) {
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, '');
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  sockets.on('connection', (socket, request) => {
    socket.on('message', (data) => {
      const frame: { id: string } = JSON.parse(String(data));
      write({ frameId: frame.id, remotePort: request.socket.remotePort ?? 0, port, file });
      if (options.close !== false) socket.close(1008);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const window = createLogWindow();
  const log = openRawLog({ file, uid: process.getuid?.() ?? 0, window, now: Date.now });
  if ('refused' in log) throw new Error(log.refused);
  onTestFinished(log.dispose);
  const ports: number[] = [];
  const fly = (timeoutMs = 5000, over: { ready?: Promise<void>; now?: () => number } = {}) =>
    flyCanary({
      url: `ws://127.0.0.1:${port}`,
      port,
      frameId: marks.next(),
      window,
      poll: log.poll,
      onPort: (p) => void ports.push(p),
      now: () => 77,
      timeoutMs,
      ...over,
    });
  const dropAll = () => {
    for (const socket of sockets.clients) socket.terminate();
    return sockets.clients.size;
  };
  return { fly, window, ports, dropAll };
}
const append = (told: Written, line: string) => appendFileSync(told.file, `${line}\n`);

test('its record, read back whole, is the proof; it dates from before its frame was sent', async () => {
  const { fly, ports, window } = await gatewayThat((told) => append(told, record(told)));
  expect(await fly()).toMatchObject({ read: true, openedAt: 77 });
  expect(ports).toHaveLength(1);
  expect(window.records().map((r) => r.kind === 'close' && marks.isOurs(r))).toEqual([true]);
});

test('one that is ready says nothing before it may, and dates from then', async () => {
  const heard: Written[] = [];
  const { fly, ports } = await gatewayThat((told) => {
    heard.push(told);
    append(told, record(told));
  });
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let now = 100;
  const flown = fly(5000, { ready, now: () => now });
  await vi.waitUntil(() => ports.length === 1);
  expect(heard).toEqual([]);
  now = 200;
  resolve();
  expect(await flown).toMatchObject({ read: true, openedAt: 200 });
  expect(heard).toHaveLength(1);
});

test('one whose connection ended before it was sent is no proof', async () => {
  const { fly, ports, dropAll } = await gatewayThat(() => undefined);
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const flown = fly(5000, { ready });
  await vi.waitUntil(() => ports.length === 1 && dropAll() === 1);
  resolve();
  const result = await flown;
  expect(result.read ? 'read' : result.why).toMatch(/kept no connection|never stood in the log/);
});

test('a record that comes a little late is waited for', async () => {
  const { fly } = await gatewayThat((told) => void setTimeout(() => append(told, record(told)), 60));
  expect(await fly()).toMatchObject({ read: true });
});

test('on a gateway that behaves like 2026.4.14 the canary is read', async () => {
  const gateway = createPracticeGateway({ folder: testFolder(), clock: systemClock() });
  await gateway.start();
  onTestFinished(gateway.dispose);
  const window = createLogWindow();
  const log = openRawLog({ file: gateway.logFile, uid: process.getuid?.() ?? 0, window, now: Date.now });
  if ('refused' in log) throw new Error(log.refused);
  onTestFinished(log.dispose);
  const port = Number(new URL(gateway.url).port);
  const result = await flyCanary({
    url: gateway.url,
    port,
    frameId: marks.next(),
    window,
    poll: log.poll,
    onPort: () => undefined,
    now: Date.now,
    timeoutMs: 5000,
  });
  expect(result).toMatchObject({ read: true });
});

test.each([
  ['nothing is written', () => undefined, /never stood in the log/],
  [
    'another canary’s record is written',
    (told: Written) => append(told, record({ ...told, frameId: 'gatehouse-canary-00' })),
    /never stood in the log/,
  ],
  ['its line is broken', (told: Written) => append(told, record(told).slice(0, -20)), /never stood in the log/],
  ['its record names another port', (told: Written) => append(told, record({ ...told, remotePort: 1 })), /another port/],
  ['its record shows a proxy', (told: Written) => append(told, record(told, { forwardedFor: '203.0.113.9' })), /forwarded/],
  ['its record is masked', (told: Written) => append(told, record(told, { userAgent: '***' })), /masked/],
  ['its record lacks a field', (told: Written) => append(told, record(told, { durationMs: undefined })), /lacks a field/],
  ['its record is of another gateway', (told: Written) => append(told, record({ ...told, port: 1 })), /port 1/],
])('no proof when %s', async (_name, write, why) => {
  const { fly } = await gatewayThat(write);
  const result = await fly(150);
  expect(result.read ? 'read' : result.why).toMatch(why);
});

test('no proof when the gateway keeps the socket', async () => {
  const { fly } = await gatewayThat(() => undefined, { close: false });
  expect(await fly(150)).toMatchObject({ read: false });
});

test('no proof where nobody listens, and nothing throws', async () => {
  const window = createLogWindow();
  const result = await flyCanary({
    url: 'ws://127.0.0.1:1',
    port: 1,
    frameId: marks.next(),
    window,
    poll: () => Promise.reject(new Error('no log')),
    onPort: () => undefined,
    now: () => 0,
    timeoutMs: 100,
  });
  expect(result).toMatchObject({ read: false });
});

describe('its mark', () => {
  function closeOf(frameId: string, n = 1, object: Record<string, unknown> = {}): CloseRecord {
    const read = parseLogLine(
      closeLine({ at: Date.now(), conn: uuid(n), port: 18_789, object: { cause: 'invalid-handshake', frameId, ...object } }),
    );
    if (read.kind !== 'close') throw new Error(read.kind);
    return read;
  }

  test('is known again, also by a later run of the same installation, and by no other', () => {
    const key = newKey();
    const id = createCanaryMarks(key).next();
    expect(createCanaryMarks(key).isOurs(closeOf(id))).toBe(true);
    expect(createCanaryMarks(newKey()).isOurs(closeOf(id))).toBe(false);
  });

  test('cannot be made up', () => {
    const own = createCanaryMarks(newKey());
    const id = own.next();
    const spoiled = [...id].map((c, n) =>
      n < 'gatehouse-canary-'.length ? undefined : id.slice(0, n) + (c === '0' ? '1' : '0') + id.slice(n + 1),
    );
    const guesses = ['gatehouse-canary-', 'gatehouse-canary-0123', id.slice(0, -1), `${id}0`, id.toUpperCase(), '', ...spoiled];
    for (const guess of guesses) if (guess !== undefined) expect([guess, own.isOurs(closeOf(guess))]).toEqual([guess, false]);
    expect(new Set(Array.from({ length: 100 }, own.next)).size).toBe(100);
  });

  test('that was read in the log and is sent again hides nothing, while the first record may be read again', () => {
    const own = createCanaryMarks(newKey());
    const id = own.next();
    expect([1, 2, 1, 3].map((n) => own.isOurs(closeOf(id, n)))).toEqual([true, false, true, false]);
  });

  test('hides no other failure', () => {
    const own = createCanaryMarks(newKey());
    expect(own.isOurs(closeOf(own.next(), 1, { cause: 'unauthorized' }))).toBe(false);
    expect(own.isOurs(closeOf(own.next(), 1, { deviceId: 'a1'.repeat(32) }))).toBe(false);
  });
});
