// What changed in a gateway's list between two readings, device by device. Pure: who did it is said elsewhere.
import { z } from 'zod';
import type { ChangeKind } from '../api/device-shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { addedScopes, normaliseScopes, sameScopes } from '../gateway/scopes.ts';

const count = z.number().optional();
const maybe = z.string().optional();

/** What is kept of a paired row to tell the next one from it. No token is in it. */
export const deviceState = z.object({
  deviceId: z.string(),
  publicKey: z.string(),
  name: maybe,
  label: maybe,
  platform: maybe,
  deviceFamily: maybe,
  createdAtMs: count,
  approvedAtMs: count,
  approvedVia: maybe,
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  tokens: z.array(z.object({ role: z.string(), scopes: z.array(z.string()), createdAtMs: count, rotatedAtMs: count, revokedAtMs: count })),
});
export type DeviceState = z.infer<typeof deviceState>;

/** The part of a row that differences are told by. */
export function stateOf(row: PairedDevice): DeviceState {
  return {
    deviceId: row.deviceId,
    publicKey: row.publicKey,
    name: row.displayName ?? row.clientId,
    label: row.label,
    platform: row.platform,
    deviceFamily: row.deviceFamily,
    createdAtMs: row.createdAtMs,
    approvedAtMs: row.approvedAtMs,
    approvedVia: row.approvedVia,
    roles: [...row.roles].sort(),
    scopes: normaliseScopes(row.scopes),
    tokens: row.tokens
      .map((t) => ({
        role: t.role,
        scopes: normaliseScopes(t.scopes),
        createdAtMs: t.createdAtMs,
        rotatedAtMs: t.rotatedAtMs,
        revokedAtMs: t.revokedAtMs,
      }))
      .sort((a, b) => (a.role < b.role ? -1 : 1)),
  };
}

type Held = { roles: string[]; scopes: string[] };

/** One difference of one device. `gained` and `lost` count what a scope implies: admin beside read gains no read. */
export type Difference = {
  kind: ChangeKind;
  deviceId: string;
  publicKey: string;
  name?: string;
  gained: Held;
  lost: Held;
  /** Of token work: which token. */
  role?: string;
  /** When the gateway says that it happened, its clock, ms. */
  toldAtMs?: number;
  /**
   * How the row says that it was admitted (2026.9.x), where that is about this very grant: it names the best approval ever, not the
   * last, so it tells nothing of a row that grows while it stays the same.
   */
  via?: string;
  before?: string;
  after?: string;
};

/** Values of `approvedVia` (2026.9.x) with which nobody is asked. */
export const UNASKED: ReadonlySet<string> = new Set(['silent', 'trusted-cidr', 'trusted-proxy', 'ssh-verified']);

const NOTHING: Held = { roles: [], scopes: [] };
const missing = (from: readonly string[], than: readonly string[]) => from.filter((v) => !than.includes(v));
const labelOf = (state: DeviceState) => state.label ?? state.name;

function about(state: DeviceState) {
  const name = labelOf(state);
  return { deviceId: state.deviceId, publicKey: state.publicKey, ...(name === undefined ? {} : { name }) };
}

const told = (ms: number | undefined) => (ms === undefined ? {} : { toldAtMs: ms });
const admitted = (via: string | undefined) => (via === undefined ? {} : { via });

function heldDifferences(before: DeviceState, after: DeviceState): Difference[] {
  const out: Difference[] = [];
  const gained = { roles: missing(after.roles, before.roles), scopes: addedScopes(before.scopes, after.scopes) };
  const lost = { roles: missing(before.roles, after.roles), scopes: addedScopes(after.scopes, before.scopes) };
  // A row that nobody was asked for may have grown again the same way before somebody approved anything of it.
  const wasUnasked = before.approvedVia !== undefined && UNASKED.has(before.approvedVia);
  const isNews =
    before.approvedVia !== after.approvedVia && (!wasUnasked || (after.approvedVia !== undefined && UNASKED.has(after.approvedVia)));
  const via = admitted(isNews ? after.approvedVia : undefined);
  const rolesMoved = gained.roles.length > 0 || lost.roles.length > 0;
  if (rolesMoved) out.push({ ...about(after), kind: 'roles-changed', gained, lost, ...told(after.approvedAtMs), ...via });
  else {
    if (gained.scopes.length > 0)
      out.push({ ...about(after), kind: 'scopes-grew', gained, lost: NOTHING, ...told(after.approvedAtMs), ...via });
    if (lost.scopes.length > 0) out.push({ ...about(after), kind: 'scopes-shrank', gained: NOTHING, lost });
  }
  return out;
}

type TokenState = DeviceState['tokens'][number];

