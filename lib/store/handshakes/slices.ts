// Cuts what a question has to look at into slices of a known size: whoever calls may make as many ways as he likes.
import { type RawBuilder, sql } from 'kysely';
import { turn } from '../../turn.ts';
import type { Piece } from './pieces.ts';
import { firstSeqAt } from './place.ts';
import type { HistoryDb } from './tables.ts';
import { MINUTE_MS } from './tallies.ts';

/** Entries of a slice: below 10 ms of work. */
export const SLICE = 5_000;

type Condition = RawBuilder<unknown>;

/** All ways `w`, in slices, with a turn of the event loop between two. */
export async function* waySlices(db: HistoryDb): AsyncGenerator<Condition, void, undefined> {
  let after = 0;
  for (;;) {
    const stop = await sql<{ id: number }>`select id from ways where id > ${after} order by id limit 1 offset ${SLICE}`.execute(db);
    const last = stop.rows[0]?.id;
    if (last === undefined) {
      yield sql`w.id > ${after}`;
      return;
    }
    yield sql`w.id > ${after} and w.id <= ${last}`;
    after = last;
    await turn();
  }
}

/** The tallies `t` that fill a piece, in slices, with a turn of the event loop between two. */
export async function* tallySlices(db: HistoryDb, { span, from, to }: Piece): AsyncGenerator<Condition, void, undefined> {
  let first = { start: from / MINUTE_MS, way: 0 };
  const end = to / MINUTE_MS;
  for (;;) {
    const since = sql`t.span = ${span} and (t.start, t.way) >= (${first.start}, ${first.way}) and t.start < ${end}`;
    const stop = await sql<{ start: number; way: number }>`
      select t.start, t.way from tallies t where ${since} order by t.start, t.way limit 1 offset ${SLICE}`.execute(db);
    const [next] = stop.rows;
    if (next === undefined) {
      yield since;
      return;
    }
    yield sql`${since} and (t.start, t.way) < (${next.start}, ${next.way})`;
    first = next;
    await turn();
  }
}

/** The attempts `h` of a piece, in slices, with a turn of the event loop between two. */
export async function* rowSlices(db: HistoryDb, { from, to }: Piece): AsyncGenerator<Condition, void, undefined> {
  let first = firstSeqAt(from);
  const end = firstSeqAt(to);
  for (;;) {
    const stop = await sql<{ seq: number }>`
      select seq from handshakes where seq >= ${first} and seq < ${end} order by seq limit 1 offset ${SLICE}`.execute(db);
    const until = stop.rows[0]?.seq;
    yield sql`h.seq >= ${first} and h.seq < ${until ?? end}`;
    if (until === undefined) return;
    first = until;
    await turn();
  }
}
