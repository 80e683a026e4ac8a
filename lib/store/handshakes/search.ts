// What a filter means in the database. `passes` in lib/handshakes/filter.ts is the meaning; this is the same, over ways.
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { present } from '../../present.ts';
import { readJson } from '../json.ts';
import { END_SEQ, firstSeqAt, lastSeqAt } from './place.ts';
import { CONN_ID, CONN_IN_ID } from './rows.ts';
import { SLICE, waySlices } from './slices.ts';
import type { HistoryDb, WayRow } from './tables.ts';
import { totalsOf } from './totals.ts';

/** How much one question may look at before it answers with what it has. */
export type Bounds = {
  /** As many ways as are asked for one by one. */
  few: number;
  /** More ways than this are not searched through. */
  searched: number;
  /** As many attempts as are taken from the index of connections. */
  conns: number;
  /** Attempts, or runs, that one page looks at where it cannot ask for them by way. */
  scanned: number;
};

/** Below 20 ms of work each, but for `searched`, which is looked at in slices. */
export const BOUNDS: Bounds = { few: 2_000, searched: 60_000, conns: 2_000, scanned: 5_000 };

/** A connection to read the log over, and how much one question may look at. */
export type Reading = { db: HistoryDb; bounds: Bounds };

export type Condition = RawBuilder<unknown>;

const all = (parts: readonly Condition[]): Condition => (parts.length === 0 ? sql`true` : sql`(${sql.join(parts, sql` and `)})`);

/** The numbers that `from` and `to` let through: [first, end). */
export const spanOf = ({ from, to }: HandshakeFilter): { first: number; end: number } => ({
  first: from === undefined ? 0 : firstSeqAt(from),
  end: to === undefined ? END_SEQ : lastSeqAt(to) + 1,
});

/** What the filter asks of the columns of a way `w`, the text left out. */
export function columnsPass({ outcomes, cause, device, client, origin, gateway }: HandshakeFilter): Condition {
  const parts: Condition[] = [];
  if (outcomes !== undefined && outcomes.length > 0) parts.push(sql`w.outcome in (${sql.join(outcomes.map((o) => sql`${o}`))})`);
  if (cause !== undefined) parts.push(sql`w.cause = ${cause}`);
  if (device !== undefined) parts.push(sql`w.device = ${device}`);
  if (client !== undefined) parts.push(sql`w.client = ${client}`);
  if (origin !== undefined) parts.push(sql`w.origin = ${origin}`);
  if (gateway !== undefined) parts.push(sql`w.gateway = ${gateway}`);
  return all(parts);
}

/** The text as it is compared; undefined when the filter has none. */
export const wantedText = ({ text }: HandshakeFilter): string | undefined =>
  text === undefined || text === '' ? undefined : text.toLowerCase();

/** Whether the words of a way `w` hold the filter's text. */
export function wordsPass(filter: HandshakeFilter): Condition {
  const text = wantedText(filter);
  return text === undefined ? sql`true` : sql`instr(w.search, ${text}) > 0`;
}

export const wayPasses = (filter: HandshakeFilter): Condition => all([columnsPass(filter), wordsPass(filter)]);

// No text that begins with another is beyond it and this, compared byte by byte.
const afterAll = '\u{10FFFF}';

/** Whether the connection of a row `h` begins with the filter's text, by each index; undefined when there is none to look for. */
export function connPasses(filter: HandshakeFilter): { byId: Condition; byConn: Condition; either: Condition } | undefined {
  const text = wantedText(filter);
  if (text === undefined) return undefined;
  const byId = sql`h.id >= ${CONN_ID + text} and h.id < ${CONN_ID + text + afterAll}`;
  const byConn = sql`h.conn >= ${text} and h.conn < ${text + afterAll}`;
  return { byId, byConn, either: sql`(h.flags & ${CONN_IN_ID} and ${byId} or ${byConn})` };
}

