// All that the record holds of one device, source by source, newest first: what its story is made of.
import { sql } from 'kysely';
import type { DeviceActView, DeviceChangeView } from '../api/device-shapes.ts';
import type { TakeBackView } from '../api/grant-shapes.ts';
import type { ActivityView, DecisionView } from '../api/shapes.ts';
import type { RecordedCase } from '../rules/case.ts';
import { createCaseReader } from './case-reader.ts';
import { damaged, isFields, readActivity, readDecision, readJson } from './json.ts';
import type { CaseRow, Db } from './schema.ts';

/** The newest of a device up to a moment: at least `atLeast` where there are so many, and never a part of one millisecond. */
export type HistoryAsk = { gateway: string; deviceId: string; untilMs: number; atLeast: number };

type Table = 'decisions' | 'take_backs' | 'device_changes' | 'device_acts';
type Body = { seq: number; body: string };

/** Words of people that no other table holds. */
const SAID: readonly string[] = ['device.vouched', 'device.unvouched'];

const viewIn = (text: string, what: string): Record<string, unknown> => {
  const value = readJson(text, what);
  const view = isFields(value) && isFields(value.view) ? value.view : undefined;
  if (!view || typeof view.id !== 'string' || typeof view.at !== 'string' || typeof view.outcome !== 'string') throw damaged(what);
  return view;
};
const isTakeBack = (view: Record<string, unknown>): view is Record<string, unknown> & TakeBackView => Array.isArray(view.lost);
const isAct = (view: Record<string, unknown>): view is Record<string, unknown> & DeviceActView => typeof view.act === 'string';
const isChange = (value: unknown): value is Omit<DeviceChangeView, 'seq'> =>
  isFields(value) && [value.id, value.at, value.kind, value.text].every((text) => typeof text === 'string') && isFields(value.by);

/** The history of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createDeviceHistory(db: Db) {
  async function bodies(table: Table, { gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<Body[]> {
    const of = sql`gateway = ${gateway} and device_id = ${deviceId} and at_ms <= ${untilMs}`;
    const name = sql.table(table);
    const { rows } = await sql<Body>`
      select seq, body from ${name} where ${of}
        and at_ms >= coalesce((select at_ms from ${name} where ${of} order by at_ms desc limit 1 offset ${Math.max(1, atLeast) - 1}), 0)
      order by at_ms desc, seq desc`.execute(db);
    return rows;
  }

  return {
    async decisions(ask: HistoryAsk): Promise<DecisionView[]> {
      return (await bodies('decisions', ask)).map((row) => readDecision(row.body));
    },

    async takeBacks(ask: HistoryAsk): Promise<TakeBackView[]> {
      return (await bodies('take_backs', ask)).map((row) => {
        const view = viewIn(row.body, 'take-back');
        if (!isTakeBack(view)) throw damaged('take-back');
        return view;
      });
    },

    async acts(ask: HistoryAsk): Promise<DeviceActView[]> {
      return (await bodies('device_acts', ask)).map((row) => {
        const view = viewIn(row.body, 'device act');
        if (!isAct(view)) throw damaged('device act');
        return view;
      });
    },

    async changes(ask: HistoryAsk): Promise<DeviceChangeView[]> {
      return (await bodies('device_changes', ask)).map((row) => {
        const value = readJson(row.body, 'device change');
        if (!isChange(value)) throw damaged('device change');
        return { ...value, seq: row.seq };
      });
    },

    async cases({ gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<RecordedCase[]> {
      const of = sql`gateway = ${gateway} and device_id = ${deviceId} and at_ms <= ${untilMs}`;
      const { rows } = await sql<CaseRow>`
        select * from cases where ${of}
          and at_ms >= coalesce((select at_ms from cases where ${of} order by at_ms desc limit 1 offset ${Math.max(1, atLeast) - 1}), 0)
        order by at_ms desc, seq desc`.execute(db);
      return createCaseReader(db)(rows);
    },

    /** What people said of it without asking the gateway for anything. Entries name a device by the first eight characters of its id. */
    async words({ gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<ActivityView[]> {
      const named = `%${deviceId.slice(0, 8)}%`;
      const rows = await db
        .selectFrom('activity')
        .select(['seq', 'at_ms', 'body', 'prev', 'hash'])
        .where('gateway', '=', gateway)
        .where('what', 'in', SAID)
        .where('at_ms', '<=', untilMs)
        .where((eb) => eb(eb.fn('json_extract', ['body', eb.val('$.text')]), 'like', named))
        .orderBy('at_ms', 'desc')
        .orderBy('seq', 'desc')
        .execute();
      const last = rows[Math.max(1, atLeast) - 1]?.at_ms;
      return rows.filter((row) => last === undefined || row.at_ms >= last).map(readActivity);
    },
  };
}

export type DeviceHistory = ReturnType<typeof createDeviceHistory>;
