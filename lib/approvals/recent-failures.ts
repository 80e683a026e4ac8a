// The last minutes of refused sign-ins of one gateway, for what no single row tells: a lock in force, and refusals left out.
import type { NewHandshake } from '../handshakes/attempt.ts';
import { type Lock, locksInForce, type RateLimits, type RefusedSignIn, refusedSignIn } from '../handshakes/trouble-locks.ts';

const KEEP = 5000;
const KEEP_MS = 30 * 60_000;
const RECENT_MS = 10 * 60_000;

export type RecentFailures = {
  note: (row: NewHandshake) => void;
  /** Locks in force at `nowMs` of the gateway's clock. */
  locks: (limits: RateLimits, nowMs: number) => Lock[];
  /** Refusals that the gateway said it left out in the last 10 minutes. */
  throttled: (nowMs: number) => { count: number; at: number } | undefined;
};

/** @param startedAt when the gateway last started, its clock: it forgets its locks then */
export function createRecentFailures({ startedAt }: { startedAt: () => number }): RecentFailures {
  // By row, since a log that is opened anew is read again.
  const refused = new Map<string, RefusedSignIn>();
  const left = new Map<string, { at: number; count: number }>();

  function trim<V extends { at: number }>(map: Map<string, V>, newest: number) {
    for (const [id, entry] of map) {
      if (map.size <= KEEP && entry.at >= newest - KEEP_MS) return;
      map.delete(id);
    }
  }

  return {
    note(row) {
      const at = Date.parse(row.at);
      const { facts } = row.evidence;
      if (row.cause === 'suppressed') {
        left.set(row.id, { at, count: facts.suppressed ?? 0 });
        trim(left, at);
        return;
      }
      const entry = refusedSignIn(at, facts);
      if (!entry) return;
      refused.set(row.id, entry);
      trim(refused, at);
    },
    locks(limits, nowMs) {
      const since = Math.max(startedAt(), nowMs - limits.lockoutMs - limits.windowMs);
      return locksInForce(
        [...refused.values()].filter((r) => r.at >= since).sort((a, b) => a.at - b.at),
        limits,
        nowMs,
      );
    },
    throttled(nowMs) {
      const recent = [...left.values()].filter((entry) => entry.at >= nowMs - RECENT_MS);
      if (recent.length === 0) return undefined;
      return { count: recent.reduce((sum, entry) => sum + entry.count, 0), at: Math.max(...recent.map((entry) => entry.at)) };
    },
  };
}
