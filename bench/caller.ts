// A client in a process of its own, as a CLI is: connects once, is refused, and tells when. Its refusal is timed at the frame that
// refuses it, not at the close that follows some milliseconds later.
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { z } from 'zod';
import { challengePayload, parseFrame } from '../lib/gateway/frames.ts';
import { identityFromPem, signConnect } from '../lib/gateway/identity.ts';
import { createClock } from './clock.ts';

const LIMIT_MS = 10_000;
const order = z.object({
  url: z.string(),
  token: z.string(),
  pem: z.string(),
  clientId: z.string(),
  clientMode: z.string(),
  scopes: z.array(z.string()),
});

const clock = createClock();

function ask({ url, token, pem, clientId, clientMode, scopes }: z.infer<typeof order>): void {
  const identity = identityFromPem(pem);
  const [role, platform] = ['operator', 'linux'];
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: LIMIT_MS });
  let refusal: { at: number; requestId: string } | undefined;
  let failure: string | undefined;
  const timer = setTimeout(() => socket.terminate(), LIMIT_MS);
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code, reason) => {
    clearTimeout(timer);
    process.send?.(refusal ?? { failure: failure ?? `${code} ${reason.toString('utf8')}` });
    process.disconnect();
  });
  socket.on('message', (data) => {
    const at = clock();
    const frame = parseFrame(data.toString());
    if (frame?.type === 'event' && frame.event === 'connect.challenge') {
      const { nonce, ts } = challengePayload.parse(frame.payload);
      const signedAtMs = ts ?? Date.now();
      const signature = signConnect(identity, { clientId, clientMode, role, scopes, signedAtMs, token, nonce, platform });
      const device = { id: identity.deviceId, publicKey: identity.publicKey, signature, signedAt: signedAtMs, nonce };
      const client = { id: clientId, mode: clientMode, version: '1.0.0', platform };
      const params = { minProtocol: 3, maxProtocol: 4, client, role, scopes, caps: [], auth: { token }, device };
      socket.send(JSON.stringify({ type: 'req', id: randomUUID(), method: 'connect', params }));
    } else if (frame?.type === 'res') {
      const requestId = frame.ok ? undefined : frame.error?.details?.requestId;
      if (typeof requestId === 'string') refusal = { at, requestId };
      else socket.terminate();
    }
  });
}

process.once('message', (message) => ask(order.parse(message)));
process.send?.({ ready: true });
