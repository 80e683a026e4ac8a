// Sign-in links and browser sessions, known by the SHA-256 of their secrets only.
import type { Db } from './schema.ts';

export type StoredSession = {
  /** Hex SHA-256 of the cookie value. */
  hash: string;
  /** A name without power, for events and the record. */
  id: string;
  /** Hex SHA-256 of the second secret. */
  keyHash: string;
  createdMs: number;
  seenMs: number;
  expiresMs: number;
};

/** The sessions of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createSessions(db: Db) {
  return {
    /** Stores a new session. */
    async add(session: StoredSession): Promise<void> {
      await db
        .insertInto('sessions')
        .values({
          hash: session.hash,
          id: session.id,
          key_hash: session.keyHash,
          created_ms: session.createdMs,
          seen_ms: session.seenMs,
          expires_ms: session.expiresMs,
        })
        .execute();
    },
    /** All sessions, ended or not by age. */
    async all(): Promise<StoredSession[]> {
      const rows = await db.selectFrom('sessions').selectAll().orderBy('seen_ms').execute();
      return rows.map((row) => ({
        hash: row.hash,
        id: row.id,
        keyHash: row.key_hash,
        createdMs: row.created_ms,
        seenMs: row.seen_ms,
        expiresMs: row.expires_ms,
      }));
    },
    /** Notes when a session was last used. */
    async touch(hash: string, seenMs: number): Promise<void> {
      await db.updateTable('sessions').set({ seen_ms: seenMs }).where('hash', '=', hash).execute();
    },
    /** Forgets a session. */
    async remove(hash: string): Promise<void> {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** The one-time links of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createLinks(db: Db) {
  return {
    /** Stores a link by the hex SHA-256 of its secret, and forgets the ones that ran out. */
    async add(hash: string, expiresMs: number, nowMs: number): Promise<void> {
      await db.deleteFrom('links').where('expires_ms', '<=', nowMs).execute();
      await db.insertInto('links').values({ hash, expires_ms: expiresMs }).execute();
    },
    /** Takes a link away. True for exactly one caller, and only while it lives. */
    async take(hash: string, nowMs: number): Promise<boolean> {
      const taken = await db.deleteFrom('links').where('hash', '=', hash).returning('expires_ms').execute();
      return taken.some((row) => row.expires_ms > nowMs);
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
