// Runs that go on after the end of a span. Folded, each stands at its newest attempt within the span, where no index has it.
import { sql } from 'kysely';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { RUN_PAUSE_MS } from '../../handshakes/runs.ts';
import { firstSeqAt } from './place.ts';
import { spanOf, wayPasses } from './search.ts';
import type { HistoryDb } from './tables.ts';
import { MINUTE_MS } from './tallies.ts';

// An attempt may stand a few milliseconds beside its time.
const BEFORE_MS = RUN_PAUSE_MS + 1_000;

/** As many ways as are asked what became of them: more are active at once only where somebody makes them up. */
const ACROSS = 5_000;

/** The newest attempt until `filter.to`, below `end`, of each run that passes and has later ones; in no order. */
export async function runsAcross(
  db: HistoryDb,
  filter: HandshakeFilter,
  { first, end }: { first: number; end: number },
): Promise<number[]> {
  const { to } = filter;
  if (to === undefined) return [];
  // No run pauses longer, so each that goes on has an attempt since then.
  const since = Math.max(first, firstSeqAt(to - BEFORE_MS));
  if (end <= since) return [];
  const over = spanOf(filter).end;
  const { rows } = await sql<{ seq: number | null }>`
    select (select h.seq from handshakes h where h.way = r.way and h.run = r.id and h.seq < ${over} and h.seq >= ${since} order by h.seq desc limit 1) as seq
    from (select distinct way from tallies
      where span = 1 and start between ${Math.floor((to - BEFORE_MS) / MINUTE_MS)} and ${Math.floor(to / MINUTE_MS)} limit ${ACROSS}) t
    cross join ways w on w.id = t.way
    cross join runs r on r.id = (select id from runs where way = w.id and last_seq >= ${over} order by last_seq limit 1)
    where w.last_seq >= ${over} and r.first_ms <= ${to} and ${wayPasses(filter)}`.execute(db);
  return rows.flatMap(({ seq }) => (seq === null || seq >= end ? [] : [seq]));
}