/** What was done with one token. One that is made anew as a by-product of a grant is no news beside the grant. */
function tokenDifference(
  before: TokenState | undefined,
  after: TokenState,
): Pick<Difference, 'kind' | 'toldAtMs' | 'gained' | 'lost'> | undefined {
  const gained = { roles: [], scopes: before ? addedScopes(before.scopes, after.scopes) : [] };
  const lost = { roles: [], scopes: before ? addedScopes(after.scopes, before.scopes) : [] };
  if (after.revokedAtMs !== undefined && before?.revokedAtMs === undefined)
    return { kind: 'token-revoked', gained: NOTHING, lost: { roles: [], scopes: after.scopes }, toldAtMs: after.revokedAtMs };
  if (after.revokedAtMs !== undefined) return undefined;
  if (before === undefined || before.revokedAtMs !== undefined)
    // One that stands in the place of a revoked one gives back what was taken.
    return {
      kind: 'token-issued',
      gained: before === undefined ? NOTHING : { roles: [], scopes: after.scopes },
      lost: NOTHING,
      ...told(before === undefined ? after.createdAtMs : (after.rotatedAtMs ?? after.createdAtMs)),
    };
  if (lost.scopes.length > 0) return { kind: 'token-narrowed', gained, lost, ...told(after.rotatedAtMs) };
  const rotated = after.rotatedAtMs !== undefined && after.rotatedAtMs !== before.rotatedAtMs;
  if (rotated || gained.scopes.length > 0) return { kind: 'token-rotated', gained, lost, ...told(rotated ? after.rotatedAtMs : undefined) };
  return undefined;
}

function tokenDifferences(before: DeviceState, after: DeviceState, granted: boolean): Difference[] {
  const gone = before.tokens.flatMap((token): Difference[] => {
    // One that goes with its role, or that was revoked before, takes nothing along that was not taken already.
    const goes = token.revokedAtMs === undefined && after.roles.includes(token.role) && after.tokens.every((t) => t.role !== token.role);
    if (!goes) return [];
    return [{ ...about(after), kind: 'token-removed', gained: NOTHING, lost: { roles: [], scopes: token.scopes }, role: token.role }];
  });
  const worked = after.tokens.flatMap((token): Difference[] => {
    const found = tokenDifference(
      before.tokens.find((t) => t.role === token.role),
      token,
    );
    if (!found || (granted && (found.kind === 'token-issued' || found.kind === 'token-rotated'))) return [];
    return [{ ...about(after), role: token.role, ...found }];
  });
  return [...worked, ...gone];
}

const platformOf = ({ platform, deviceFamily }: DeviceState) =>
  [platform, deviceFamily].filter((v) => v !== undefined).join(', ') || 'nothing';

/**
 * What became of one device. A row that the gateway made at another time, or of another key, is another pairing: what it holds was
 * given anew. Undefined stands for a device that is not listed.
 */
export function differencesOf(before: DeviceState | undefined, after: DeviceState | undefined): Difference[] {
  if (before === undefined && after === undefined) return [];
  if (after === undefined)
    return before ? [{ ...about(before), kind: 'removed', gained: NOTHING, lost: { roles: before.roles, scopes: before.scopes } }] : [];
  const all = { roles: after.roles, scopes: after.scopes };
  if (before === undefined)
    return [{ ...about(after), kind: 'paired', gained: all, lost: NOTHING, ...told(after.createdAtMs), ...admitted(after.approvedVia) }];
  if (before.publicKey !== after.publicKey || before.createdAtMs !== after.createdAtMs)
    return [
      { ...about(after), kind: 'paired-anew', gained: all, lost: NOTHING, ...told(after.createdAtMs), ...admitted(after.approvedVia) },
    ];
  const held = heldDifferences(before, after);
  const out = [...held, ...tokenDifferences(before, after, held.length > 0)];
  const [oldLabel, newLabel] = [labelOf(before), labelOf(after)];
  if (before.label !== after.label)
    out.push({ ...about(after), kind: 'renamed', gained: NOTHING, lost: NOTHING, before: oldLabel ?? '', after: newLabel ?? '' });
  if (before.platform !== after.platform || before.deviceFamily !== after.deviceFamily)
    out.push({
      ...about(after),
      kind: 'platform-changed',
      gained: NOTHING,
      lost: NOTHING,
      before: platformOf(before),
      after: platformOf(after),
    });
  return out;
}

/** Whether two states are told by the same facts, so that nothing needs to be kept anew. */
export const sameState = (a: DeviceState, b: DeviceState): boolean =>
  sameScopes(a.scopes, b.scopes) && JSON.stringify(a) === JSON.stringify(b);
