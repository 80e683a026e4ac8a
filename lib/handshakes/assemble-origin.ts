// The path of an attempt as its close record shows it: for display, never a proof. What a caller may write can only make it worse.
import type { Origin } from '../api/shapes.ts';
import { isLocalHost } from '../evidence/clean.ts';
import { isLoopback } from '../evidence/proc-net.ts';
import type { CloseRecord } from './records.ts';

/**
 * Where an attempt came from.
 * @param warned a proxy or host warning stands within the attempt; it carries no connection, so it may be a stranger's
 * @param isHostKey the gateway had checked the key's signature, and the key is its own
 */
export function originOf(close: CloseRecord, { warned, isHostKey }: { warned: boolean; isHostKey: boolean }): Origin {
  const { remoteAddr, localAddr, host, forwardedFor } = close;
  if (!close.agrees || close.masked || remoteAddr === undefined) return 'unknown';
  if (forwardedFor !== undefined) return 'proxied';
  if (!isLoopback(remoteAddr)) return 'remote';
  if (host !== undefined && !isLocalHost(host)) return 'proxied';
  if (host === undefined || localAddr === undefined || !isLoopback(localAddr) || warned) return 'unknown';
  // A browser may sit on this host, but the host's own key does not come from one.
  return isHostKey && close.origin === undefined ? 'host-key' : 'loopback';
}
