// Stands between the console and a gateway and, once told so, lets the console ask for less than it does: signed with its own key, so
// that a real gateway grants just that. A gateway that gave the console too little looks the same to it.
import { createServer } from 'node:http';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';
import { type DeviceIdentity, signConnect } from '../../lib/gateway/identity.ts';

const connectFrame = z.looseObject({
  method: z.literal('connect'),
  params: z.looseObject({
    client: z.looseObject({ id: z.string(), mode: z.string(), platform: z.string(), deviceFamily: z.string().optional() }),
    role: z.string(),
    auth: z.looseObject({ token: z.string().optional(), deviceToken: z.string().optional() }),
    device: z.looseObject({ id: z.string(), signedAt: z.number(), nonce: z.string() }),
  }),
});

export type Weaker = {
  url: string;
  /** From the next connection on `identity` asks for `scopes` alone; its open ones are cut. Other keys pass as they are. */
  weaken: (identity: DeviceIdentity, scopes: readonly string[]) => void;
  dispose: () => Promise<void>;
};

/** The frame as it would be had its sender asked for `scopes`; any other frame as it is. */
function asking(text: string, identity: DeviceIdentity, scopes: readonly string[]): string {
  const frame = connectFrame.safeParse(JSON.parse(text)).data;
  if (frame?.params.device.id !== identity.deviceId) return text;
  const { client, role, auth, device } = frame.params;
  const signature = signConnect(identity, {
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes: [...scopes],
    signedAtMs: device.signedAt,
    token: auth.token ?? auth.deviceToken ?? '',
    nonce: device.nonce,
    platform: client.platform,
    deviceFamily: client.deviceFamily,
  });
  return JSON.stringify({ ...frame, params: { ...frame.params, scopes: [...scopes], device: { ...device, signature } } });
}

/** Starts it in front of a gateway, on a free loopback port. */
export async function startWeaker(targetUrl: string): Promise<Weaker> {
  let less: { identity: DeviceIdentity; scopes: readonly string[] } | undefined;
  const sockets = new Set<WebSocket>();
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (near) => {
    const far = new WebSocket(targetUrl, { perMessageDeflate: false });
    const opened = new Promise<void>((resolve) => far.once('open', resolve));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).close();
      });
    }
    near.on('message', (data) => {
      const text = data.toString();
      void opened.then(() => far.send(less ? asking(text, less.identity, less.scopes) : text));
    });
    far.on('message', (data) => near.send(data.toString()));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const cut = () => {
    for (const socket of sockets) socket.terminate();
  };
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    weaken(identity, scopes) {
      less = { identity, scopes };
      cut();
    },
    dispose: () =>
      new Promise((resolve) => {
        cut();
        server.close();
        http.close(() => resolve());
      }),
  };
}
