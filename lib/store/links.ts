// One-time sign-in links, known by the SHA-256 of their secrets only. Browser sessions are nowhere here: they end with the process.
import type { Db } from './schema.ts';

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
    /** Forgets every link, whatever is left of its time. */
    async clear(): Promise<void> {
      await db.deleteFrom('links').execute();
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
