// What is odd about a device, told from its row and from what this console saw of it. Pure: the words are beside it.
import type { FindingCode } from '../api/device-shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { addedScopes, effectiveScopes, normaliseScopes } from '../gateway/scopes.ts';
import { lastUseMs, newestMs } from './last-use.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
export const NOT_SEEN_DAYS = 30;
/** A device that was paired this short ago may only be on its way. */
export const UNUSED_AFTER_MS = DAY_MS;
/** An approval and the token that it makes carry the same time, give or take. */
const SAME_MOMENT_MS = 5000;

export type Alike = { count: number; used: string | undefined };

/** What the rest of the gateway's list says of a device. */
export type ListFacts = {
  /** How many say to be the same client, itself counted; and the one that is used, where that can be told. */
  alike?: Alike;
  /** A request of this key that waits and asks nothing but another platform. */
  platformAsks?: { requestId: string; sinceMs: number; platform: string };
  /** A request of this key for a role waits: whoever asks that holds the shared secret. */
  roleAsks?: { sinceMs: number };
};

/** What was seen of a device beside the list. Times in ms of this console's clock. */
export type SeenFacts = {
  /** It was taken back or its token revoked here, and the gateway lists it anew. */
  cameBack?: { atMs: number };
  /** Its newest refused or waiting attempt that names its key. */
  failedMs?: number;
  /** A person or rule refused a change of platform that it asked for. */
  platformRefused?: { atMs: number };
  /** The token of a role was revoked here and is issued again. */
  revocationUndone?: { atMs: number; role?: string };
  /** The operator token was narrowed here and is wide again. */
  narrowingUndone?: { atMs: number; role?: string };
};

export type Known = {
  list: ListFacts | undefined;
  seen: SeenFacts | undefined;
  /** When a caller that says to be the same client was last refused for its device token. Others may say so too. */
  mismatchMs: number | undefined;
  unclicked: number;
  isConsole: boolean;
  isHostKey: boolean;
  nowMs: number;
};

/** One finding as facts. What a code does not need is left out. */
export type Found = {
  code: FindingCode;
  sinceMs?: number | undefined;
  role?: string;
  /** Scopes that the token lacks. */
  lacks?: string[];
  /** Nothing proves that it was this very device. */
  doubtful?: boolean;
  waits?: { requestId: string; platform: string };
  alike?: Alike;
};

/** Clients and modes that the gateways know for a single use: probes and tests. */
const ONE_SHOT: ReadonlySet<string> = new Set(['openclaw-probe', 'probe', 'test']);

type Token = PairedDevice['tokens'][number];

/** Scopes of an approval that a token does not carry, the implied ones counted in. 2026.9.x: read and write open sessions as well. */
function lackingScopes(token: Token, approved: readonly string[]): string[] {
  const held = effectiveScopes(token.scopes);
  if (held.has('operator.admin')) return [];
  if (held.has('operator.read')) held.add('operator.sessions.read');
  if (held.has('operator.write')) held.add('operator.sessions.write');
  return addedScopes(token.scopes, normaliseScopes(approved)).filter((scope) => !held.has(scope));
}

function tokenFindings(row: PairedDevice): Found[] {
  return row.roles.flatMap((role): Found[] => {
    const token = row.tokens.find((t) => t.role === role);
    if (token === undefined) return [{ code: 'token-missing', role, sinceMs: row.approvedAtMs }];
    if (token.revokedAtMs !== undefined || role !== 'operator') return [];
    const lacks = lackingScopes(token, row.scopes);
    return lacks.length === 0 ? [] : [{ code: 'token-narrower', role, lacks, sinceMs: token.rotatedAtMs ?? token.createdAtMs }];
  });
}

