// The pairing store of the practice gateway: pure transitions from one state to the next, as 2026.4.14 makes them.
import { covers, distinct, firstForeign, firstMissing, withImplied } from './grants.ts';

/** A request is dropped this many ms after the first try; on 2026.4.14 retries do not prolong it. */
export const PENDING_LIFE_MS = 300_000;

/** What a connecting device says of itself, and with which key. */
export type Claims = {
  displayName?: string | undefined;
  platform?: string | undefined;
  deviceFamily?: string | undefined;
  clientId?: string | undefined;
  clientMode?: string | undefined;
  remoteIp?: string | undefined;
};
export type PendingRow = Claims & {
  requestId: string;
  deviceId: string;
  publicKey: string;
  role: string;
  roles: string[];
  scopes: string[];
  silent: boolean;
  isRepair: boolean;
  ts: number;
};
export type TokenRow = {
  token: string;
  role: string;
  scopes: string[];
  createdAtMs: number;
  rotatedAtMs?: number | undefined;
  revokedAtMs?: number | undefined;
  lastUsedAtMs?: number | undefined;
};
export type PairedRow = Claims & {
  deviceId: string;
  publicKey: string;
  role: string;
  roles: string[];
  scopes: string[];
  approvedScopes: string[];
  tokens: Record<string, TokenRow>;
  createdAtMs: number;
  approvedAtMs: number;
};
export type PairingState = { pending: Record<string, PendingRow>; paired: Record<string, PairedRow> };
export type Wish = Claims & { deviceId: string; publicKey: string; role: string; scopes: readonly string[]; silent: boolean };
/** Time in ms and fresh secrets, handed in so that the transitions stay pure. */
export type Fresh = { now: number; id: () => string; token: () => string };

const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((value) => b.includes(value));

