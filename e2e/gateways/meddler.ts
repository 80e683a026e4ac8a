// Stands between the console and a gateway and meddles with what passes: a network that goes half-open, a gateway that drops, delays or
// invents frames. What a test does not name passes as it is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';

const frameShape = z.looseObject({
  type: z.string().optional(),
  id: z.string().optional(),
  method: z.string().optional(),
  event: z.string().optional(),
});
export type Passing = z.infer<typeof frameShape> & { text: string };

/** What to send instead of a frame: nothing, other texts, or the frame itself later, in ms. */
export type Instead = readonly string[] | { laterMs: number } | undefined;

export type Meddler = {
  url: string;
  /** Changes what comes from the gateway, until it is called again. Undefined lets a frame pass. */
  fromGateway: (change: ((frame: Passing) => Instead) | undefined) => void;
  /** From now on nothing passes in either direction, and nobody is told; `thaw` lets later frames pass, what came meanwhile is lost. */
  freeze: () => void;
  thaw: () => void;
  /** Sends a text to the console on every open connection, as if the gateway had said it. */
  say: (text: string | Buffer) => void;
  /** How many connections of the console are open, and how many there have been. */
  open: () => number;
  count: () => number;
  dispose: () => Promise<void>;
};

/** Starts it in front of a gateway, on a free loopback port. */
export async function startMeddler(targetUrl: string): Promise<Meddler> {
  let change: ((frame: Passing) => Instead) | undefined;
  let frozen = false;
  let count = 0;
  const nearSides = new Set<WebSocket>();
  const all = new Set<WebSocket>();
  const timers = new Set<NodeJS.Timeout>();
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });

  function passOn(near: WebSocket, text: string): void {
    const parsed = frameShape.safeParse(JSON.parse(text));
    const instead = parsed.success ? change?.({ ...parsed.data, text }) : undefined;
    if (instead === undefined) near.send(text);
    else if ('laterMs' in instead) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (near.readyState === WebSocket.OPEN) near.send(text);
      }, instead.laterMs);
      timers.add(timer);
    } else for (const other of instead) near.send(other);
  }

  server.on('connection', (near) => {
    count += 1;
    const far = new WebSocket(targetUrl, { perMessageDeflate: false });
    const early: string[] = [];
    nearSides.add(near);
    for (const socket of [near, far]) {
      all.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        all.delete(socket);
        nearSides.delete(near);
        if (!frozen) (socket === near ? far : near).close();
      });
    }
    far.on('open', () => {
      for (const text of early.splice(0)) far.send(text);
    });
    near.on('message', (data) => {
      if (frozen) return;
      if (far.readyState === WebSocket.OPEN) far.send(data.toString());
      else early.push(data.toString());
    });
    far.on('message', (data) => {
      if (!frozen && near.readyState === WebSocket.OPEN) passOn(near, data.toString());
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port }: Pick<AddressInfo, 'port'> = z.object({ port: z.number() }).parse(http.address());

  return {
    url: `ws://127.0.0.1:${port}`,
    fromGateway: (next) => {
      change = next;
    },
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
    },
    say: (text) => {
      for (const near of nearSides) near.send(text);
    },
    open: () => nearSides.size,
    count: () => count,
    dispose: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        for (const socket of all) socket.terminate();
        server.close();
        http.close(() => resolve());
      }),
  };
}
