// Small facts that must outlive the process: a switch, a statement, a cursor. One JSON value per scope and key.
import { readJson } from './json.ts';
import type { Db } from './schema.ts';

/** The notes of a store. A scope is a gateway id or 'console'. Rejects with Problem('store-unwritable'). */
export function createNotes(db: Db) {
  return {
    /** The value, to be parsed by the reader, or undefined. */
    async get(scope: string, key: string): Promise<unknown> {
      const row = await db.selectFrom('notes').select('body').where('scope', '=', scope).where('key', '=', key).executeTakeFirst();
      return row && readJson(row.body, 'note');
    },

    /** Writes a JSON value; undefined removes the note. It is on the disk when this resolves. */
    async set(scope: string, key: string, value: unknown): Promise<void> {
      if (value === undefined) {
        await db.deleteFrom('notes').where('scope', '=', scope).where('key', '=', key).execute();
        return;
      }
      const body = JSON.stringify(value);
      await db
        .insertInto('notes')
        .values({ scope, key, body })
        .onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet({ body }))
        .execute();
    },

    /** All notes of a scope. */
    async all(scope: string): Promise<Map<string, unknown>> {
      const rows = await db.selectFrom('notes').select(['key', 'body']).where('scope', '=', scope).execute();
      return new Map(rows.map((row) => [row.key, readJson(row.body, 'note')]));
    },
  };
}

export type Notes = ReturnType<typeof createNotes>;
