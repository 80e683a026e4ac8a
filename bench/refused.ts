// A client whose refusal is timed at the frame that refuses it, not at the close that follows some milliseconds later.
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { challengePayload, parseFrame } from '../lib/gateway/frames.ts';
import { type DeviceIdentity, signConnect } from '../lib/gateway/identity.ts';
import type { Clock } from './clock.ts';

type Claims = { identity: DeviceIdentity; clientId: string; clientMode: string; scopes: readonly string[]; token: string };

const LIMIT_MS = 10_000;

/** Asks to be let in and answers when the refusal was read and for which request, on `clock`. Rejects when it was let in or unheard. */
export function beRefused(url: string, claims: Claims, clock: Clock): Promise<{ at: number; requestId: string }> {
  const { identity, clientId, clientMode, token } = claims;
  const [role, platform, scopes] = ['operator', 'linux', [...claims.scopes]];
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: LIMIT_MS });
    let refusal: { at: number; requestId: string } | undefined;
    const timer = setTimeout(() => socket.terminate(), LIMIT_MS);
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      clearTimeout(timer);
      if (refusal) resolve(refusal);
      else reject(new Error(`the client should have been refused for want of pairing, but: ${code} ${reason.toString('utf8')}`));
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
  });
}