const without = <T>(record: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** A store with nothing in it. */
export function emptyPairing(): PairingState {
  return { pending: {}, paired: {} };
}

/** Drops requests older than five minutes. Answers the same object when there are none. */
export function prune(state: PairingState, now: number): PairingState {
  const kept = Object.entries(state.pending).filter(([, row]) => now - row.ts <= PENDING_LIFE_MS);
  return kept.length === Object.keys(state.pending).length ? state : { ...state, pending: Object.fromEntries(kept) };
}

/** The roles a device may still use: approved ones with a token that is not revoked. */
export function activeRoles(device: PairedRow): string[] {
  const approved = distinct([...device.roles, device.role]);
  return Object.values(device.tokens)
    .filter((token) => token.revokedAtMs === undefined && approved.includes(token.role))
    .map((token) => token.role);
}

/**
 * A device asks. The same key, role and set as the one waiting request keep its id and its first time; anything else
 * replaces it by a new id that holds the union of all scopes and roles asked so far (gateway-facts, trap 4).
 */
export function ask(before: PairingState, wish: Wish, fresh: Fresh): { state: PairingState; request: PendingRow; created: boolean } {
  const state = prune(before, fresh.now);
  const waiting = Object.values(state.pending)
    .filter((row) => row.deviceId === wish.deviceId)
    .sort((a, b) => b.ts - a.ts);
  const isRepair = state.paired[wish.deviceId] !== undefined;
  const only = waiting.length === 1 ? waiting[0] : undefined;
  const { silent, scopes, role, ...said } = wish;
  if (
    only &&
    only.publicKey === wish.publicKey &&
    only.role === role &&
    sameSet(only.roles, [role]) &&
    sameSet(withImplied(only.scopes), withImplied(scopes))
  ) {
    const told = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    const request = { ...only, ...told, silent: only.silent && silent, isRepair: only.isRepair || isRepair };
    return { state: { ...state, pending: { ...state.pending, [only.requestId]: request } }, request, created: false };
  }
  const request: PendingRow = {
    requestId: fresh.id(),
    ...said,
    role,
    roles: distinct([...waiting.flatMap((row) => [...row.roles, row.role]), role]),
    scopes: distinct([...waiting.flatMap((row) => row.scopes), ...scopes]),
    silent: silent && waiting.every((row) => row.silent),
    isRepair,
    ts: fresh.now,
  };
  const others = Object.fromEntries(Object.entries(state.pending).filter(([, row]) => row.deviceId !== wish.deviceId));
  return { state: { ...state, pending: { ...others, [request.requestId]: request } }, request, created: true };
}

export type Approval = { kind: 'approved'; device: PairedRow } | { kind: 'unknown' } | { kind: 'forbidden'; message: string };

function tokenScopes(role: string, scopes: readonly string[]): string[] {
  return withImplied(scopes).filter((scope) => scope.startsWith('operator.') === (role === 'operator'));
}

/**
 * Approves a request: the device then holds the union of what it had and what it asks, and gets a new token for each asked
 * role. Forbidden when a scope fits no asked role, or when the approver's own scopes do not cover it.
 * A request without scopes inherits those of the old token (gateway-facts, trap 6).
 */
export function approve(
  before: PairingState,
  requestId: string,
  callerScopes: readonly string[],
  fresh: Fresh,
): { state: PairingState; approval: Approval } {
  const state = prune(before, fresh.now);
  const request = state.pending[requestId];
  if (!request) return { state, approval: { kind: 'unknown' } };
  const asked = withImplied(request.scopes);
  const roles = distinct([...request.roles, request.role]);
  const foreign = firstForeign(roles, asked);
  if (foreign !== undefined) return { state, approval: { kind: 'forbidden', message: `invalid scope for requested roles: ${foreign}` } };
  const operatorScopes = asked.filter((scope) => scope.startsWith('operator.'));
  const missing = firstMissing('operator', operatorScopes, callerScopes);
  if (missing !== undefined) return { state, approval: { kind: 'forbidden', message: `missing scope: ${missing}` } };

  const held = state.paired[request.deviceId];
  const scopes = distinct([...(held?.approvedScopes ?? []), ...request.scopes]);
  const tokens: Record<string, TokenRow> = { ...held?.tokens };
  for (const role of roles) {
    const old = tokens[role];
    const wanted = tokenScopes(role, request.scopes);
    tokens[role] = {
      token: fresh.token(),
      role,
      scopes: wanted.length > 0 ? wanted : tokenScopes(role, old?.scopes ?? scopes),
      createdAtMs: old?.createdAtMs ?? fresh.now,
      rotatedAtMs: old ? fresh.now : undefined,
      lastUsedAtMs: old?.lastUsedAtMs,
    };
  }
  const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...row } = request;
  const device: PairedRow = {
    ...row,
    roles: distinct([...(held ? [...held.roles, held.role] : []), ...roles]),
    scopes,
    approvedScopes: scopes,
    tokens,
    createdAtMs: held?.createdAtMs ?? fresh.now,
    approvedAtMs: fresh.now,
  };
  return {
    state: { pending: without(state.pending, requestId), paired: { ...state.paired, [device.deviceId]: device } },
    approval: { kind: 'approved', device },
  };
}

/** Rejects a request; answers whose it was, or undefined when there is none. Nothing remembers the refusal. */
export function reject(before: PairingState, requestId: string, now: number): { state: PairingState; deviceId: string | undefined } {
  const state = prune(before, now);
  const request = state.pending[requestId];
  if (!request) return { state, deviceId: undefined };
  return { state: { ...state, pending: without(state.pending, requestId) }, deviceId: request.deviceId };
}

/** Removes a paired device; its waiting request stays, as on the real gateway. */
export function remove(state: PairingState, deviceId: string): { state: PairingState; removed: boolean } {
  if (!state.paired[deviceId]) return { state, removed: false };
  return { state: { ...state, paired: without(state.paired, deviceId) }, removed: true };
}

/** Writes what a paired device said of itself at its latest connect. */
export function touch(state: PairingState, deviceId: string, claims: Omit<Claims, 'platform' | 'deviceFamily'>): PairingState {
  const device = state.paired[deviceId];
  return device ? { ...state, paired: { ...state.paired, [deviceId]: { ...device, ...claims } } } : state;
}

/** Whether a device may use what it asks, by what was approved for its key. */
export function mayUse(device: PairedRow | undefined, publicKey: string, role: string, scopes: readonly string[]): boolean {
  if (!device || device.publicKey !== publicKey || !activeRoles(device).includes(role)) return false;
  return covers(role, scopes, device.approvedScopes);
}
