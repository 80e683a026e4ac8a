// Two things only a console on the gateway's own host can do: make sure who listens, and see the state folder change.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { servingUidOf, socketsReadable } from '../evidence/peer.ts';
import { Problem } from '../problem.ts';
import { type GatewayEndpoint, isLoopbackUrl, portOf } from './endpoint.ts';

/**
 * Before any frame with a secret: whoever holds the other end of this very connection must be the user whose state folder this is.
 * Throws Problem('gateway-owner-mismatch'). Says nothing where it cannot know: elsewhere than Linux, or for a named address.
 * @param ownPort the console's end of the connection
 */
export function checkServingUser(endpoint: GatewayEndpoint, ownPort: number | undefined): void {
  if (endpoint.source !== 'this-host' || !endpoint.stateDir || !isLoopbackUrl(endpoint.url) || !socketsReadable()) return;
  const port = portOf(endpoint.url);
  const owner = statSync(endpoint.stateDir, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return;
  const serving = ownPort === undefined ? undefined : servingUidOf(port, ownPort);
  if (serving === owner) return;
  const who = serving === undefined ? 'an unknown user' : `user ${serving}`;
  throw new Problem('gateway-owner-mismatch', `Port ${port} is held by ${who}; the gateway’s state folder belongs to user ${owner}.`);
}

/** Calls back when the gateway writes its pairing state, however that came about. Answers how to stop. */
export function watchPairingState(stateDir: string | undefined, onChange: () => void): () => void {
  const watchers: FSWatcher[] = [];
  for (const folder of stateDir ? ['devices', 'state'] : []) {
    try {
      const watcher = watch(join(stateDir ?? '', folder), { persistent: false }, onChange);
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // Not there on this version, or not readable: the caller's timer finds out too.
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
