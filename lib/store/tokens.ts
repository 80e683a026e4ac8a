// The API tokens that were made on the console, by the SHA-256 of each. One that was revoked stays listed.
import { z } from 'zod';
import { RIGHTS, type Right } from '../auth/rights.ts';
import type { Db, TokenRow } from './schema.ts';

const rightShape = z.enum(RIGHTS);

export type StoredToken = {
  id: string;
  name: string;
  hash: string;
  right: Right;
  createdMs: number;
  createdBy: string;
  /** The id of the operator who made it. */
  creatorId: string;
  expiresMs: number;
  lastUsedMs?: number;
  revokedMs?: number;
};

const tokenOf = (row: TokenRow): StoredToken => ({
  id: row.id,
  name: row.name,
  hash: row.hash,
  right: rightShape.parse(row.may),
  createdMs: row.created_at_ms,
  createdBy: row.created_by,
  creatorId: row.creator_id,
  expiresMs: row.expires_ms,
  ...(row.last_used_ms === null ? {} : { lastUsedMs: row.last_used_ms }),
  ...(row.revoked_ms === null ? {} : { revokedMs: row.revoked_ms }),
});

/** The tokens of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createTokens(db: Db) {
  return {
    /** All of them, the newest first. */
    async list(): Promise<StoredToken[]> {
      const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at_ms', 'desc').orderBy('name').execute();
      return rows.map(tokenOf);
    },

    async add(token: StoredToken): Promise<void> {
      const { id, name, hash, right, createdMs, createdBy, creatorId, expiresMs } = token;
      const who = { created_at_ms: createdMs, created_by: createdBy, creator_id: creatorId };
      await db
        .insertInto('tokens')
        .values({ id, name, hash, may: right, ...who, expires_ms: expiresMs, last_used_ms: null, revoked_ms: null })
        .execute();
    },

    async noteUse(id: string, atMs: number): Promise<void> {
      await db.updateTable('tokens').set({ last_used_ms: atMs }).where('id', '=', id).execute();
    },

    async revoke(id: string, atMs: number): Promise<void> {
      await db.updateTable('tokens').set({ revoked_ms: atMs }).where('id', '=', id).where('revoked_ms', 'is', null).execute();
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
