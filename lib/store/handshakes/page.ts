// One page of the log, newest first, for any filter, with bounded work: nobody waits behind a search.
import { type RawBuilder, sql } from 'kysely';
import type { HandshakeView } from '../../api/shapes.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { cursorNumber, pageSize, type Rows } from '../paging.ts';
import { firstSeqAt } from './place.ts';
import { rowsAt } from './rows.ts';
import {
  type Condition,
  columnsPass,
  connPasses,
  connSeqs,
  type Matching,
  matchingWays,
  newestThatPasses,
  type Reading,
  spanOf,
  wayPasses,
  wordsPass,
} from './search.ts';
import { runsAcross } from './spanning.ts';
import type { HistoryDb } from './tables.ts';

export type PageAsk = HandshakeFilter & { limit: number; before?: string; run?: number; fold?: boolean };

/** Numbers from newest to oldest; `floor` where the search stopped before the end: nothing below it was looked at. */
type Found = { seqs: number[]; floor?: number };
type Range = { first: number; end: number; size: number };
type Source = { table: RawBuilder<unknown>; seq: RawBuilder<unknown> };

// A page of attempts, or, folded, of runs, each standing at its newest attempt.
const ATTEMPTS: Source = { table: sql`handshakes`, seq: sql`h.seq` };
const RUNS: Source = { table: sql`runs`, seq: sql`h.last_seq` };

type Numbered = { seq: number };
const numbers = (rows: readonly Numbered[]) => rows.map((row) => row.seq);

async function newest(db: HistoryDb, { table, seq }: Source, { first, end, size }: Range): Promise<Found> {
  const { rows } = await sql<Numbered>`
    select ${seq} as seq from ${table} h where ${seq} < ${end} and ${seq} >= ${first} order by 1 desc limit ${size}`.execute(db);
  return { seqs: numbers(rows) };
}

/** Takes the newest of all ways again and again: the queue of a recursive query is kept in order. */
async function merged(db: HistoryDb, { table, seq }: Source, ways: readonly number[], { first, end, size }: Range): Promise<Found> {
  const next = (way: RawBuilder<unknown>, below: RawBuilder<unknown>) =>
    sql`(select ${seq} from ${table} h where h.way = ${way} and ${seq} < ${below} and ${seq} >= ${first} order by ${seq} desc limit 1)`;
  const { rows } = await sql<Numbered>`
    with recursive queue(way, seq) as (
      select j.value, ${next(sql`j.value`, sql`${end}`)} from json_each(${JSON.stringify(ways)}) j
      union all
      select queue.way, ${next(sql`queue.way`, sql`queue.seq`)} from queue where queue.seq is not null
      order by 2 desc limit ${size})
    select seq from queue where seq is not null`.execute(db);
  return { seqs: numbers(rows) };
}

/** Looks at the newest rows one after another. */
async function scanned({ db, bounds }: Reading, { table, seq }: Source, passes: Condition, { first, end, size }: Range): Promise<Found> {
  const stop = await sql<Numbered>`
    select ${seq} as seq from ${table} h where ${seq} < ${end} and ${seq} >= ${first} order by 1 desc limit 1 offset ${bounds.scanned - 1}`.execute(
    db,
  );
  const floor = stop.rows[0]?.seq;
  const { rows } = await sql<Numbered>`
    select ${seq} as seq from ${table} h cross join ways w on w.id = h.way
    where ${seq} < ${end} and ${seq} >= ${floor ?? first} and ${passes} order by 1 desc limit ${size}`.execute(db);
  return { seqs: numbers(rows), ...(floor === undefined ? {} : { floor }) };
}

