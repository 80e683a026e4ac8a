// The people who may sign in, with what they can prove it by.
import { z } from 'zod';
import { RIGHTS, type Right } from '../auth/rights.ts';
import type { CredentialRow, Db, OperatorRow } from './schema.ts';

const rightsShape = z.array(z.enum(RIGHTS));
const stateShape = z.enum(['active', 'disabled', 'invited']);
const kindShape = z.enum(['passkey', 'password']);

export type Operator = {
  id: string;
  name: string;
  rights: Right[];
  state: z.infer<typeof stateShape>;
  createdMs: number;
  createdBy: string;
  lastSignInMs?: number;
};

/** `handle` and `counter` are a passkey's; `secret` never leaves lib/auth. */
export type Credential = {
  id: string;
  operatorId: string;
  kind: z.infer<typeof kindShape>;
  name: string;
  handle?: string;
  secret: string;
  counter: number;
  createdMs: number;
  lastUsedMs?: number;
};

/** A name as it is compared: two that a person reads as the same are the same. */
export const nameKey = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

const operatorOf = (row: OperatorRow): Operator => ({
  id: row.id,
  name: row.name,
  rights: rightsShape.parse(JSON.parse(row.rights)),
  state: stateShape.parse(row.state),
  createdMs: row.created_at_ms,
  createdBy: row.created_by,
  ...(row.last_sign_in_ms === null ? {} : { lastSignInMs: row.last_sign_in_ms }),
});

const credentialOf = (row: CredentialRow): Credential => ({
  id: row.id,
  operatorId: row.operator_id,
  kind: kindShape.parse(row.kind),
  name: row.name,
  ...(row.handle === null ? {} : { handle: row.handle }),
  secret: row.secret,
  counter: row.counter,
  createdMs: row.created_at_ms,
  ...(row.last_used_ms === null ? {} : { lastUsedMs: row.last_used_ms }),
});

/** The operators of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createOperators(db: Db) {
  const one = async (column: 'id' | 'name_key', value: string): Promise<Operator | undefined> => {
    const row = await db.selectFrom('operators').selectAll().where(column, '=', value).executeTakeFirst();
    return row && operatorOf(row);
  };

  return {
    /** All of them, the oldest first. */
    async list(): Promise<Operator[]> {
      const rows = await db.selectFrom('operators').selectAll().orderBy('created_at_ms').orderBy('name').execute();
      return rows.map(operatorOf);
    },

    async any(): Promise<boolean> {
      return (await db.selectFrom('operators').select('id').limit(1).executeTakeFirst()) !== undefined;
    },

    byId: (id: string): Promise<Operator | undefined> => one('id', id),
    /** By a name as somebody wrote it. */
    byName: (name: string): Promise<Operator | undefined> => one('name_key', nameKey(name)),

    async add({ id, name, rights, state, createdMs, createdBy }: Operator): Promise<void> {
      const row = { id, name, name_key: nameKey(name), rights: JSON.stringify(rights), state };
      await db
        .insertInto('operators')
        .values({ ...row, created_at_ms: createdMs, created_by: createdBy, last_sign_in_ms: null })
        .execute();
    },

    async change(id: string, { rights, state }: { rights?: readonly Right[]; state?: Operator['state'] }): Promise<void> {
      const columns = { ...(rights ? { rights: JSON.stringify(rights) } : {}), ...(state ? { state } : {}) };
      if (Object.keys(columns).length > 0) await db.updateTable('operators').set(columns).where('id', '=', id).execute();
    },

    async noteSignIn(id: string, atMs: number): Promise<void> {
      await db.updateTable('operators').set({ last_sign_in_ms: atMs }).where('id', '=', id).execute();
    },

    /** Removes an operator with its credentials. */
    async remove(id: string): Promise<void> {
      await db.deleteFrom('credentials').where('operator_id', '=', id).execute();
      await db.deleteFrom('operators').where('id', '=', id).execute();
    },

    /** Of one operator, or of all: passwords first, then passkeys, the oldest first. */
    async credentials(operatorId?: string): Promise<Credential[]> {
      let query = db.selectFrom('credentials').selectAll().orderBy('kind', 'desc').orderBy('created_at_ms').orderBy('id');
      if (operatorId !== undefined) query = query.where('operator_id', '=', operatorId);
      return (await query.execute()).map(credentialOf);
    },

    async password(operatorId: string): Promise<Credential | undefined> {
      const query = db.selectFrom('credentials').selectAll().where('operator_id', '=', operatorId).where('kind', '=', 'password');
      const row = await query.executeTakeFirst();
      return row && credentialOf(row);
    },

    /** A passkey by the handle that a browser sends. */
    async passkey(handle: string): Promise<Credential | undefined> {
      const row = await db.selectFrom('credentials').selectAll().where('handle', '=', handle).executeTakeFirst();
      return row && credentialOf(row);
    },

    async anyPassword(): Promise<boolean> {
      return (await db.selectFrom('credentials').select('id').where('kind', '=', 'password').limit(1).executeTakeFirst()) !== undefined;
    },

    async addCredential({ id, operatorId, kind, name, handle, secret, counter, createdMs }: Credential): Promise<void> {
      const row = { id, operator_id: operatorId, kind, name, handle: handle ?? null, secret, counter };
      await db
        .insertInto('credentials')
        .values({ ...row, created_at_ms: createdMs, last_used_ms: null })
        .execute();
    },

    async noteUse(credentialId: string, atMs: number, counter = 0): Promise<void> {
      await db.updateTable('credentials').set({ last_used_ms: atMs, counter }).where('id', '=', credentialId).execute();
    },

    async removeCredential(id: string): Promise<void> {
      await db.deleteFrom('credentials').where('id', '=', id).execute();
    },

    async removeCredentialsOf(operatorId: string): Promise<void> {
      await db.deleteFrom('credentials').where('operator_id', '=', operatorId).execute();
    },
  };
}

export type Operators = ReturnType<typeof createOperators>;
