// What there is to choose from in each filter, given the others: sums over ways, whatever the number of attempts.
import { type RawBuilder, sql } from 'kysely';
import type { FacetsView, FacetValue } from '../../api/shapes.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { piecesOf } from './pieces.ts';
import { msOf } from './place.ts';
import { connSeqs, type Reading, spanOf, wayPasses, wordsPass } from './search.ts';
import { rowSlices, tallySlices, waySlices } from './slices.ts';
import type { HistoryDb } from './tables.ts';
import { SPANS } from './tallies.ts';

/** Values of one facet: more than a person reads through. */
const VALUES = 300;

type Own = 'cause' | 'device' | 'client' | 'origin';
const OWN: readonly Own[] = ['cause', 'device', 'client', 'origin'];
const LABELS: Record<Own, RawBuilder<unknown>> = { cause: sql`title`, device: sql`device_name`, client: sql`null`, origin: sql`null` };

/** Ways `w` with `n` attempts each, in slices. */
type Source = { from: RawBuilder<unknown>; n: RawBuilder<unknown>; where: RawBuilder<unknown> };

async function* sources(db: HistoryDb, filter: HandshakeFilter): AsyncGenerator<Source, void, undefined> {
  const { first, end } = spanOf(filter);
  const kept = await sql<{ oldest: number | null; newest: number | null }>`
    select (select min(seq) from handshakes) as oldest, (select max(seq) from handshakes) as newest`.execute(db);
  const oldest = kept.rows[0]?.oldest ?? 0;
  const newest = kept.rows[0]?.newest ?? 0;
  if (first <= oldest && end > newest) {
    for await (const where of waySlices(db)) yield { from: sql`ways w`, n: sql`w.n`, where };
    return;
  }
  // No further than there is anything: the edges are then few.
  for (const piece of piecesOf(msOf(Math.max(first, oldest)), Math.min(msOf(end), msOf(newest) + 1), SPANS)) {
    if (piece.span === 0) {
      const from = sql`handshakes h cross join ways w on w.id = h.way`;
      for await (const where of rowSlices(db, piece)) yield { from, n: sql`1`, where };
    } else {
      const from = sql`tallies t cross join ways w on w.id = t.way`;
      for await (const where of tallySlices(db, piece)) yield { from, n: sql`t.n`, where };
    }
  }
}

type Found = FacetValue & { own: Own };

/** The values of one slice. What is rare among very many values in it is left out. */
async function valuesIn(db: HistoryDb, filter: HandshakeFilter, { from, n, where }: Source): Promise<Found[]> {
  const { cause, device, client, origin, ...rest } = filter;
  const chosen = { cause, device, client, origin };
  const parts = OWN.map((own) => {
    const others = OWN.filter((other) => other !== own && chosen[other] !== undefined).map(
      (other) => sql`${sql.ref(other)} = ${chosen[other]}`,
    );
    const conditions = [sql`${sql.ref(own)} is not null`, ...others];
    return sql`select * from (
      select ${own} as own, ${sql.ref(own)} as value, coalesce(max(${LABELS[own]}), '') as label, sum(n) as count from slice
      where ${sql.join(conditions, sql` and `)} group by 2 order by 4 desc limit ${VALUES})`;
  });
  const { rows } = await sql<Found>`
    with slice as materialized (
      select w.cause, w.device, w.client, w.origin, w.title, w.device_name, ${n} as n from ${from} where ${where} and ${wayPasses(rest)})
    ${sql.join(parts, sql` union all `)}`.execute(db);
  return rows;
}

/**
 * The values of each facet that the other filters leave, with their attempts, most frequent first, up to 300. The label of a cause
 * is its title, that of a device its name. Where somebody makes up thousands of values, the rare ones are not all counted.
 */
export async function facetsOf(log: Reading, filter: HandshakeFilter): Promise<FacetsView> {
  const found = {
    cause: new Map<string, FacetValue>(),
    device: new Map<string, FacetValue>(),
    client: new Map<string, FacetValue>(),
    origin: new Map<string, FacetValue>(),
  };
  const add = ({ own, value, label, count }: Found) => {
    const known = found[own].get(value);
    if (known === undefined) found[own].set(value, { value, label: label || value, count });
    else {
      known.count += count;
      if (label !== '') known.label = label;
    }
  };
  for await (const source of sources(log.db, filter)) for (const value of await valuesIn(log.db, filter, source)) add(value);
  for (const own of OWN) {
    const { [own]: _, ...others } = filter;
    const conns = await connSeqs(log, others, spanOf(filter), sql`not ${wordsPass(filter)}`);
    if (conns === 'many') continue;
    for (const row of conns) {
      const value = row[own];
      const label = { cause: row.title, device: row.device_name, client: null, origin: null }[own];
      if (value !== null) add({ own, value, label: label ?? '', count: 1 });
    }
  }
  const top = (own: Own) => [...found[own].values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, VALUES);
  return { causes: top('cause'), devices: top('device'), clients: top('client'), origins: top('origin') };
}