/** The newest of the ways that pass. */
async function ofWays(log: Reading, source: Source, matching: Matching, filter: HandshakeFilter, range: Range): Promise<Found> {
  if (matching.kind === 'all') return newest(log.db, source, range);
  if (matching.kind === 'few') return merged(log.db, source, matching.ways, range);
  const found = await scanned(log, source, wayPasses(filter), range);
  if (found.seqs.length > 0 || found.floor === undefined || matching.crowded) return found;
  // Nothing among the newest: it may be days until there is something.
  const next = await newestThatPasses(log, filter);
  return next >= found.floor ? found : scanned(log, source, wayPasses(filter), { ...range, end: next + 1 });
}

const joined = (found: Found, more: readonly number[]): Found => ({
  ...found,
  seqs: [...new Set([...found.seqs, ...more.filter((seq) => seq >= (found.floor ?? 0))])].sort((a, b) => b - a),
});

async function attempts(log: Reading, filter: HandshakeFilter, range: Range): Promise<Found> {
  const conns = await connSeqs(log, filter, range, sql`true`);
  if (conns === 'many') {
    const conn = connPasses(filter);
    return scanned(log, ATTEMPTS, sql`${columnsPass(filter)} and (${wordsPass(filter)} or ${conn?.either ?? sql`false`})`, range);
  }
  return joined(await ofWays(log, ATTEMPTS, await matchingWays(log, filter), filter, range), numbers(conns));
}

async function runs(log: Reading, filter: HandshakeFilter, range: Range): Promise<Found> {
  const found = await ofWays(log, RUNS, await matchingWays(log, filter), filter, range);
  // Found by the connection only. A beginning that thousands have says nothing of a run.
  const conns = await connSeqs(log, filter, spanOf(filter), sql`not ${wordsPass(filter)}`);
  const byRun = new Map<number, number>();
  if (conns !== 'many') for (const { run, seq } of conns) byRun.set(run, Math.max(seq, byRun.get(run) ?? 0));
  const tops = [...byRun.values()].filter((seq) => seq < range.end);
  return joined(found, [...tops, ...(await runsAcross(log.db, filter, range))]);
}

/** The attempts of one run that pass. */
async function ofRun(db: HistoryDb, filter: HandshakeFilter, id: number, { first, end, size }: Range): Promise<Found> {
  const run = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (run === undefined) return { seqs: [] };
  const conn = connPasses(filter);
  const { rows } = await sql<Numbered>`
    select h.seq from handshakes h cross join ways w on w.id = h.way
    where h.way = ${run.way} and h.run = ${id} and h.seq < ${Math.min(end, run.last_seq + 1)} and h.seq >= ${Math.max(first, firstSeqAt(run.first_ms))}
      and (${wayPasses(filter)} or (${columnsPass(filter)} and ${conn?.either ?? sql`false`}))
    order by h.seq desc limit ${size}`.execute(db);
  return { seqs: numbers(rows) };
}

/**
 * The newest attempts that pass, or with `fold` the newest of each run that does, which then carries the whole count of its run, or
 * with `run` those of one run. A page may hold fewer rows than asked, also none, and still have a cursor: the search stops after a
 * while and goes on from there. Throws Problem('input-invalid') for a `before` that is no cursor.
 */
export async function listHandshakes(log: Reading, ask: PageAsk): Promise<Rows<HandshakeView>> {
  const size = pageSize(ask.limit);
  const span = spanOf(ask);
  const end = ask.before === undefined ? span.end : Math.min(span.end, cursorNumber(ask.before, 'before'));
  const range = { first: span.first, end, size: size + 1 };
  const fold = ask.fold === true && ask.run === undefined;
  const found = await (ask.run !== undefined
    ? ofRun(log.db, ask, ask.run, range)
    : fold
      ? runs(log, ask, range)
      : attempts(log, ask, range));
  const shown = found.seqs.slice(0, size);
  const items = shown.length === 0 ? [] : await rowsAt(log.db, shown, fold);
  const cursor = found.seqs.length > size ? shown.at(-1) : found.floor;
  return { items, ...(cursor === undefined ? {} : { cursor: String(cursor) }) };
}