/** Every token is revoked, and yet: connected, seen later, or an attempt that names its key. Else perhaps a caller that looks like it. */
function revokedButConnecting(row: PairedDevice, { list, seen, mismatchMs }: Known): Found[] {
  const undone = seen?.revocationUndone;
  if (undone !== undefined) return [{ code: 'revoked-but-connecting', sinceMs: undone.atMs }];
  const revoked = row.tokens.map((token) => token.revokedAtMs);
  const atMs = newestMs(revoked);
  if (atMs === undefined || revoked.includes(undefined)) return [];
  const after = (ms: number | undefined) => ms !== undefined && ms > atMs;
  if (row.connected === true || after(row.lastSeenAtMs) || after(seen?.failedMs) || after(list?.roleAsks?.sinceMs))
    return [{ code: 'revoked-but-connecting', sinceMs: atMs }];
  return after(mismatchMs) ? [{ code: 'revoked-but-connecting', sinceMs: atMs, doubtful: true }] : [];
}

/** An upgrade was approved, which makes a new token; the old one was what the client had, and a caller like it fails ever since. */
function loopingAfterApproval(row: PairedDevice, { mismatchMs }: Known): Found[] {
  const { approvedAtMs, createdAtMs } = row;
  if (approvedAtMs === undefined || row.connected === true) return [];
  const wasUpgrade = createdAtMs !== undefined && approvedAtMs - createdAtMs > SAME_MOMENT_MS;
  const usedSince = (lastUseMs(row) ?? 0) > approvedAtMs + SAME_MOMENT_MS;
  const replaced = row.tokens.some((t) => t.revokedAtMs === undefined && (t.rotatedAtMs ?? 0) >= approvedAtMs - SAME_MOMENT_MS);
  if (!wasUpgrade || usedSince || !replaced || (mismatchMs ?? 0) <= approvedAtMs) return [];
  return [{ code: 'looping-after-approval', sinceMs: approvedAtMs, doubtful: true }];
}

/** Only where the gateway tells who is connected: elsewhere nothing shows that a device is not used. */
function unusedFindings(row: PairedDevice, { nowMs, isHostKey }: Known): Found[] {
  if (row.connected !== false || isHostKey) return [];
  const madeMs = row.createdAtMs ?? row.approvedAtMs;
  const used = lastUseMs(row);
  // A device that the gateway lets in by itself is paired by its first connection.
  const onlyPaired = used === undefined || (madeMs !== undefined && used <= madeMs + SAME_MOMENT_MS);
  if (onlyPaired) return madeMs !== undefined && nowMs - madeMs > UNUSED_AFTER_MS ? [{ code: 'never-used', sinceMs: madeMs }] : [];
  return used !== undefined && nowMs - used > NOT_SEEN_DAYS * DAY_MS ? [{ code: 'not-seen', sinceMs: used }] : [];
}

/** What is odd about one device, the gravest first. Costs some microseconds: it is asked for every row that changed. */
export function findingsOf(row: PairedDevice, known: Known): Found[] {
  const { list, seen } = known;
  const out: Found[] = [];
  if (known.unclicked > 0) out.push({ code: 'silent-grant' });
  if (seen?.cameBack) out.push({ code: 'came-back', sinceMs: seen.cameBack.atMs });
  out.push(...revokedButConnecting(row, known));
  const wide = seen?.narrowingUndone;
  if (wide && row.tokens.some((token) => token.role === (wide.role ?? 'operator') && token.revokedAtMs === undefined))
    out.push({ code: 'token-wide-again', sinceMs: wide.atMs });
  out.push(...loopingAfterApproval(row, known), ...tokenFindings(row));
  if (list?.platformAsks)
    out.push({
      code: 'platform-changed',
      sinceMs: list.platformAsks.sinceMs,
      waits: { requestId: list.platformAsks.requestId, platform: list.platformAsks.platform },
    });
  else if (seen?.platformRefused) out.push({ code: 'platform-changed', sinceMs: seen.platformRefused.atMs });
  if (list?.alike) out.push({ code: 'many-keys', alike: list.alike });
  if (row.roles.includes('node') && row.roles.includes('operator')) out.push({ code: 'mixed-roles', sinceMs: row.approvedAtMs });
  if (ONE_SHOT.has(row.clientId ?? '') || ONE_SHOT.has(row.clientMode ?? '')) out.push({ code: 'ephemeral', sinceMs: row.createdAtMs });
  if (!known.isConsole) out.push(...unusedFindings(row, known));
  return out;
}

/** Changes of a device's findings by the clock alone are at most this old. */
export const FINDINGS_STEP_MS = 10 * MINUTE_MS;
