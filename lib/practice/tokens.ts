// Device tokens of the practice gateway: issued at connect, checked, rotated, revoked. Pure, like pairing.ts.
import { timingSafeEqual } from 'node:crypto';
import { covers, distinct, withImplied } from './grants.ts';
import type { Fresh, PairingState, TokenRow } from './pairing.ts';

/** Compares two secrets without telling by the time it takes where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}

function put(state: PairingState, deviceId: string, token: TokenRow): PairingState {
  const device = state.paired[deviceId];
  if (!device) return state;
  return { ...state, paired: { ...state.paired, [deviceId]: { ...device, tokens: { ...device.tokens, [token.role]: token } } } };
}

/** Checks a device token for a role and a set of scopes, and notes when it was used. */
export function verifyToken(
  state: PairingState,
  claim: { deviceId: string; token: string; role: string; scopes: readonly string[] },
  now: number,
): { state: PairingState; ok: boolean } {
  const device = state.paired[claim.deviceId];
  const held = device?.tokens[claim.role];
  const ok =
    device !== undefined &&
    held !== undefined &&
    held.revokedAtMs === undefined &&
    sameSecret(claim.token, held.token) &&
    covers(claim.role, held.scopes, withImplied(device.approvedScopes)) &&
    covers(claim.role, withImplied(claim.scopes), held.scopes);
  return ok ? { state: put(state, claim.deviceId, { ...held, lastUsedAtMs: now }), ok } : { state, ok };
}

/**
 * The token that hello-ok carries: the held one when it covers what is asked, else a new one with exactly what is asked,
 * which undoes a revocation (gateway-facts, trap 8). Undefined for a device that is not paired for the role.
 */
export function ensureToken(
  state: PairingState,
  claim: { deviceId: string; role: string; scopes: readonly string[] },
  fresh: Fresh,
): { state: PairingState; token: TokenRow | undefined } {
  const device = state.paired[claim.deviceId];
  if (!device || !distinct([...device.roles, device.role]).includes(claim.role)) return { state, token: undefined };
  const asked = withImplied(claim.scopes);
  const approved = withImplied(device.approvedScopes);
  if (!covers(claim.role, asked, approved)) return { state, token: undefined };
  const held = device.tokens[claim.role];
  if (held && held.revokedAtMs === undefined && covers(claim.role, held.scopes, approved) && covers(claim.role, asked, held.scopes)) {
    return { state, token: held };
  }
  const token: TokenRow = {
    token: fresh.token(),
    role: claim.role,
    scopes: asked,
    createdAtMs: held?.createdAtMs ?? fresh.now,
    rotatedAtMs: held ? fresh.now : undefined,
    lastUsedAtMs: held?.lastUsedAtMs,
  };
  return { state: put(state, claim.deviceId, token), token };
}

export type Rotation = { state: PairingState; token: TokenRow } | { state: PairingState; denied: string };

/** A new token for a role, with the same scopes or the named ones; never more than was approved. */
export function rotateToken(
  state: PairingState,
  claim: { deviceId: string; role: string; scopes?: readonly string[] | undefined },
  fresh: Fresh,
): Rotation {
  const device = state.paired[claim.deviceId];
  if (!device || !distinct([...device.roles, device.role]).includes(claim.role)) return { state, denied: 'unknown-device-or-role' };
  const held = device.tokens[claim.role];
  const scopes = withImplied(claim.scopes ?? held?.scopes ?? device.scopes);
  if (!covers(claim.role, scopes, withImplied(device.approvedScopes))) return { state, denied: 'scope-outside-approved-baseline' };
  const token: TokenRow = {
    token: fresh.token(),
    role: claim.role,
    scopes,
    createdAtMs: held?.createdAtMs ?? fresh.now,
    rotatedAtMs: fresh.now,
    lastUsedAtMs: held?.lastUsedAtMs,
  };
  return { state: put(state, claim.deviceId, token), token };
}

/** Marks the token of a role as revoked; undefined when there is none. */
export function revokeToken(
  state: PairingState,
  deviceId: string,
  role: string,
  now: number,
): { state: PairingState; token: TokenRow | undefined } {
  const held = state.paired[deviceId]?.tokens[role];
  if (!held) return { state, token: undefined };
  const token = { ...held, revokedAtMs: now };
  return { state: put(state, deviceId, token), token };
}
