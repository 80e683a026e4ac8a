// Browser sessions, in memory only. While the console is down anybody on this host can take its port, and an open tab sends
// its secrets there by itself; whatever was heard that way is worth nothing, because the sessions end with the process.
import type { Clock } from '../clock.ts';
import { hashOf, matchesHash, newName, newSecret, type RandomBytes } from './secrets.ts';

/** A session ends 7 days after sign-in, in any case. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** A session ends after 24 h without a request. */
export const SESSION_IDLE_MS = 86_400_000;
/** How many sessions live at once; beyond, the one that was unused for longest gives way. */
export const MAX_SESSIONS = 200;

export type Session = { id: string; expiresMs: number };

// Even in memory a secret is known by its SHA-256 only.
type Held = Session & { hash: string; keyHash: string; seenMs: number };

const viewOf = ({ id, expiresMs }: Held): Session => ({ id, expiresMs });

/** An empty book of sessions. */
export function createSessionBook({ clock, random }: { clock: Clock; random: RandomBytes }) {
  // By the hash of the cookie, in the order of their last use.
  const byHash = new Map<string, Held>();
  const listeners = new Set<(sessionId: string) => void>();

  const lives = (session: Held) => {
    const now = clock.nowMs();
    return now < session.expiresMs && now - session.seenMs < SESSION_IDLE_MS;
  };

  function close(session: Held): void {
    if (!byHash.delete(session.hash)) return;
    for (const listener of listeners) listener(session.id);
  }

  function touch(session: Held): void {
    session.seenMs = clock.nowMs();
    byHash.delete(session.hash);
    byHash.set(session.hash, session);
  }

  return {
    /** Starts a session. The two secrets are in the answer only. */
    start(): { session: Session; cookie: string; key: string } {
      const cookie = newSecret(random);
      const key = newSecret(random);
      const now = clock.nowMs();
      const session: Held = {
        hash: hashOf(cookie),
        id: newName(random),
        keyHash: hashOf(key),
        seenMs: now,
        expiresMs: now + SESSION_LIFE_MS,
      };
      for (const oldest of [...byHash.values()].slice(0, Math.max(0, byHash.size + 1 - MAX_SESSIONS))) close(oldest);
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

    /** Ends a session by its name, at once and for its bridges too. One that is over already is left alone. */
    end(sessionId: string): void {
      for (const session of byHash.values()) if (session.id === sessionId) close(session);
    },

    /** Ends every session that ran out. */
    sweep(): void {
      for (const session of byHash.values()) if (!lives(session)) close(session);
    },

    /** How many sessions are held, the ones included that ran out and were not swept yet. */
    count: (): number => byHash.size,

    /** Hears of every session that ends, by its name. Answers how to stop listening. */
    onEnd(listener: (sessionId: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** Forgets everything. Nobody is told: who disposes of the book ends the bridges too. */
    dispose(): void {
      listeners.clear();
      byHash.clear();
    },
  };
}
