// How good a proof is, and what is missing for the next better one. For people: no rule reads it.
import type { FactView, OriginView } from '../api/shapes.ts';
import type { Judgement } from './judge.ts';

/** What a key that is not the gateway's own needs beyond the facts that every origin needs. */
const LOOPBACK_ONLY: readonly FactView['name'][] = ['statement', 'provenance'];

/**
 * The next better grade of a judgement with the facts that stand against it, as texts; undefined at the best that this key can
 * have. A key that is not the gateway's own never becomes host key.
 */
export function nextGrade({ origin, assurance, facts, isHostKey }: Judgement): OriginView['next'] {
  if (facts.length === 0) return undefined;
  const best = isHostKey ? 'host key' : 'loopback';
  const proven = origin === 'host-key' || origin === 'loopback';
  if (proven && assurance === 'peer') return undefined;
  const needed = facts.filter((f) => f.name !== 'key' && !(isHostKey && LOOPBACK_ONLY.includes(f.name)));
  const missing = needed.filter(
    (f) => f.held !== true && !(f.name === 'peer' && f.held === undefined && !proven && onlyPeerUnreached(needed)),
  );
  if (missing.length === 0) return undefined;
  return { grade: proven ? `${best}, the caller’s socket seen` : best, missing: missing.map((f) => `${f.label}: ${f.text}`) };
}

/** Where sockets are out of reach the log alone can still prove a path, so the peer is not what stands in the way. */
const onlyPeerUnreached = (facts: readonly FactView[]): boolean =>
  facts.some((f) => f.name === 'peer' && f.held === undefined && f.text.includes('cannot be seen from here'));
