// Take-backs, written before the gateway is asked, and the grants that they are about, read from the decisions.
import type { TakeBackView } from '../api/grant-shapes.ts';
import type { DecisionView } from '../api/shapes.ts';
import { Problem } from '../problem.ts';
import { readDecision, readJson } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { readable } from './readable.ts';
import { type Db, inTransaction } from './schema.ts';

/** A take-back with what a later reading of the list is compared with. */
export type StoredTakeBack = {
  view: TakeBackView;
  /** When the gateway made the row that was taken back, its clock, ms: a row of another time is another pairing. */
  rowMs?: number;
};

/** What may change once a take-back is begun: never whom, on whose account. */
export type TakeBackPatch = Partial<Pick<TakeBackView, 'state' | 'answeredAt' | 'outcome' | 'returnedAt' | 'returnedWith' | 'enforcement'>>;

/** One key that got something from a rule; `scopes` is all that its grants added, `rowMs` when the gateway made its row, where that is known. */
export type RuleGrant = {
  ruleId: string;
  gateway: string;
  deviceId: string;
  publicKey: string;
  rowMs?: number;
  scopes: string[];
  lastMs: number;
};

/** States of decisions that gave something, those that may have among them: doubt is looked at beside the row. */
export const GAVE: readonly DecisionView['state'][] = ['approved', 'settled-approved', 'settled-unknown'];
const PER_DEVICE = 200;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isStored = (value: unknown): value is StoredTakeBack =>
  isFields(value) &&
  isFields(value.view) &&
  [value.view.id, value.view.gateway, value.view.deviceId, value.view.publicKey, value.view.state, value.view.at].every(
    (text) => typeof text === 'string',
  ) &&
  Array.isArray(value.view.lost);

function readTakeBack(text: string): StoredTakeBack {
  const value = readJson(text, 'take-back');
  if (!isStored(value)) throw new Problem('store-unwritable', 'A stored take-back is damaged and cannot be read.');
  return value;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []);

/** The take-backs of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createTakeBacks(db: Db) {
  const gave = () => db.selectFrom('decisions').where('action', '=', 'approve').where('state', 'in', GAVE);

  return {
    /** Stores a take-back about to be asked for. It is on the disk when this resolves. */
    async begin({ view, rowMs }: StoredTakeBack): Promise<void> {
      await db
        .insertInto('take_backs')
        .values({
          id: view.id,
          gateway: view.gateway,
          device_id: view.deviceId,
          public_key: view.publicKey,
          rule_id: view.rule ?? null,
          decision_id: view.decision ?? null,
          state: view.state,
          at_ms: Date.parse(view.at),
          body: JSON.stringify({ view, ...(rowMs === undefined ? {} : { rowMs }) }),
        })
        .execute();
    },

    /** Writes what became of it and answers the whole. Rejects when there is none with this id. */
    complete(id: string, patch: TakeBackPatch): Promise<StoredTakeBack> {
      return inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('take_backs').select('body').where('id', '=', id).executeTakeFirst();
        if (!row) throw new Error(`take-back ${id} is not in the store`);
        const before = readTakeBack(row.body);
        const whole: StoredTakeBack = { ...before, view: { ...before.view, ...patch } };
        await trx
          .updateTable('take_backs')
          .set({ state: whole.view.state, body: JSON.stringify(whole) })
          .where('id', '=', id)
          .execute();
        return whole;
      });
    },

    /** Newest first. */
    async list({ before, limit }: { before?: string; limit: number }): Promise<Rows<TakeBackView>> {
      const size = pageSize(limit);
      let query = db
        .selectFrom('take_backs')
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (before !== undefined) query = query.where('seq', '<', cursorNumber(before, 'before'));
      return pageOf(await query.execute(), size, (row) => readTakeBack(row.body).view);
    },

    /** The newest take-back of every key. */
    async newest(): Promise<StoredTakeBack[]> {
      const rows = await db
        .selectFrom('take_backs')
        .select('body')
        .where('seq', 'in', (eb) =>
          eb
            .selectFrom('take_backs')
            .select((of) => of.fn.max('seq').as('seq'))
            .groupBy(['gateway', 'device_id', 'public_key']),
        )
        .orderBy('seq')
        .execute();
      return rows.map((row) => readTakeBack(row.body));
    },

    /** Take-backs of a device that reached the gateway or may have, begun since a time; oldest first. */
    async ofDeviceSince(gateway: string, deviceId: string, sinceMs: number): Promise<TakeBackView[]> {
      const rows = await db
        .selectFrom('take_backs')
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .where('state', 'not in', ['failed', 'refused'])
        .where('at_ms', '>=', sinceMs)
        .orderBy('seq')
        .execute();
      return readable(rows, (row) => readTakeBack(row.body).view).items;
    },

    /** Every decision of a rule that gave something, or may have, oldest first. */
    async grantsByRule(ruleId: string): Promise<DecisionView[]> {
      const rows = await gave().select('body').where('rule_id', '=', ruleId).orderBy('seq').execute();
      return rows.map((row) => readDecision(row.body));
    },

    /** The newest 200 decisions that gave something to a device, or may have, oldest first. */
    async grantsOfDevice(gateway: string, deviceId: string): Promise<DecisionView[]> {
      const rows = await gave()
        .select('body')
        .where('gateway', '=', gateway)
        .where('device_id', '=', deviceId)
        .orderBy('seq', 'desc')
        .limit(PER_DEVICE)
        .execute();
      return rows.map((row) => readDecision(row.body)).reverse();
    },

    /** The keys that rules ever gave something to, one entry per rule, key and pairing of it. */
    async ruleGrants(): Promise<RuleGrant[]> {
      const rows = await gave()
        .select(['rule_id', 'gateway', 'device_id'])
        .select((eb) => [
          eb.fn<string>('json_extract', ['body', eb.val('$.publicKey')]).as('public_key'),
          eb.fn<number | null>('json_extract', ['body', eb.val('$.rowCreatedAtMs')]).as('row_ms'),
          eb.fn<string>('json_extract', ['body', eb.val('$.addedScopes')]).as('added'),
          eb.fn<string>('json_extract', ['body', eb.val('$.scopes')]).as('asked'),
          eb.fn.max('at_ms').as('last_ms'),
        ])
        .where('rule_id', 'is not', null)
        .where('state', '!=', 'settled-unknown')
        .groupBy(['rule_id', 'gateway', 'device_id', 'public_key', 'row_ms', 'added', 'asked'])
        .execute();
      const found = new Map<string, RuleGrant>();
      for (const row of rows) {
        if (row.rule_id === null) continue;
        const key = `${row.rule_id} ${row.gateway} ${row.device_id} ${row.public_key} ${row.row_ms ?? ''}`;
        const added = texts(readJson(row.added, 'decision'));
        const scopes = added.length > 0 ? added : texts(readJson(row.asked, 'decision'));
        const known = found.get(key);
        found.set(key, {
          ruleId: row.rule_id,
          gateway: row.gateway,
          deviceId: row.device_id,
          publicKey: row.public_key,
          ...(row.row_ms === null ? {} : { rowMs: row.row_ms }),
          scopes: [...new Set([...(known?.scopes ?? []), ...scopes])],
          lastMs: Math.max(known?.lastMs ?? 0, row.last_ms),
        });
      }
      return [...found.values()];
    },
  };
}

export type TakeBacks = ReturnType<typeof createTakeBacks>;