type ConnRow = Pick<WayRow, 'outcome' | 'cause' | 'title' | 'device' | 'device_name' | 'client' | 'origin'> & { seq: number; run: number };

/**
 * The attempts whose connection begins with the filter's text, that pass its columns and `more` of their way, within a range of
 * numbers; in no order. 'many' when thousands begin so, whatever else is asked.
 */
export async function connSeqs(
  { db, bounds }: Reading,
  filter: HandshakeFilter,
  { first, end }: { first: number; end: number },
  more: Condition,
): Promise<ConnRow[] | 'many'> {
  const conn = connPasses(filter);
  if (conn === undefined) return [];
  const candidates = sql`
    select h.seq from handshakes h where ${conn.byId} union all select h.seq from handshakes h where ${conn.byConn} limit ${bounds.conns + 1}`;
  const { rows } = await sql<{ seq: number }>`${candidates}`.execute(db);
  if (rows.length > bounds.conns) return 'many';
  if (rows.length === 0) return [];
  const found = await sql<ConnRow>`
    select h.seq, h.run, w.outcome, w.cause, w.title, w.device, w.device_name, w.client, w.origin from json_each(${JSON.stringify(rows.map((row) => row.seq))}) j
    cross join handshakes h on h.seq = j.value join ways w on w.id = h.way
    where h.seq >= ${first} and h.seq < ${end} and ${conn.either} and ${columnsPass(filter)} and ${more}`.execute(db);
  return found.rows;
}

/** The ways that pass: all, a few by number, or many, of which `crowded` says that there are too many ways to look at each. */
export type Matching = { kind: 'all' } | { kind: 'few'; ways: number[] } | { kind: 'many'; crowded: boolean };

/** Searches the ways, with bounded work. */
export async function matchingWays({ db, bounds }: Reading, filter: HandshakeFilter): Promise<Matching> {
  const { outcomes, cause, device, client, origin, gateway } = filter;
  const set =
    [cause, device, client, origin, gateway, wantedText(filter)].some((value) => value !== undefined) || (outcomes?.length ?? 0) > 0;
  if (!set) return { kind: 'all' };
  const rare = await isRare(db, present({ cause, device, client }));
  if (!rare && (await totalsOf(db)).ways > bounds.searched) return { kind: 'many', crowded: true };
  const ways: number[] = [];
  for await (const slice of rare ? [sql`true`] : waySlices(db)) {
    const { rows } = await sql<{ ways: string }>`
      select json_group_array(w.id) as ways from ways w where ${slice} and ${alive(filter)}`.execute(db);
    for (const { ways: found } of rows) ways.push(...idsOf(found));
    if (ways.length > bounds.few) return { kind: 'many', crowded: false };
  }
  return { kind: 'few', ways };
}

/** A way that passes and has attempts since `from`. */
const alive = (filter: HandshakeFilter): Condition =>
  filter.from === undefined ? wayPasses(filter) : sql`${wayPasses(filter)} and w.last_seq >= ${firstSeqAt(filter.from)}`;

/** The newest attempt of all ways that pass; 0 when there is none. Looks at every way. */
export async function newestThatPasses({ db }: Reading, filter: HandshakeFilter): Promise<number> {
  let newest = 0;
  for await (const slice of waySlices(db)) {
    const { rows } = await sql<{ newest: number | null }>`
      select max(w.last_seq) as newest from ways w where ${slice} and ${alive(filter)}`.execute(db);
    newest = Math.max(newest, rows[0]?.newest ?? 0);
  }
  return newest;
}

const idsOf = (json: string): number[] => z.array(z.number()).parse(readJson(json, 'handshake'));

/** Whether what has an index leaves so few ways that each can be looked at in one go. */
async function isRare(db: HistoryDb, indexed: HandshakeFilter): Promise<boolean> {
  if (Object.keys(indexed).length === 0) return false;
  const { rows } = await sql`select 1 from ways w where ${columnsPass(indexed)} limit 1 offset ${SLICE}`.execute(db);
  return rows.length === 0;
}
