// One-time links, known by the SHA-256 of their secrets only. Browser sessions are nowhere here: they end with the process.
import { z } from 'zod';
import type { Db } from './schema.ts';

/** `sign-in` is for whoever the console takes it for: a named operator, the first admin, or the set-up while there is none. */
const purposes = z.enum(['sign-in', 'invitation', 'reset']);
export type LinkPurpose = z.infer<typeof purposes>;

/** `madeBy`: the operator who made it for somebody, and knows its secret. */
export type StoredLink = { purpose: LinkPurpose; operatorId?: string; madeBy?: string; expiresMs: number };

/** The one-time links of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createLinks(db: Db) {
  const viewOf = (row: { purpose: string; operator_id: string | null; expires_ms: number }): StoredLink => ({
    purpose: purposes.parse(row.purpose),
    ...(row.operator_id === null ? {} : { operatorId: row.operator_id }),
    expiresMs: row.expires_ms,
  });

  return {
    /** Stores a link by the hex SHA-256 of its secret, and forgets the ones that ran out. */
    async add(hash: string, { purpose, operatorId, madeBy, expiresMs }: StoredLink, nowMs: number): Promise<void> {
      await db.deleteFrom('links').where('expires_ms', '<=', nowMs).execute();
      await db
        .insertInto('links')
        .values({ hash, purpose, operator_id: operatorId ?? null, made_by: madeBy ?? null, expires_ms: expiresMs })
        .execute();
    },

    /** What a living link is for, without spending it. */
    async read(hash: string, nowMs: number): Promise<StoredLink | undefined> {
      const row = await db.selectFrom('links').selectAll().where('hash', '=', hash).where('expires_ms', '>', nowMs).executeTakeFirst();
      return row && viewOf(row);
    },

    /** Takes a link away. The link for exactly one caller, and only while it lives. */
    async take(hash: string, nowMs: number): Promise<StoredLink | undefined> {
      const taken = await db.deleteFrom('links').where('hash', '=', hash).returningAll().execute();
      const living = taken.find((row) => row.expires_ms > nowMs);
      return living && viewOf(living);
    },

    /** Forgets the links of an operator, whatever is left of their time. */
    async removeOf(operatorId: string): Promise<void> {
      await db.deleteFrom('links').where('operator_id', '=', operatorId).execute();
    },

    /** Forgets the links that an operator made for others. */
    async removeMadeBy(operatorId: string): Promise<void> {
      await db.deleteFrom('links').where('made_by', '=', operatorId).execute();
    },

    /** Forgets every link, whatever is left of its time. */
    async clear(): Promise<void> {
      await db.deleteFrom('links').execute();
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
