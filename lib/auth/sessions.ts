// Browser sessions: held in memory so that a check is immediate, kept in the store so that a restart signs nobody out.
import type { Clock } from '../clock.ts';
import type { Sessions, StoredSession } from '../store/sessions.ts';
import { hashOf, matchesHash, newName, newSecret, type RandomBytes } from './secrets.ts';

/** A session ends 7 days after sign-in, in any case. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** A session ends after 24 h without a request. */
export const SESSION_IDLE_MS = 86_400_000;

const TOUCH_EVERY_MS = 60_000;
const MAX_SESSIONS = 200;

export type Session = { id: string; expiresMs: number };

export type SessionBookOptions = { store: Sessions; clock: Clock; random: RandomBytes; onFailure: (error: unknown) => void };

/** Loads the sessions of the store. Rejects with Problem('store-unwritable') when it cannot be read. */
export async function createSessionBook({ store, clock, random, onFailure }: SessionBookOptions) {
  const byHash = new Map((await store.all()).map((session) => [session.hash, session]));
  const persistedAt = new Map<string, number>();
  const listeners = new Set<(sessionId: string) => void>();
  let writes: Promise<void> = Promise.resolve();

  const lives = (session: StoredSession) => {
    const now = clock.nowMs();
    return now < session.expiresMs && now - session.seenMs < SESSION_IDLE_MS;
  };

  // In memory and for its bridges a session is over at once, also when the disk cannot be written.
  async function end(session: StoredSession): Promise<void> {
    if (!byHash.delete(session.hash)) return;
    persistedAt.delete(session.hash);
    for (const listener of listeners) listener(session.id);
    await store.remove(session.hash);
  }

  function later(write: () => Promise<void>): void {
    writes = writes.then(write).catch(onFailure);
  }

  function touch(session: StoredSession): void {
    session.seenMs = clock.nowMs();
    const last = persistedAt.get(session.hash);
    if (last !== undefined && Math.abs(session.seenMs - last) < TOUCH_EVERY_MS) return;
    persistedAt.set(session.hash, session.seenMs);
    later(() => store.touch(session.hash, session.seenMs));
  }

  return {
    /** Starts a session. The two secrets are in the answer only. */
    async start(): Promise<{ session: Session; cookie: string; key: string }> {
      const cookie = newSecret(random);
      const key = newSecret(random);
      const now = clock.nowMs();
      const session: StoredSession = {
        hash: hashOf(cookie),
        id: newName(random),
        keyHash: hashOf(key),
        createdMs: now,
        seenMs: now,
        expiresMs: now + SESSION_LIFE_MS,
      };
      await store.add(session);
      byHash.set(session.hash, session);
      persistedAt.set(session.hash, now);
      const surplus = [...byHash.values()].sort((a, b) => a.seenMs - b.seenMs).slice(0, Math.max(0, byHash.size - MAX_SESSIONS));
      for (const oldest of surplus) later(() => end(oldest));
      return { session: { id: session.id, expiresMs: session.expiresMs }, cookie, key };
    },

    /**
     * Looks up what a browser sent. `proven` needs a living cookie and the second secret of that very session;
     * a living cookie alone answers `proven: false`. Undefined when no cookie is of a living session.
     */
    find(cookies: readonly string[], key: string | undefined): { session: Session; proven: boolean } | undefined {
      let known: StoredSession | undefined;
      for (const cookie of cookies) {
        const session = byHash.get(hashOf(cookie));
        if (!session) continue;
        if (!lives(session)) {
          later(() => end(session));
          continue;
        }
        known ??= session;
        if (key !== undefined && matchesHash(key, session.keyHash)) {
          touch(session);
          return { session: { id: session.id, expiresMs: session.expiresMs }, proven: true };
        }
      }
      return known && { session: { id: known.id, expiresMs: known.expiresMs }, proven: false };
    },

    /** Ends a session by its name. Rejects with Problem('store-unwritable') when the end cannot be kept; it is over here anyway. */
    async end(sessionId: string): Promise<void> {
      const session = [...byHash.values()].find((candidate) => candidate.id === sessionId);
      if (session) await end(session);
    },

    /** Ends every session that ran out. */
    async sweep(): Promise<void> {
      for (const session of [...byHash.values()]) if (!lives(session)) await end(session);
    },

    /** Hears of every session that ends, by its name. Answers how to stop listening. */
    onEnd(listener: (sessionId: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** Resolves when the last write has gone through. */
    dispose: async (): Promise<void> => {
      listeners.clear();
      await writes;
    },
  };
}
