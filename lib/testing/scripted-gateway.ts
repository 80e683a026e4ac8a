// A WebSocket server on loopback that does what a test says, for everything that a well-behaved gateway never does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export type Frame = Record<string, unknown>;

/** A hello of 2026.4.14 with what a test changes. */
export const helloOk = (over: Record<string, unknown> = {}): Frame => ({
  type: 'hello-ok',
  protocol: 3,
  server: { version: '2026.4.14', connId: 'c' },
  features: { methods: [] },
  auth: { deviceToken: 'device-token-1', role: 'operator', scopes: ['operator.admin'] },
  policy: { tickIntervalMs: 30_000 },
  ...over,
});

/** What a test's server is told of each socket, and what it may do with it. */
export type Caller = {
  socket: WebSocket;
  send: (frame: unknown) => void;
  challenge: () => void;
  answer: (frame: Frame, payload: unknown) => void;
  refuse: (frame: Frame, details: Record<string, unknown>, message?: string) => void;
};

/**
 * Starts the server. `onOpen` runs for each socket, `onFrame` for each frame of it; by default it challenges and says hello.
 * Every frame that arrived is kept in `frames`.
 */
export async function scriptedGateway(
  script: { onOpen?: (caller: Caller) => void; onFrame?: (frame: Frame, caller: Caller) => void } = {},
) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const frames: Frame[] = [];
  const state = { script, opened: 0 };
  sockets.on('connection', (socket) => {
    state.opened += 1;
    const send = (frame: unknown) => socket.send(JSON.stringify(frame));
    const caller: Caller = {
      socket,
      send,
      challenge: () => send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n1', ts: 1000 } }),
      answer: (frame, payload) => send({ type: 'res', id: frame.id, ok: true, payload }),
      refuse: (frame, details, message = 'no') => {
        send({ type: 'res', id: frame.id, ok: false, error: { code: 'NOT_PAIRED', message, details } });
        socket.close(1008);
      },
    };
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      frames.push(frame);
      if (state.script.onFrame) state.script.onFrame(frame, caller);
      else if (frame.method === 'connect') caller.answer(frame, helloOk());
    });
    if (state.script.onOpen) state.script.onOpen(caller);
    else caller.challenge();
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    frames,
    opened: () => state.opened,
    become: (next: typeof script) => {
      state.script = next;
    },
    sockets: sockets.clients,
  };
}
