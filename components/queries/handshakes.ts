// What the Handshakes page asks of the API: pages of the log, its histogram, what can be chosen, one row explained.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { FacetsView, HandshakeDetail, HandshakeView, HistogramView, Page } from '#lib/api/shapes.ts';
import { type HandshakeFilter, passes } from '#lib/handshakes/filter.ts';
import { createLog, type Log, type LogState } from '../handshakes/log.ts';
import { filterParameters } from '../handshakes/log-address.ts';
import { pathOf, queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

/** A live row of the open row's caller may change what became of it; it is read again at most this often. */
const DETAIL_REREAD_MS = 2_000;

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

/** Attempts by outcome between two moments, under all filters but outcome and time. Read again when the span moves on. */
export function useHistogram(filter: HandshakeFilter, span: { from: number; to: number; bucketMs: number }) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  const { outcomes: _outcomes, from: _from, to: _to, ...rest } = filter;
  const parameters = filterParameters({ ...rest, from: span.from, to: span.to - 1 });
  const buckets = Math.round((span.to - span.from) / span.bucketMs);
  return useQuery({
    queryKey: ['histogram', parameters, buckets],
    enabled: mayRead,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) => api.get<HistogramView>(`/handshakes/histogram${queryOf({ ...parameters, buckets })}`, signal),
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
  const { api, cache } = useConsole();
  const live = useLive();
  const mayRead = useMayRead();
  const [gateway, id] = [wanted?.gateway ?? '', wanted?.id ?? ''];
  const query = useQuery({
    queryKey: ['handshake', gateway, id],
    enabled: mayRead && wanted !== undefined,
    gcTime: 60_000,
    refetchOnMount: 'always',
    queryFn: ({ signal }) => api.get<HandshakeDetail>(`/handshakes${pathOf(gateway, id)}`, signal),
  });
  const row = query.data?.row;
  useEffect(() => {
    if (live === undefined || row === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const concerns = (item: HandshakeView) =>
      item.gateway === row.gateway && (item.run.id === row.run.id || (row.deviceId !== undefined && item.deviceId === row.deviceId));
    const reread = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void cache.invalidateQueries({ queryKey: ['handshake', row.gateway, row.id] });
      }, DETAIL_REREAD_MS);
    };
    const stop = live.followHandshakes({
      arrive(items) {
        if (items.some(concerns)) reread();
      },
      reread,
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [live, cache, row]);
  return query;
}
