// The last minutes of refused sign-ins of one gateway, for what no single row tells: a lock in force, and refusals left out.
import type { NewHandshake } from '../handshakes/attempt.ts';
import { type Lock, locksInForce, type RateLimits, type RefusedSignIn, refusedSignIn } from '../handshakes/trouble-locks.ts';

/** Refusals kept one by one; more are cut by slices, after the locks that they make were worked out. */
const KEEP = 5000;
const SLICE = 1000;
/** Each browser origin on loopback can be a lock of its own, so a caller can make many. */
const KEEP_LOCKS = 1000;
const KEEP_MS = 30 * 60_000;
const RECENT_MS = 10 * 60_000;

export type RecentFailures = {
  note: (row: NewHandshake) => void;
  /** Locks in force at `nowMs` of the gateway's clock. */
  locks: (nowMs: number) => Lock[];
  /** Refusals that the gateway said it left out in the last 10 minutes. */
  throttled: (nowMs: number) => { count: number; at: number } | undefined;
};

/**
 * @param startedAt when the gateway last started, its clock: it forgets its locks then
 * @param limits its limits of sign-ins at present
 */
export function createRecentFailures({ startedAt, limits }: { startedAt: () => number; limits: () => RateLimits }): RecentFailures {
  // By row, since a log that is opened anew is read again.
  const refused = new Map<string, RefusedSignIn>();
  const left = new Map<string, { at: number; count: number }>();
  /** Locks of refusals that were cut. */
  let known: Lock[] = [];

  function forget<V extends { at: number }>(map: Map<string, V>, before: number) {
    for (const [id, entry] of map) {
      if (entry.at >= before) return;
      map.delete(id);
    }
  }

  function cut<V>(map: Map<string, V>) {
    for (const id of map.keys()) {
      if (map.size <= KEEP) return;
      map.delete(id);
    }
  }

  function locks(nowMs: number): Lock[] {
    const { lockoutMs, windowMs } = limits();
    const since = Math.max(startedAt(), nowMs - lockoutMs - windowMs);
    return locksInForce(
      [...refused.values()].filter((r) => r.at >= since).sort((a, b) => a.at - b.at),
      limits(),
      nowMs,
      known.filter((lock) => lock.since >= startedAt()),
    );
  }

  return {
    note(row) {
      const at = Date.parse(row.at);
      const { facts } = row.evidence;
      if (row.cause === 'suppressed') {
        left.set(row.id, { at, count: facts.suppressed ?? 0 });
        forget(left, at - KEEP_MS);
        cut(left);
        return;
      }
      const entry = refusedSignIn(at, facts);
      if (!entry) return;
      refused.set(row.id, entry);
      const { lockoutMs, windowMs } = limits();
      forget(refused, at - Math.max(KEEP_MS, lockoutMs + windowMs));
      if (refused.size <= KEEP + SLICE) return;
      known = locks(at).slice(0, KEEP_LOCKS);
      cut(refused);
    },
    locks,
    throttled(nowMs) {
      const recent = [...left.values()].filter((entry) => entry.at >= nowMs - RECENT_MS);
      if (recent.length === 0) return undefined;
      return { count: recent.reduce((sum, entry) => sum + entry.count, 0), at: Math.max(...recent.map((entry) => entry.at)) };
    },
  };
}
