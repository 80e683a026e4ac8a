// Whether a row's device is more than a claim. Only where the gateway had checked the signature may its name, its grants and the
// request that waits be shown beside it: anybody can name somebody else's id and fail.
import type { HandshakeView } from '../api/shapes.ts';

/** Written after the signature was checked, or about a device of the list (order of checks read in 2026.4.14 and 2026.9.6). */
const PROVEN: ReadonlySet<string> = new Set([
  'audit-without-close',
  'live-upgrade',
  'operator-grant',
  'seen-again',
  'silent-grant',
  'token-removed',
  'token-pruned',
  'token-revoked',
  'token-rotated',
]);

/** True where the gateway itself vouches for the device id of a row. */
export const hasProvenKey = ({ cause, deviceId }: Pick<HandshakeView, 'cause' | 'deviceId'>): boolean =>
  deviceId !== undefined && (PROVEN.has(cause) || cause.startsWith('pairing-required/'));
