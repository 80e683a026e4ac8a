// Differences between readings of the gateways' lists, and a person's word for those that nobody clicked.
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import type { BridgeChange, Page } from '#lib/api/shapes.ts';
import { deviceChangesAfter, OPEN_CHANGES_LIMIT, openChangesAfter, type Pages } from '../live/apply-change.ts';
import { queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

/** The largest page that the API gives. */
const OPEN_A_PAGE = 1_000;
const CHANGES_A_PAGE = 50;

const OPEN_KEY = ['openDeviceChanges'];

const isReread = (change: BridgeChange) => change.topic === 'device-changes' && change.op === 'reread';

/**
 * All grants that nobody clicked and nobody has acknowledged, newest first, at most 5,000 of them; `cursor` is set when there are more.
 * Kept current by the bridge.
 */
export function useOpenChanges() {
  const { api, cache, journal } = useConsole();
  const mayRead = useMayRead();
  const live = useLive();
  useEffect(
    () =>
      live?.followChanges((change) => {
        if (isReread(change)) return void cache.invalidateQueries({ queryKey: OPEN_KEY });
        cache.setQueryData<Page<DeviceChangeView>>(OPEN_KEY, (page) => page && openChangesAfter(page, change));
      }),
    [live, cache],
  );
  return useQuery({
    queryKey: OPEN_KEY,
    enabled: mayRead,
    // Changes that came while no page showed them are not in what is kept.
    staleTime: 0,
    queryFn: ({ signal }) =>
      journal.readThrough(async () => {
        const read = (before?: string) =>
          api.get<Page<DeviceChangeView>>(`/device-changes${queryOf({ open: 1, limit: OPEN_A_PAGE, before })}`, signal);
        let page = await read();
        while (page.cursor !== undefined && page.items.length < OPEN_CHANGES_LIMIT) {
          const older = await read(page.cursor);
          page = { ...older, items: [...page.items, ...older.items], freshness: page.freshness };
        }
        return page;
      }, openChangesAfter),
  });
}

const isOf = (gateway: string | undefined, change: BridgeChange): BridgeChange =>
  change.topic !== 'device-changes' || change.op !== 'set' || gateway === undefined
    ? change
    : { ...change, items: change.items.filter((item) => item.gateway === gateway) };

function pagesAfter(pages: Pages<DeviceChangeView>, change: BridgeChange): Pages<DeviceChangeView> {
  const [first, ...older] = pages.pages;
  if (first === undefined || change.topic !== 'device-changes' || change.op !== 'set') return pages;
  const known = new Map(change.items.map((item) => [item.id, item]));
  const renewed = older.map((page) =>
    page.items.some(({ id }) => known.has(id)) ? { ...page, items: page.items.map((item) => known.get(item.id) ?? item) } : page,
  );
  const next = deviceChangesAfter(first, change);
  // One that was shortened begins anew: the pages behind it would not follow it.
  if (next.items.length < first.items.length) return { pages: [next], pageParams: pages.pageParams.slice(0, 1) };
  return { ...pages, pages: [next, ...renewed] };
}

/** What changed between readings of one gateway, or of all, newest first, page by page. Kept current by the bridge. */
export function useDeviceChanges(gateway: string | undefined) {
  const { api, cache, journal } = useConsole();
  const mayRead = useMayRead();
  const live = useLive();
  useEffect(
    () =>
      live?.followChanges((change) => {
        if (isReread(change)) return void cache.invalidateQueries({ queryKey: ['deviceChanges', gateway ?? ''] });
        cache.setQueryData<Pages<DeviceChangeView>>(
          ['deviceChanges', gateway ?? ''],
          (pages) => pages && pagesAfter(pages, isOf(gateway, change)),
        );
      }),
    [live, cache, gateway],
  );
  return useInfiniteQuery({
    queryKey: ['deviceChanges', gateway ?? ''],
    enabled: mayRead,
    staleTime: 0,
    gcTime: 60_000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const path = `/device-changes${queryOf({ gateway, limit: CHANGES_A_PAGE, before: pageParam })}`;
      const read = () => api.get<Page<DeviceChangeView>>(path, signal);
      if (pageParam !== undefined) return read();
      return journal.readThrough(read, (page, change) => deviceChangesAfter(page, isOf(gateway, change)));
    },
    getNextPageParam: (last) => last.cursor,
  });
}

/** A person has seen these grants. */
export function useAcknowledge() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      // Those that came since the list was read may make it more than one call takes.
      for (let from = 0; from < ids.length; from += OPEN_CHANGES_LIMIT) {
        const { items } = await api.post<{ items: DeviceChangeView[] }>('/device-changes/acknowledge', {
          ids: ids.slice(from, from + OPEN_CHANGES_LIMIT),
        });
        live?.enter({ topic: 'device-changes', op: 'set', items });
      }
    },
    // Somebody else may have been first: what is shown here is old then.
    onError: () => cache.invalidateQueries({ queryKey: OPEN_KEY }),
  });
}
