// What this console itself knows of a key on a gateway: approved here, vouched for, or refused by a person.
import type { Db, LedgerRow } from './schema.ts';

/** A key as it is known on one gateway: the same id with another public key is another key. */
export type LedgerKey = { gateway: string; deviceId: string; publicKey: string };

export type LedgerEntry = LedgerKey & {
  /** Approved through this console, by whom. `rowMs` is when the gateway made the row: a key that pairs anew is not that row. */
  approved?: { atMs: number; by: string; rowMs?: number };
  /** The operator's word that this key is known. */
  vouched?: { atMs: number; by: string; rowMs?: number };
  /** A person rejected, revoked or removed it; stands until a person approves it again. */
  refused?: { atMs: number; by: string; why: string };
};

const rowOf = (rowMs: number | null) => (rowMs === null ? {} : { rowMs });

function entryOf(row: LedgerRow): LedgerEntry {
  return {
    gateway: row.gateway,
    deviceId: row.device_id,
    publicKey: row.public_key,
    ...(row.approved_at_ms === null
      ? {}
      : { approved: { atMs: row.approved_at_ms, by: row.approved_by ?? '', ...rowOf(row.approved_row_ms) } }),
    ...(row.vouched_at_ms === null ? {} : { vouched: { atMs: row.vouched_at_ms, by: row.vouched_by ?? '', ...rowOf(row.vouched_row_ms) } }),
    ...(row.refused_at_ms === null ? {} : { refused: { atMs: row.refused_at_ms, by: row.refused_by ?? '', why: row.refused_why ?? '' } }),
  };
}

/** The ledger of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createLedger(db: Db) {
  const write = async (key: LedgerKey, columns: Partial<LedgerRow>): Promise<void> => {
    await db
      .insertInto('ledger')
      .values({ gateway: key.gateway, device_id: key.deviceId, public_key: key.publicKey, ...columns })
      .onConflict((conflict) => conflict.columns(['gateway', 'device_id', 'public_key']).doUpdateSet(columns))
      .execute();
  };

  return {
    /** What is known of one key, or undefined. */
    async get(key: LedgerKey): Promise<LedgerEntry | undefined> {
      const row = await db
        .selectFrom('ledger')
        .selectAll()
        .where('gateway', '=', key.gateway)
        .where('device_id', '=', key.deviceId)
        .where('public_key', '=', key.publicKey)
        .executeTakeFirst();
      return row && entryOf(row);
    },

    /** Every key known on a gateway. */
    async all(gateway: string): Promise<LedgerEntry[]> {
      const rows = await db.selectFrom('ledger').selectAll().where('gateway', '=', gateway).orderBy('device_id').execute();
      return rows.map(entryOf);
    },

    /** This console approved the key. A refusal stays: only `liftRefusal` takes it away. */
    recordApproved: (key: LedgerKey, { atMs, by, rowMs }: { atMs: number; by: string; rowMs?: number | undefined }): Promise<void> =>
      write(key, { approved_at_ms: atMs, approved_by: by, approved_row_ms: rowMs ?? null }),

    /** The operator vouches for the key, or takes the word back. */
    setVouched: (
      key: LedgerKey,
      vouched: boolean,
      { atMs, by, rowMs }: { atMs: number; by: string; rowMs?: number | undefined },
    ): Promise<void> =>
      write(
        key,
        vouched
          ? { vouched_at_ms: atMs, vouched_by: by, vouched_row_ms: rowMs ?? null }
          : { vouched_at_ms: null, vouched_by: null, vouched_row_ms: null },
      ),

    /** A person refused the key: no rule approves it until `liftRefusal`. */
    recordRefused: (key: LedgerKey, { atMs, by, why }: { atMs: number; by: string; why: string }): Promise<void> =>
      write(key, { refused_at_ms: atMs, refused_by: by, refused_why: why }),

    /** A person approved the key again. */
    liftRefusal: (key: LedgerKey): Promise<void> => write(key, { refused_at_ms: null, refused_by: null, refused_why: null }),
  };
}

export type Ledger = ReturnType<typeof createLedger>;
