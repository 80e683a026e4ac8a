// Who made a difference in a gateway's list, as far as something proves it. What nobody here decided and no tool of the gateway shows
// is a grant that nobody clicked.
import type { ChangeBy } from '../api/device-shapes.ts';
import { effectiveScopes } from '../gateway/scopes.ts';
import type { GrantRecord, TokenRecord } from '../handshakes/records.ts';
import { type Difference, UNASKED } from './differences.ts';

/** What is known of the time between two readings, of one device. Times are ms of the console's clock unless said. */
export type KnownOf = {
  /** Approvals of this console that reached the gateway or may have; oldest first. */
  decisions: readonly {
    id: string;
    atMs: number;
    by: string;
    ruleId?: string;
    roles: readonly string[];
    scopes: readonly string[];
  }[];
  takeBacks: readonly { id: string; atMs: number; by: string }[];
  acts: readonly { id: string; atMs: number; by: string; act: string; role?: string }[];
  /** Of the gateway's log, its clock. */
  records: readonly (GrantRecord | TokenRecord)[];
};

const GRANTS: ReadonlySet<Difference['kind']> = new Set(['paired', 'paired-anew', 'scopes-grew', 'roles-changed', 'token-issued']);

/** What the gateway's log writes for each kind of work on a token or row. */
const LOGGED: Partial<Record<Difference['kind'], TokenRecord['what']>> = {
  removed: 'removed',
  'token-revoked': 'revoked',
  'token-removed': 'revoked',
  'token-rotated': 'rotated',
  'token-narrowed': 'rotated',
};
const ACTED: Partial<Record<Difference['kind'], readonly string[]>> = {
  renamed: ['rename'],
  'token-rotated': ['rotate'],
  'token-narrowed': ['narrow', 'rotate'],
  'token-revoked': ['revoke'],
  'token-removed': ['revoke'],
};

function grantedHere({ gained }: Difference, { decisions }: KnownOf): ChangeBy | undefined {
  // Several approvals may lie between two readings: together they must cover all that was gained.
  const roles = new Set(decisions.flatMap((d) => d.roles));
  const scopes = effectiveScopes(decisions.flatMap((d) => d.scopes));
  const last = decisions.at(-1);
  if (!last || gained.roles.some((r) => !roles.has(r)) || gained.scopes.some((s) => !scopes.has(s))) return undefined;
  return { kind: 'console', name: last.by, decisionId: last.id, ...(last.ruleId === undefined ? {} : { ruleId: last.ruleId }) };
}

function grantedBy(difference: Difference, known: KnownOf): { by: ChangeBy; record?: string } {
  const here = grantedHere(difference, known);
  if (here) return { by: here };
  const grants = known.records.filter((r): r is GrantRecord => r.kind === 'grant');
  // Somebody may have approved something small right after: which of the two gave it, no line says.
  const silent = grants.findLast((r) => r.how === 'silent');
  if (silent) return { by: { kind: 'silent', proof: 'log' }, record: silent.raw };
  const record = grants.at(-1);
  if (difference.via !== undefined && UNASKED.has(difference.via)) return { by: { kind: 'silent', proof: 'approved-via' } };
  if (record) return { by: { kind: 'gateway-tools', proof: 'log' }, record: record.raw };
  if (difference.via !== undefined) return { by: { kind: 'gateway-tools', proof: 'approved-via' } };
  return { by: { kind: 'silent', proof: 'no-decision' } };
}

/** A line is written within the same second as the row; both carry the gateway's clock. */
const LINE_SLACK_MS = 2000;

/** Who made a difference, and the record that proves it where one does. A line that is older than the difference proves nothing of it. */
export function attributionOf(difference: Difference, all: KnownOf): { by: ChangeBy; record?: string } {
  const since = (difference.toldAtMs ?? Number.NEGATIVE_INFINITY) - LINE_SLACK_MS;
  const known = { ...all, records: all.records.filter((record) => record.at >= since) };
  const { kind, role } = difference;
  const gains = difference.gained.scopes.length > 0 || difference.gained.roles.length > 0;
  if (GRANTS.has(kind) && gains) return grantedBy(difference, known);
  const taken = known.takeBacks.at(-1);
  if (kind === 'removed' && taken) return { by: { kind: 'console', name: taken.by, takeBackId: taken.id } };
  // No act of this console gives anything: what was gained beside one came from somewhere else.
  const act = gains
    ? undefined
    : known.acts.findLast((a) => ACTED[kind]?.includes(a.act) && (a.role === undefined || role === undefined || a.role === role));
  if (act) return { by: { kind: 'console', name: act.by, actId: act.id } };
  const pruned = known.records.findLast((r): r is TokenRecord => r.kind === 'token' && r.what === 'pruned');
  if (kind === 'removed' && pruned) return { by: { kind: 'gateway', proof: 'log' }, record: pruned.raw };
  const what = LOGGED[kind];
  const record = known.records.findLast(
    (r): r is TokenRecord => r.kind === 'token' && r.what === what && (r.role === undefined || role === undefined || r.role === role),
  );
  if (what !== undefined && record) return { by: { kind: 'gateway-tools', proof: 'log' }, record: record.raw };
  if (kind === 'token-issued' || kind === 'platform-changed') return { by: { kind: 'device' } };
  return { by: { kind: 'unknown' } };
}

/** Whether somebody got something and nobody was asked. */
export const isUnclicked = ({ gained }: Difference, by: ChangeBy): boolean =>
  by.kind === 'silent' && (gained.roles.length > 0 || gained.scopes.length > 0);
