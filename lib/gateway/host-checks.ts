// Two things only a console on the gateway's own host can do: make sure who listens, and see the state folder change.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { listenerUid } from '../evidence/peer.ts';
import { Problem } from '../problem.ts';
import { type GatewayEndpoint, isLoopbackUrl, portOf } from './endpoint.ts';

/**
 * Before any frame with a secret: whoever listens must be the user whose state folder this is.
 * Throws Problem('gateway-owner-mismatch'). Says nothing where it cannot know: elsewhere than Linux, or for a named address.
 */
export function checkListener(endpoint: GatewayEndpoint): void {
  if (endpoint.source !== 'this-host' || process.platform !== 'linux' || !endpoint.stateDir || !isLoopbackUrl(endpoint.url)) return;
  const port = portOf(endpoint.url);
  const owner = statSync(endpoint.stateDir, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return;
  const listener = listenerUid(port);
  if (listener === owner) return;
  const who = listener === undefined ? 'an unknown user' : `user ${listener}`;
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
