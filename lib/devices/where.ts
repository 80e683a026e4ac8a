// Where a device comes from, as far as that bears on taking it back: on the gateway's own host a gateway may pair it again unasked.
import type { Origin } from '../api/shapes.ts';
import { isLoopback } from '../evidence/proc-net.ts';

/** `local`: it was seen on the gateway's own host at least once. `unknown` is to be treated as the worse of the two. */
export type Whereabouts = 'host-key' | 'local' | 'remote' | 'unknown';

/** What is on record of a device's ways. */
export type SeenOf = {
  isHostKey: boolean;
  /** Of its paired row: the address that the gateway itself took for the client's. Absent says nothing. */
  remoteIp: string | undefined;
  /** Of its recorded handshakes and of the requests that were decided. */
  origins: readonly Origin[];
};

/**
 * Where a device comes from. `remote` needs the gateway's own word in the row and not one record that says otherwise: headers are the
 * caller's words, and a paired client that connects on loopback leaves no record on 2026.4.14.
 * @param isOwnAddress whether an address belongs to this machine, where the console runs on the gateway's host
 */
export function whereaboutsOf({ isHostKey, remoteIp, origins }: SeenOf, isOwnAddress: (ip: string) => boolean): Whereabouts {
  if (isHostKey) return 'host-key';
  if (origins.some((origin) => origin === 'loopback' || origin === 'host-key')) return 'local';
  if (remoteIp === undefined || origins.includes('unknown')) return 'unknown';
  return isLoopback(remoteIp) || isOwnAddress(remoteIp) ? 'local' : 'remote';
}
