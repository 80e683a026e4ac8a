// Stands between the console and a gateway and stops one kind of call: to end the console at the exact moment that a test is about.
import { createServer } from 'node:http';
import WebSocket, { type RawData, WebSocketServer } from 'ws';

export type Intercept = {
  url: string;
  /**
   * Catches the next call of `method`. `asked`: it never reaches the gateway. `answered`: the gateway carries it out, its answer
   * never comes back. Resolves when the console has sent the call, or when the gateway has answered it.
   */
  catchNext: (method: string, when: 'asked' | 'answered') => Promise<void>;
  /** Lets everything pass again. */
  release: () => void;
  dispose: () => Promise<void>;
};

const textOf = (data: RawData) => data.toString();

/** Starts it in front of a gateway, on a free loopback port. */
export async function startIntercept(targetUrl: string): Promise<Intercept> {
  let trap: { method: string; when: 'asked' | 'answered'; sprung: () => void } | undefined;
  const swallowed = new Set<string>();
  const sockets = new Set<WebSocket>();
  const http = createServer();
  const server = new WebSocketServer({ server: http });

  server.on('connection', (near) => {
    const far = new WebSocket(targetUrl, { perMessageDeflate: false });
    const early: string[] = [];
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).close();
      });
    }
    far.on('open', () => {
      for (const text of early.splice(0)) far.send(text);
    });
    near.on('message', (data) => {
      const text = textOf(data);
      const frame: { id?: string; method?: string } = JSON.parse(text);
      if (trap && frame.method === trap.method && frame.id) {
        swallowed.add(frame.id);
        if (trap.when === 'asked') {
          trap.sprung();
          return;
        }
      }
      if (far.readyState === WebSocket.OPEN) far.send(text);
      else early.push(text);
    });
    far.on('message', (data) => {
      const text = textOf(data);
      const frame: { type?: string; id?: string } = JSON.parse(text);
      if (frame.type === 'res' && frame.id && swallowed.has(frame.id)) trap?.sprung();
      else near.send(text);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  return {
    url: `ws://127.0.0.1:${port}`,
    catchNext: (method, when) =>
      new Promise((resolve) => {
        trap = { method, when, sprung: resolve };
      }),
    release() {
      trap = undefined;
      swallowed.clear();
    },
    dispose: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.terminate();
        server.close();
        http.close(() => resolve());
      }),
  };
}
