// All that the record holds of one device, source by source, newest first: what its story is made of.
import { sql } from 'kysely';
import type { DeviceActView, DeviceChangeView } from '../api/device-shapes.ts';
import type { TakeBackView } from '../api/grant-shapes.ts';
import type { ActivityView, DecisionView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { RecordedCase } from '../rules/case.ts';
import { createCaseReader } from './case-reader.ts';
import { readChange, type StoredChange } from './change-rows.ts';
import { damaged, isFields, readActivity, readDecision, readJson } from './json.ts';
import { readable } from './readable.ts';
import type { CaseRow, Db } from './schema.ts';

/** The newest of a device up to a moment: at least `atLeast` where there are so many, and never a part of one millisecond. */
export type HistoryAsk = { gateway: string; deviceId: string; untilMs: number; atLeast: number };

type Table = 'decisions' | 'take_backs' | 'device_changes' | 'device_acts';
type Body = StoredChange;

/** What could be read, and what could not: one damaged row costs itself alone and keeps its place. */
export type History<T> = { items: T[]; damaged: { id: string; at: string }[] };

function told<R extends { id: string; at_ms: number }, T>(rows: readonly R[], read: (row: R) => T): History<T> {
  const history: History<T> = { items: [], damaged: [] };
  for (const row of rows) {
    const { items, damaged: lost } = readable([row], read);
    history.items.push(...items);
    if (lost > 0) history.damaged.push({ id: row.id, at: isoOf(row.at_ms) });
  }
  return history;
}

/** Words of people that no other table holds, and the device that an entry names: both as the index of the table has them. */
const SAID = sql`what in ('device.vouched', 'device.unvouched')`;
const NAMED = sql`case when json_valid(body) then json_extract(body, '$.details.deviceId') end`;

const viewIn = (text: string, what: string): Record<string, unknown> => {
  const value = readJson(text, what);
  const view = isFields(value) && isFields(value.view) ? value.view : undefined;
  if (!view || typeof view.id !== 'string' || typeof view.at !== 'string' || typeof view.outcome !== 'string') throw damaged(what);
  return view;
};
const isTakeBack = (view: Record<string, unknown>): view is Record<string, unknown> & TakeBackView => Array.isArray(view.lost);
const isAct = (view: Record<string, unknown>): view is Record<string, unknown> & DeviceActView => typeof view.act === 'string';

/** The history of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createDeviceHistory(db: Db) {
  async function bodies(table: Table, { gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<Body[]> {
    const of = sql`gateway = ${gateway} and device_id = ${deviceId} and at_ms <= ${untilMs}`;
    const name = sql.table(table);
    const { rows } = await sql<Body>`
      select * from ${name} where ${of}
        and at_ms >= coalesce((select at_ms from ${name} where ${of} order by at_ms desc limit 1 offset ${Math.max(1, atLeast) - 1}), 0)
      order by at_ms desc, seq desc`.execute(db);
    return rows;
  }

  return {
    async decisions(ask: HistoryAsk): Promise<History<DecisionView>> {
      return told(await bodies('decisions', ask), (row) => readDecision(row.body));
    },

    async takeBacks(ask: HistoryAsk): Promise<History<TakeBackView>> {
      return told(await bodies('take_backs', ask), (row) => {
        const view = viewIn(row.body, 'take-back');
        if (!isTakeBack(view)) throw damaged('take-back');
        return view;
      });
    },

    async acts(ask: HistoryAsk): Promise<History<DeviceActView>> {
      return told(await bodies('device_acts', ask), (row) => {
        const view = viewIn(row.body, 'device act');
        if (!isAct(view)) throw damaged('device act');
        return view;
      });
    },

    /** One that is damaged is a difference of its own kind. */
    async changes(ask: HistoryAsk): Promise<History<DeviceChangeView>> {
      return told(await bodies('device_changes', ask), readChange);
    },

    async cases({ gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<History<RecordedCase>> {
      const of = sql`gateway = ${gateway} and device_id = ${deviceId} and at_ms <= ${untilMs}`;
      const { rows } = await sql<CaseRow>`
        select * from cases where ${of}
          and at_ms >= coalesce((select at_ms from cases where ${of} order by at_ms desc limit 1 offset ${Math.max(1, atLeast) - 1}), 0)
        order by at_ms desc, seq desc`.execute(db);
      const read = createCaseReader(db);
      try {
        return { items: await read(rows), damaged: [] };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
      const history: History<RecordedCase> = { items: [], damaged: [] };
      for (const row of rows) {
        try {
          history.items.push(...(await read([row])));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          history.damaged.push({ id: row.id, at: isoOf(row.at_ms) });
        }
      }
      return history;
    },

    /** What people said of it without asking the gateway for anything: entries that name its whole id. */
    async words({ gateway, deviceId, untilMs, atLeast }: HistoryAsk): Promise<History<ActivityView>> {
      const of = sql`gateway = ${gateway} and ${SAID} and ${NAMED} = ${deviceId} and at_ms <= ${untilMs}`;
      const { rows } = await sql<{ seq: number; id: string; at_ms: number; body: string; prev: string; hash: string }>`
        select seq, id, at_ms, body, prev, hash from activity where ${of}
          and at_ms >= coalesce((select at_ms from activity where ${of} order by at_ms desc limit 1 offset ${Math.max(1, atLeast) - 1}), 0)
        order by at_ms desc, seq desc`.execute(db);
      return told(rows, readActivity);
    },
  };
}

export type DeviceHistory = ReturnType<typeof createDeviceHistory>;
