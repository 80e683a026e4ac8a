// What the Handshakes page asks of the API: pages of the log, its histogram, what can be chosen, one row explained.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { FacetsView, HandshakeDetail, HandshakeView, HistogramView, Page } from '#lib/api/shapes.ts';
import { type HandshakeFilter, passes } from '#lib/handshakes/filter.ts';
import { concerns } from '../handshakes/concerns.ts';
import { COUNTED } from '../handshakes/histogram-bins.ts';
import { createLog, type Log, type LogState } from '../handshakes/log.ts';
import { filterParameters } from '../handshakes/log-address.ts';
import { pathOf, queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';
import { useReadAgain } from './read-again.ts';

/** A live row of the open row's caller may change what became of it; it is read again at most this often. */
const DETAIL_REREAD_MS = 2_000;

/** The bars follow the rows by this much. */
const HISTOGRAM_REREAD_MS = 1_000;

const never = () => () => {};

/**
 * The log under a filter. While another filter is being read, the log of the one before stays, and `behind` says so.
 * `log` is undefined until the first page has come or failed.
 */
export function useHandshakeLog(
  filter: HandshakeFilter,
  fold: boolean,
): { log: Log | undefined; state: LogState | undefined; behind: boolean } {
  const { api } = useConsole();
  const live = useLive();
  const mayRead = useMayRead();
  const [log, setLog] = useState<{ log: Log; filter: HandshakeFilter; fold: boolean }>();
  useEffect(() => {
    if (live === undefined || !mayRead) return;
    const parameters = filterParameters(filter);
    const next = createLog({
      fold,
      matches: (row) => passes(row, filter),
      read: ({ limit, before, run, fold: folded }, signal) =>
        api.get<Page<HandshakeView>>(
          `/handshakes${queryOf({ ...parameters, limit, before, run, fold: folded === true ? 1 : undefined })}`,
          signal,
        ),
    });
    const stopFollowing = live.followHandshakes(next);
    const take = () => {
      const { read, error } = next.get();
      if (!read && error === undefined) return;
      stopWaiting();
      setLog({ log: next, filter, fold });
    };
    const stopWaiting = next.subscribe(take);
    return () => {
      stopFollowing();
      stopWaiting();
      next.dispose();
    };
  }, [api, live, mayRead, filter, fold]);
  const state = useSyncExternalStore(
    log?.log.subscribe ?? never,
    () => log?.log.get(),
    () => undefined,
  );
  return { log: log?.log, state, behind: log !== undefined && (log.filter !== filter || log.fold !== fold) };
}

/**
 * Attempts by outcome between two moments, under all filters but outcome and time. Read again when the span moves on, and after live
 * rows: a sum of both would count some of them twice, since no row says whether an answer holds it already. Stands still while `paused`.
 */
export function useHistogram(filter: HandshakeFilter, span: { from: number; to: number; bucketMs: number }, paused: boolean) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  const { outcomes: _outcomes, from: _from, to: _to, ...rest } = filter;
  const buckets = Math.round((span.to - span.from) / span.bucketMs);
  const path = `/handshakes/histogram${queryOf({ ...filterParameters({ ...rest, from: span.from, to: span.to - 1 }), buckets })}`;
  const isDue = (items: readonly HandshakeView[]) => items.some((item) => passes(item, rest) && COUNTED[item.outcome] !== undefined);
  useReadAgain({ name: 'histogram', path, paused, pauseMs: HISTOGRAM_REREAD_MS, isDue });
  return useQuery({
    queryKey: ['histogram', path],
    enabled: mayRead,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    // Rows that came while another span was shown are not in what is kept of this one.
    staleTime: 0,
    queryFn: ({ signal }) => api.get<HistogramView>(path, signal),
  });
}

/** What the other filters leave to choose from. `refetch` when somebody is about to choose. */
export function useFacets(filter: HandshakeFilter) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  const parameters = filterParameters(filter);
  return useQuery({
    queryKey: ['facets', parameters],
    enabled: mayRead,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) => api.get<FacetsView>(`/handshakes/facets${queryOf(parameters)}`, signal),
  });
}

/** Everything that explains one row; read again when its caller shows up in the log again. Nothing is read for undefined. */
export function useHandshakeDetail(wanted: { gateway: string; id: string } | undefined) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  const path = wanted && `/handshakes${pathOf(wanted.gateway, wanted.id)}`;
  const query = useQuery({
    queryKey: ['handshake', path ?? ''],
    enabled: mayRead && path !== undefined,
    gcTime: 60_000,
    // Rows that came while it was closed are not in what is kept of it.
    staleTime: 0,
    queryFn: ({ signal }) => api.get<HandshakeDetail>(path ?? '', signal),
  });
  const row = query.data?.row;
  const isConcerned = useMemo(() => row && concerns(row), [row]);
  useReadAgain({
    name: 'handshake',
    path,
    pauseMs: DETAIL_REREAD_MS,
    // An answer on its way may be older than a row that comes before it.
    isDue: (items) => (isConcerned === undefined ? query.isFetching : items.some(isConcerned)),
  });
  return query;
}
