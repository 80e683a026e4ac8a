// Browser sessions, in memory only. While the console is down anybody on this host can take its port, and an open tab sends
// its secrets there by itself; whatever was heard that way is worth nothing, because the sessions end with the process.
import type { SignInWay } from '../api/operator-shapes.ts';
import type { Clock } from '../clock.ts';
import { present } from '../present.ts';
import type { Right } from './rights.ts';
import { hashOf, matchesHash, newName, newSecret, type RandomBytes } from './secrets.ts';

/** A session ends 7 days after sign-in, in any case. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** A session ends after 24 h without a request. */
export const SESSION_IDLE_MS = 86_400_000;
/** How many sessions live at once; beyond, the one that was unused for longest gives way. */
export const MAX_SESSIONS = 200;
/** How many of one operator; beyond, its own gives way, so that nobody can sign others out by signing in. */
export const MAX_SESSIONS_EACH = 50;
/** How long after a sign-in or a confirmation credentials, operators and tokens can be changed, ms. */
export const FRESH_MS = 15 * 60_000;

export type SessionOwner = {
  operatorId: string;
  name: string;
  rights: readonly Right[];
  way: SignInWay;
  /** Where from, as the connection said; the browser's word, cut. */
  address?: string | undefined;
  userAgent?: string | undefined;
};

export type Session = {
  id: string;
  operatorId: string;
  name: string;
  rights: readonly Right[];
  way: SignInWay;
  startedMs: number;
  seenMs: number;
  expiresMs: number;
  freshUntilMs: number;
  address?: string;
  userAgent?: string;
};

// Even in memory a secret is known by its SHA-256 only. What runs out does so by the steady clock as well: a host whose clock is set back
// must not lengthen anything.
type Held = Session & { hash: string; keyHash: string; steady: { started: number; seen: number; freshUntil: number } };

const viewOf = ({ hash: _hash, keyHash: _keyHash, steady: _steady, ...session }: Held): Session => session;

/** An empty book of sessions. */
export function createSessionBook({ clock, random }: { clock: Clock; random: RandomBytes }) {
  // By the hash of the cookie, in the order of their last use.
  const byHash = new Map<string, Held>();
  const listeners = new Set<(sessionId: string) => void>();

  const endsMs = ({ expiresMs, seenMs }: Session) => Math.min(expiresMs, seenMs + SESSION_IDLE_MS);
  const lives = (session: Held) => {
    const { started, seen } = session.steady;
    const steadyEnd = Math.min(started + SESSION_LIFE_MS, seen + SESSION_IDLE_MS);
    return clock.nowMs() < endsMs(session) && clock.monotonicMs() < steadyEnd;
  };
  const told = (id: string) => {
    for (const listener of listeners) listener(id);
  };

  function close(session: Held): void {
    if (byHash.delete(session.hash)) told(session.id);
  }

  function closeAll(which: (session: Held) => boolean): number {
    const ending = [...byHash.values()].filter(which);
    for (const session of ending) close(session);
    return ending.length;
  }

  function touch(session: Held): void {
    session.seenMs = clock.nowMs();
    session.steady.seen = clock.monotonicMs();
    byHash.delete(session.hash);
    byHash.set(session.hash, session);
  }

  function makeRoom(operatorId: string): void {
    const own = [...byHash.values()].filter((session) => session.operatorId === operatorId);
    for (const oldest of own.slice(0, Math.max(0, own.length + 1 - MAX_SESSIONS_EACH))) close(oldest);
    for (const oldest of [...byHash.values()].slice(0, Math.max(0, byHash.size + 1 - MAX_SESSIONS))) close(oldest);
  }

  return {
    /** Starts a session. The two secrets are in the answer only. */
    start({ operatorId, name, rights, way, address, userAgent }: SessionOwner): { session: Session; cookie: string; key: string } {
      const cookie = newSecret(random);
      const key = newSecret(random);
      const now = clock.nowMs();
      const steady = clock.monotonicMs();
      const session: Held = {
        hash: hashOf(cookie),
        id: newName(random),
        keyHash: hashOf(key),
        operatorId,
        name,
        rights,
        way,
        startedMs: now,
        seenMs: now,
        expiresMs: now + SESSION_LIFE_MS,
        freshUntilMs: now + FRESH_MS,
        steady: { started: steady, seen: steady, freshUntil: steady + FRESH_MS },
        ...present({ address, userAgent }),
      };
      makeRoom(operatorId);
      byHash.set(session.hash, session);
      return { session: viewOf(session), cookie, key };
    },

    /**
     * Looks up what a browser sent. `proven` needs a living cookie and the second secret of that very session;
     * a living cookie alone answers `proven: false`. Undefined when no cookie is of a living session.
     */
    find(cookies: readonly string[], key: string | undefined): { session: Session; proven: boolean } | undefined {
      let known: Held | undefined;
      for (const cookie of cookies) {
        const session = byHash.get(hashOf(cookie));
        if (!session) continue;
        if (!lives(session)) {
          close(session);
          continue;
        }
        known ??= session;
        if (key !== undefined && matchesHash(key, session.keyHash)) {
          touch(session);
          return { session: viewOf(session), proven: true };
        }
      }
      return known && { session: viewOf(known), proven: false };
    },

    /** Every living session, the newest use last. */
    list: (): Session[] => [...byHash.values()].filter(lives).map(viewOf),
    /** When a session ends if nothing else comes, ms. */
    endsMs,

    /** A living session by its name. */
    byId(sessionId: string): Session | undefined {
      for (const session of byHash.values()) if (session.id === sessionId && lives(session)) return viewOf(session);
      return undefined;
    },

    /** The person proved again who they are. Answers until when that holds, ms. */
    refresh(sessionId: string): number {
      const freshUntilMs = clock.nowMs() + FRESH_MS;
      for (const session of byHash.values()) {
        if (session.id !== sessionId) continue;
        session.freshUntilMs = freshUntilMs;
        session.steady.freshUntil = clock.monotonicMs() + FRESH_MS;
      }
      return freshUntilMs;
    },

    /** Whether the person of a living session proved a short while ago who they are. */
    isFresh(sessionId: string): boolean {
      const session = [...byHash.values()].find(({ id }) => id === sessionId);
      const within = session && session.freshUntilMs > clock.nowMs() && session.steady.freshUntil > clock.monotonicMs();
      return session !== undefined && lives(session) && within === true;
    },

    /** Ends a session by its name, at once and for its bridges too. One that is over already is left alone. */
    end: (sessionId: string): void => void closeAll(({ id }) => id === sessionId),

    /** Ends the sessions of an operator, but for one where that is named. Answers how many. */
    endOf: (operatorId: string, except?: string): number =>
      closeAll((session) => session.operatorId === operatorId && session.id !== except),

    /** Ends every session that ran out. */
    sweep: (): void => void closeAll((session) => !lives(session)),

    /** How many sessions are held, the ones included that ran out and were not swept yet. */
    count: (): number => byHash.size,

    /** Hears of every session that ends, by its name. Answers how to stop listening. */
    onEnd(listener: (id: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Says to the same listeners that a token ended. */
    sayEnded: told,

    /** Forgets everything. Nobody is told: who disposes of the book ends the bridges too. */
    dispose(): void {
      listeners.clear();
      byHash.clear();
    },
  };
}

export type SessionBook = ReturnType<typeof createSessionBook>;
