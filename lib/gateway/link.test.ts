// One socket to a gateway, against real sockets: nothing it may meet hangs, throws past its door, or gets a secret too early.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { helloOk, scriptedGateway } from '#lib/testing/scripted-gateway.ts';
import { createIdentity } from './identity.ts';
import { GatewayRefusal, type LinkOptions, openLink } from './link.ts';

const SECRET = 'shared-secret-0123456789';
const open = (url: string, over: Partial<LinkOptions> = {}) =>
  openLink({
    url,
    kind: 'console',
    identity: createIdentity(),
    auth: { token: SECRET },
    scopes: ['operator.admin'],
    platform: 'linux',
    version: '0',
    connectTimeoutMs: 2000,
    ...over,
  });

test('it signs in with the challenge, asks its scopes as a console, and offers both protocols', async () => {
  const gateway = await scriptedGateway();
  const identity = createIdentity();
  const link = await open(gateway.url, { identity });
  onTestFinished(link.close);
  expect(gateway.frames).toHaveLength(1);
  expect(gateway.frames[0]).toMatchObject({
    type: 'req',
    method: 'connect',
    params: {
      minProtocol: 3,
      maxProtocol: 4,
      role: 'operator',
      scopes: ['operator.admin'],
      client: { id: 'gateway-client', mode: 'ui' },
      auth: { token: SECRET },
      device: { id: identity.deviceId, publicKey: identity.publicKey, nonce: 'n1', signedAt: 1000 },
    },
  });
  expect(link.hello).toMatchObject({ protocol: 3, server: { version: '2026.4.14' } });
  expect(link.localPort()).toBeGreaterThan(0);
});

test('the helper comes as backend', async () => {
  const gateway = await scriptedGateway();
  const link = await open(gateway.url, { kind: 'helper' });
  onTestFinished(link.close);
  expect(gateway.frames[0]).toMatchObject({ params: { client: { mode: 'backend' } } });
});

test('a check before the secret that throws sends nothing at all', async () => {
  const gateway = await scriptedGateway();
  for (const beforeSecret of [
    () => {
      throw new Error('another user listens');
    },
    () => Promise.reject(new Error('another user listens')),
  ])
    await expect(open(gateway.url, { beforeSecret })).rejects.toThrow('another user listens');
  expect(gateway.frames).toEqual([]);
});

test('the secret waits for the check to end', async () => {
  const gateway = await scriptedGateway();
  const sentBefore: number[] = [];
  const link = await open(gateway.url, {
    beforeSecret: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      sentBefore.push(gateway.frames.length);
    },
  });
  onTestFinished(link.close);
  expect(sentBefore).toEqual([0]);
});

test('a refusal keeps its codes, and its text is cut', async () => {
  const gateway = await scriptedGateway({
    onFrame: (frame, caller) =>
      caller.refuse(frame, { code: 'PAIRING_REQUIRED', reason: 'scope-upgrade', requestId: 'r1' }, `no\u202e${'x'.repeat(500)}`),
  });
  const error = await open(gateway.url).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GatewayRefusal);
  expect(error).toMatchObject({ code: 'NOT_PAIRED', detailCode: 'PAIRING_REQUIRED', reason: 'scope-upgrade', requestId: 'r1' });
  expect(error instanceof Error ? error.message.length : 0).toBe(200);
  const long = new GatewayRefusal({ code: 'x\n'.repeat(5000), details: { code: 'x\u202e'.repeat(5000), reason: 'r'.repeat(5000) } });
  expect([long.code.length, long.detailCode?.length, long.reason?.length]).toEqual([200, 200, 200]);
  expect(`${long.code}${long.detailCode}`).not.toMatch(/[\n\u202e]/);
});

test.each([
  ['no frame of JSON', 'hello there'],
  ['a list', '[]'],
  ['a frame of another protocol', '{"jsonrpc":"2.0"}'],
  ['a challenge without a nonce', '{"type":"event","event":"connect.challenge","payload":{}}'],
  [
    'a challenge whose nonce is endless',
    JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n'.repeat(1000) } }),
  ],
])('%s is named as garbage and gets no secret', async (_name, text) => {
  const gateway = await scriptedGateway({ onOpen: ({ socket }) => socket.send(text) });
  await expect(open(gateway.url)).rejects.toMatchObject({ code: 'gateway-garbage' });
  expect(gateway.frames).toEqual([]);
});

test('a binary frame first is garbage', async () => {
  const gateway = await scriptedGateway({
    onOpen: ({ socket }) =>
      socket.send(Buffer.from('{"type":"event","event":"connect.challenge","payload":{"nonce":"n"}}'), { binary: true }),
  });
  await expect(open(gateway.url)).rejects.toMatchObject({ code: 'gateway-garbage' });
  expect(gateway.frames).toEqual([]);
});

test('a hello that is none is garbage', async () => {
  for (const payload of [undefined, {}, helloOk({ protocol: 'three' }), helloOk({ server: {} })]) {
    const gateway = await scriptedGateway({ onFrame: (frame, caller) => caller.answer(frame, payload) });
    await expect(open(gateway.url)).rejects.toMatchObject({ code: 'gateway-garbage' });
  }
});

test('a server that never challenges, or never answers, is given up in time', async () => {
  const mute = await scriptedGateway({ onOpen: () => undefined });
  await expect(open(mute.url, { connectTimeoutMs: 80 })).rejects.toMatchObject({ code: 'gateway-down' });
  expect(mute.frames).toEqual([]);
  const silent = await scriptedGateway({ onFrame: () => undefined });
  await expect(open(silent.url, { connectTimeoutMs: 80 })).rejects.toMatchObject({ code: 'gateway-down' });
});

