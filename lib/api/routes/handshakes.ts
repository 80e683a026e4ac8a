// The handshake log: pages of it, its histogram, what can be chosen from, one row explained, and the log as a file.
import { type Clock, isoOf } from '../../clock.ts';
import type { Console } from '../../console.ts';
import { withNames } from '../../handshakes/named.ts';
import { type Route, route } from '../../http/route.ts';
import { present } from '../../present.ts';
import type { FacetsView, HandshakeDetail, HandshakeView, HistogramView, Page } from '../shapes.ts';
import { createHandshakeExports } from './handshake-export.ts';
import { exportQuery, facetsQuery, filterOf, handshakeListQuery, histogramQuery } from './handshake-query.ts';
import { spanOf } from './histogram-span.ts';

type Needs = Pick<Console, 'handshake' | 'freshness' | 'deviceNames'> & { store: Pick<Console['store'], 'handshakes'> };

export function handshakeRoutes(app: Needs, clock: Pick<Clock, 'nowMs'>): Route[] {
  const log = app.store.handshakes;
  const exported = createHandshakeExports({ each: (filter) => log.each(filter), clock });
  return [
    route({
      method: 'GET',
      path: '/handshakes',
      access: 'viewer',
      query: handshakeListQuery,
      handler: async ({ query }): Promise<Page<HandshakeView>> => {
        const { limit, before, run, fold } = query;
        const page = { limit, ...present({ before, run: run === undefined ? undefined : Number(run), fold: fold === '1' || undefined }) };
        const rows = await log.list({ ...filterOf(query), ...page });
        return { ...rows, items: withNames(rows.items, app.deviceNames()), freshness: app.freshness() };
      },
    }),
    route({
      method: 'GET',
      path: '/handshakes/histogram',
      access: 'viewer',
      query: histogramQuery,
      handler: async ({ query }): Promise<HistogramView> => {
        // Whole buckets are counted, also where the asked span begins inside one: half a bar would look like a lull.
        const { from, to, ...filter } = filterOf(query);
        const span = spanOf({ ...present({ from, to }), buckets: query.buckets }, clock.nowMs());
        // The store counts the bucket that the end lies in, too.
        const buckets = await log.histogram(filter, { ...span, toMs: span.toMs - 1 });
        return { from: isoOf(span.fromMs), to: isoOf(span.toMs), bucketMs: span.bucketMs, buckets };
      },
    }),
    route({
      method: 'GET',
      path: '/handshakes/facets',
      access: 'viewer',
      query: facetsQuery,
      handler: ({ query }): Promise<FacetsView> => log.facets(filterOf(query)),
    }),
    route({
      method: 'GET',
      path: '/handshakes/export',
      access: 'viewer',
      query: exportQuery,
      handler: ({ query }) => exported(query.format, filterOf(query)),
    }),
    route({
      method: 'GET',
      path: '/handshakes/:gateway/:id',
      access: 'viewer',
      handler: ({ param }): Promise<HandshakeDetail> => app.handshake(param('gateway'), param('id')),
    }),
  ];
}
