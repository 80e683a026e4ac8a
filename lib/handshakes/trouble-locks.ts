// The sign-in lock of a gateway, worked out from what its log shows: it says nowhere whom it locked out, nor for how long. Pure.
import { isLoopback } from '../evidence/proc-net.ts';

export type RateLimits = { maxAttempts: number; windowMs: number; lockoutMs: number; exemptLoopback: boolean };

/** One refused sign-in. `at` in ms of the gateway's clock; `who` is the address or browser origin that the gateway counts by. */
export type RefusedSignIn = { at: number; who: string; counts: 'secret' | 'device-token' | undefined; limited: boolean; isOrigin: boolean };

/** `until`: when it ends by itself. `isOrigin`: `who` is a browser's Origin header, a caller's words. `sure` is false where its beginning was not seen, so that it may end earlier. */
export type Lock = { who: string; since: number; until: number; sure: boolean; isOrigin: boolean };

type SignInFacts = {
  cause?: string | undefined;
  authReason?: string | undefined;
  remoteAddr?: string | undefined;
  browserOrigin?: string | undefined;
};

/**
 * What a refused attempt means for the lock; undefined for one that has nothing to do with it. Only wrong secrets count, missing ones
 * do not; a browser's Origin on loopback is counted by itself (limiter of 2026.4.14 and 2026.9.6).
 */
export function refusedSignIn(at: number, facts: SignInFacts): RefusedSignIn | undefined {
  const { cause, authReason, remoteAddr, browserOrigin } = facts;
  if (cause !== 'unauthorized' || remoteAddr === undefined) return undefined;
  const limited = authReason === 'rate_limited';
  const counts =
    authReason === 'token_mismatch' || authReason === 'password_mismatch'
      ? 'secret'
      : authReason === 'device_token_mismatch'
        ? 'device-token'
        : undefined;
  if (!limited && counts === undefined) return undefined;
  const isOrigin = browserOrigin !== undefined && isLoopback(remoteAddr);
  return { at, who: isOrigin ? browserOrigin : remoteAddr, counts, limited, isOrigin };
}

/**
 * The locks in force at `nowMs` (gateway's clock), addresses before origins, longest first. A restart of the gateway forgets all: leave
 * out what was before.
 * @param refused oldest first
 * @param known locks worked out before, from refusals that need not be among `refused` any more
 */
export function locksInForce(refused: readonly RefusedSignIn[], limits: RateLimits, nowMs: number, known: readonly Lock[] = []): Lock[] {
  const locks = new Map<string, Lock>();
  const counted = new Map<string, number[]>();
  const put = (lock: Lock) => {
    const key = `${lock.isOrigin} ${lock.who}`;
    const before = locks.get(key);
    if (!before || before.until < lock.until) locks.set(key, lock);
  };
  for (const lock of known) put(lock);
  for (const { at, who, counts, limited, isOrigin } of refused) {
    const key = `${isOrigin} ${who}`;
    const lock = locks.get(key);
    const locked = lock !== undefined && at < lock.until;
    if (limited) {
      // Its beginning was not seen: at the latest it began just now.
      if (!locked) put({ who, since: at, until: at + limits.lockoutMs, sure: false, isOrigin });
      continue;
    }
    if (counts === undefined || locked || (limits.exemptLoopback && !isOrigin && isLoopback(who))) continue;
    const counter = `${counts} ${key}`;
    const times = [...(counted.get(counter) ?? []).filter((t) => t > at - limits.windowMs), at];
    counted.set(counter, times);
    if (times.length < limits.maxAttempts) continue;
    counted.delete(counter);
    put({ who, since: at, until: at + limits.lockoutMs, sure: true, isOrigin });
  }
  return [...locks.values()]
    .filter((lock) => lock.until > nowMs)
    .sort((a, b) => Number(a.isOrigin) - Number(b.isOrigin) || b.until - a.until);
}