test('a server that is no WebSocket is named, and one that forbids as well', async () => {
  for (const [status, code] of [
    [200, 'gateway-garbage'],
    [404, 'gateway-garbage'],
    [301, 'gateway-garbage'],
    [403, 'gateway-refused'],
  ] as const) {
    const server = createServer((_request, response) => response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end());
    server.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 ${status} x\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n`),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    await expect(open(`ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)).rejects.toMatchObject({ code });
  }
});

test('a port where nobody listens, one that hangs up and an address that is none are problems with a code', async () => {
  await expect(open('ws://127.0.0.1:1')).rejects.toMatchObject({ code: 'gateway-down' });
  const server = createTcpServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  await expect(open(`ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)).rejects.toMatchObject({
    code: 'gateway-down',
  });
  await expect(open('http://[')).rejects.toMatchObject({ code: 'gateway-garbage' });
});

test('no secret is in any problem', async () => {
  const gateway = await scriptedGateway({ onFrame: (_frame, { socket }) => socket.close(1008, 'bye') });
  const error = await open(gateway.url).catch((e: unknown) => e);
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(SECRET);
  expect(error).toMatchObject({ code: 'gateway-down', message: expect.stringContaining('1008 bye') });
});

test('after sign-in garbage is ignored, events come through, and calls are answered by id', async () => {
  const events: unknown[] = [];
  const gateway = await scriptedGateway({
    onFrame: (frame, caller) => {
      if (frame.method === 'connect') return caller.answer(frame, helloOk());
      caller.socket.send('garbage');
      caller.socket.send(Buffer.from('{"type":"event","event":"tick"}'), { binary: true });
      caller.send({ type: 'res', id: 'nobody', ok: true });
      caller.send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'again' } });
      caller.send({ type: 'event', event: 'tick', payload: { ts: 1 }, seq: 4 });
      caller.answer(frame, { pending: [], paired: [] });
    },
  });
  const link = await open(gateway.url, { onEvent: (event, _payload, seq) => void events.push([event, seq]) });
  onTestFinished(link.close);
  expect(await link.request('device.pair.list')).toEqual({ pending: [], paired: [] });
  expect(events).toContainEqual(['tick', 4]);
  expect(gateway.frames.filter((f) => f.method === 'connect')).toHaveLength(1);
});

test('a call that is not allowed never leaves the process', async () => {
  const gateway = await scriptedGateway();
  const link = await open(gateway.url, { kind: 'helper' });
  onTestFinished(link.close);
  await expect(link.request('config.get')).rejects.toThrow(/may not call/);
  await expect(link.request('device.pair.approve', { requestId: 'r1', more: 1 })).rejects.toThrow(/may not call/);
  expect(gateway.frames).toHaveLength(1);
});

test('a call without an answer ends in time, and a socket that goes ends all calls', async () => {
  const gateway = await scriptedGateway({
    onFrame: (frame, caller) => (frame.method === 'connect' ? caller.answer(frame, helloOk()) : undefined),
  });
  const link = await open(gateway.url, { requestTimeoutMs: 60 });
  await expect(link.request('device.pair.list')).rejects.toMatchObject({ code: 'gateway-down' });
  const calls = [link.request('device.pair.list'), link.request('config.get')].map((call) =>
    expect(call).rejects.toMatchObject({ code: 'gateway-down' }),
  );
  for (const socket of gateway.sockets) socket.close(4001, 'auth rotated');
  await Promise.all(calls);
  expect(await link.closed).toMatchObject({ code: 4001, reason: 'auth rotated' });
  await expect(link.request('device.pair.list')).rejects.toMatchObject({ code: 'gateway-down' });
});

test('a protocol that is neither of ours, depth that no frame has, and more than a sign-in takes are refused', async () => {
  const hellos = await scriptedGateway({ onFrame: (frame, caller) => caller.answer(frame, helloOk({ protocol: 99 })) });
  await expect(open(hellos.url)).rejects.toMatchObject({ code: 'gateway-too-new' });
  for (const text of ['['.repeat(1000), `{"type":"event","event":"${'x'.repeat(5_000_000)}"}`]) {
    const gateway = await scriptedGateway({ onOpen: ({ socket }) => socket.send(text) });
    await expect(open(gateway.url)).rejects.toMatchObject({ code: 'gateway-garbage' });
  }
});

test('more than anybody asked for and could follow, and more at once than is read, end the connection and say why', async () => {
  const floods = [
    ({ send }: { send: (frame: unknown) => void }) => {
      for (let n = 0; n < 60_000; n += 1) send({ type: 'event', event: 'tick' });
    },
    ({ send }: { send: (frame: unknown) => void }) => {
      for (let n = 0; n < 60_000; n += 1) send({ type: 'res', id: `nobody asked ${n}`, ok: true });
    },
    ({ send }: { send: (frame: unknown) => void }) => {
      for (let n = 0; n < 60_000; n += 1) send('no frame at all');
    },
    ({ send }: { send: (frame: unknown) => void }) => send({ type: 'event', event: 'tick', payload: 'x'.repeat(13 * 1024 * 1024) }),
    ({ send }: { send: (frame: unknown) => void }) => send({ type: 'event', event: 'tick', payload: Array(600_001).fill(0) }),
  ];
  for (const flood of floods) {
    const heard: number[] = [];
    const gateway = await scriptedGateway({
      onFrame: (frame, caller) => {
        caller.answer(frame, helloOk());
        flood(caller);
      },
    });
    // So much may come with the hello that the sign-in itself ends by it.
    const ended = await open(gateway.url, { onEvent: () => void heard.push(1) }).then(
      ({ closed }) => closed,
      (problem: unknown) => ({ problem }),
    );
    expect(ended).toMatchObject({ problem: { code: 'gateway-garbage' } });
    expect(heard.length).toBeLessThanOrEqual(20_000);
  }
});
