// Secrets are 256 random bits, leave this process once, and are known to it afterwards by their SHA-256 only.
import { createHash, timingSafeEqual } from 'node:crypto';

/** A source of random bytes; `randomBytes` of node:crypto everywhere but in tests. */
export type RandomBytes = (size: number) => Uint8Array;

/** A new secret, base64url without padding, which is safe in a fragment, a cookie and a subprotocol name. */
export const newSecret = (random: RandomBytes): string => Buffer.from(random(32)).toString('base64url');

/** A short name without power, for sessions and epochs. */
export const newName = (random: RandomBytes): string => Buffer.from(random(9)).toString('base64url');

/** Hex SHA-256 of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret, 'utf8').digest('hex');

/** Whether `secret` has this hex SHA-256, in a time that tells nothing about where they differ. */
export function matchesHash(secret: string, hash: string): boolean {
  const offered = Buffer.from(hashOf(secret), 'hex');
  const known = Buffer.from(hash, 'hex');
  return offered.length === known.length && timingSafeEqual(offered, known);
}
