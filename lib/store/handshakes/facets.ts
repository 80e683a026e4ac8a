// What there is to choose from in each filter, given the others: sums over ways, whatever the number of attempts.
import { type RawBuilder, sql } from 'kysely';
import type { FacetsView, FacetValue } from '../../api/shapes.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { piecesOf } from './pieces.ts';
import { firstSeqAt, msOf } from './place.ts';
import { connSeqs, type Reading, spanOf, wayPasses, wordsPass } from './search.ts';
import type { HistoryDb } from './tables.ts';
import { MINUTE_MS, SPANS } from './tallies.ts';

/** Values of one facet: more than a person reads through. */
const VALUES = 300;

type Facet = { own: 'cause' | 'device' | 'client' | 'origin'; value: RawBuilder<unknown>; label: RawBuilder<unknown> };
const CAUSES: Facet = { own: 'cause', value: sql`w.cause`, label: sql`w.title` };
const DEVICES: Facet = { own: 'device', value: sql`w.device`, label: sql`w.device_name` };
const CLIENTS: Facet = { own: 'client', value: sql`w.client`, label: sql`w.client` };
const ORIGINS: Facet = { own: 'origin', value: sql`w.origin`, label: sql`w.origin` };

type Range = { first: number; end: number };

/** Where ways `w` come from, and how many attempts each has in the range; undefined stands for all that is kept. */
function counted(range: Range | undefined): { from: RawBuilder<unknown>; n: RawBuilder<unknown> } {
  if (range === undefined) return { from: sql`ways w`, n: sql`w.n` };
  const parts = piecesOf(msOf(range.first), msOf(range.end), SPANS).map(({ span, from, to }) =>
    span === 0
      ? sql`select way, count(*) as n from handshakes where seq >= ${firstSeqAt(from)} and seq < ${firstSeqAt(to)} group by way`
      : sql`select way, n from tallies where span = ${span} and start >= ${from / MINUTE_MS} and start < ${to / MINUTE_MS}`,
  );
  if (parts.length === 0) return { from: sql`ways w`, n: sql`0` };
  return { from: sql`(${sql.join(parts, sql` union all `)}) c cross join ways w on w.id = c.way`, n: sql`c.n` };
}

/** The filter's range, unless it holds all that is kept. */
async function rangeOf(db: HistoryDb, filter: HandshakeFilter): Promise<Range | undefined> {
  const { first, end } = spanOf(filter);
  const { rows } = await sql<{ oldest: number | null; newest: number | null }>`
    select (select min(seq) from handshakes) as oldest, (select max(seq) from handshakes) as newest`.execute(db);
  const [kept] = rows;
  if (kept === undefined || kept.oldest === null || kept.newest === null || (first <= kept.oldest && end > kept.newest)) return undefined;
  // No further than there is anything: the edges are then few.
  return { first: Math.max(first, firstSeqAt(msOf(kept.oldest))), end: Math.min(end, firstSeqAt(msOf(kept.newest) + 1)) };
}

async function facetOf(
  log: Reading,
  whole: HandshakeFilter,
  { own, value, label }: Facet,
  range: Range | undefined,
): Promise<FacetValue[]> {
  const { [own]: _, ...filter } = whole;
  const { from, n } = counted(range);
  const { rows } = await sql<FacetValue>`
    select ${value} as value, coalesce(max(${label}), ${value}) as label, sum(${n}) as count from ${from}
    where ${value} is not null and ${wayPasses(filter)} group by 1 having sum(${n}) > 0 order by 3 desc, 1 limit ${VALUES}`.execute(log.db);
  const conns = await connSeqs(log, filter, spanOf(filter), sql`not ${wordsPass(filter)}`);
  if (conns === 'many' || conns.length === 0) return rows;
  const values = new Map(rows.map((row) => [row.value, row]));
  for (const row of conns) {
    const found = row[own];
    if (found === null) continue;
    const known = values.get(found);
    const said = { cause: row.title, device: row.device_name, client: row.client, origin: row.origin }[own];
    values.set(found, { value: found, label: known?.label ?? said ?? found, count: (known?.count ?? 0) + 1 });
  }
  return [...values.values()].sort((a, b) => b.count - a.count);
}

/**
 * The values of each facet that the other filters leave, with their attempts, most frequent first, up to 300. The label of a cause
 * is its title, that of a device its name.
 */
export async function facetsOf(log: Reading, filter: HandshakeFilter): Promise<FacetsView> {
  const range = await rangeOf(log.db, filter);
  return {
    causes: await facetOf(log, filter, CAUSES, range),
    devices: await facetOf(log, filter, DEVICES, range),
    clients: await facetOf(log, filter, CLIENTS, range),
    origins: await facetOf(log, filter, ORIGINS, range),
  };
}
