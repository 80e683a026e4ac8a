// Lets a client in a process of its own be refused, as happens to a CLI, and answers when it read the refusal.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type DeviceIdentity, identityToPem } from '../lib/gateway/identity.ts';

type Claims = { identity: DeviceIdentity; clientId: string; clientMode: string; scopes: readonly string[]; token: string };

const said = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ at: z.number(), requestId: z.string() }),
  z.object({ failure: z.string() }),
]);

/** When the refusal was read, ms since 1970, and for which request. Rejects when the client was let in or heard nothing. */
export function beRefused(url: string, { identity, ...claims }: Claims): Promise<{ at: number; requestId: string }> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./caller.ts', import.meta.url)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the client ended with ${code} before it was refused`)));
    child.on('message', (message) => {
      const heard = said.parse(message);
      // The key goes by the channel between the two, never by a command line that others can read.
      if ('ready' in heard) child.send({ url, pem: identityToPem(identity), ...claims });
      else if ('at' in heard) resolve(heard);
      else reject(new Error(`the client should have been refused for want of pairing, but: ${heard.failure}`));
    });
  });
}
