// The bridge as a script uses it: the API token, what it follows, and every frame that came.
import WebSocket from 'ws';
import { z } from 'zod';
import { BRIDGE_TOPICS } from '../../lib/bridge/topics.ts';

const frameShape = z.looseObject({
  type: z.enum(['hello', 'row', 'reread']),
  cursor: z.number(),
  epoch: z.string().optional(),
  change: z.looseObject({ topic: z.string(), op: z.string() }).optional(),
});
export type BridgeFrameSeen = z.infer<typeof frameShape> & { atMs: number };

export type BridgeClient = {
  frames: BridgeFrameSeen[];
  /** The newest cursor it has heard of, and whose it is. */
  position: () => { epoch: string; after: number };
  closed: Promise<{ code: number; reason: string }>;
  close: () => void;
  /** Reads nothing any more, as a laptop that went to sleep. */
  pause: () => void;
};

/** Opens a bridge and follows everything, from `from` on where one is given. Resolves with the hello. Rejects when it is refused. */
export function openBridge(options: {
  port: number;
  headers: Readonly<Record<string, string>>;
  protocols?: readonly string[];
  from?: { epoch: string; after: number };
}): Promise<BridgeClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${options.port}/bridge`, ['gatehouse.v1', ...(options.protocols ?? [])], {
      headers: { ...options.headers },
      perMessageDeflate: false,
    });
    const frames: BridgeFrameSeen[] = [];
    let epoch = '';
    const closed = new Promise<{ code: number; reason: string }>((done) => {
      socket.on('close', (code, reason) => done({ code, reason: reason.toString('utf8') }));
    });
    const client: BridgeClient = {
      frames,
      position: () => ({ epoch, after: frames.at(-1)?.cursor ?? 0 }),
      closed,
      close: () => socket.close(),
      pause: () => socket.pause(),
    };
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => reject(new Error(`the bridge answered ${response.statusCode}`)));
    socket.on('message', (data) => {
      const frame = { ...frameShape.parse(JSON.parse(data.toString())), atMs: performance.now() };
      frames.push(frame);
      if (frame.type !== 'hello') return;
      epoch = frame.epoch ?? '';
      socket.send(JSON.stringify({ type: 'subscribe', topics: BRIDGE_TOPICS, ...options.from }));
      resolve(client);
    });
  });
}
