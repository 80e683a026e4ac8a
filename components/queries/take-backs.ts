// Taking back: what it would do, doing it device by device, and what was taken back before.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { TakeBackInput, TakeBackPlan, TakeBackView } from '#lib/api/grant-shapes.ts';
import type { Page } from '#lib/api/shapes.ts';
import { takeBacksAfter } from '../live/apply-change.ts';
import { queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

/** On whose account something is taken back: a rule, one decision, or a device as it stands. */
export type Account = {
  rule?: string | undefined;
  decision?: string | undefined;
  gateway?: string | undefined;
  device?: string | undefined;
  /** Several devices as they stand, at most 500. */
  devices?: readonly { gateway: string; deviceId: string }[] | undefined;
};

const NEWEST = 100;

/** What taking back would do, as the gateways stand now. Read anew at each opening: it is bound to what they hold. */
export function useTakeBackPlan({ rule, decision, gateway, device, devices }: Account) {
  const { api } = useConsole();
  const path = `/take-backs/plan${queryOf({ rule, decision, gateway, device })}`;
  const many = devices?.map(({ gateway, deviceId }) => ({ gateway, deviceId }));
  return useQuery({
    queryKey: ['takeBackPlan', path, many],
    queryFn: ({ signal }) =>
      many === undefined ? api.get<TakeBackPlan>(path, signal) : api.post<TakeBackPlan>('/take-backs/plan', { devices: many }),
    gcTime: 0,
    // Read when it opens, and never under the eyes of who reads it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
}

/** Takes one device back. Resolves to what was read back from the gateway; rejects when nothing was done or nobody knows. */
export function useTakeOne(): (input: TakeBackInput) => Promise<TakeBackView> {
  const { api } = useConsole();
  const live = useLive();
  return useCallback(
    async (input) => {
      const item = await api.post<TakeBackView>('/take-backs', input);
      live?.enter({ topic: 'take-backs', op: 'set', item });
      return item;
    },
    [api, live],
  );
}

/** The newest take-backs. Kept current by the bridge. */
export function useTakeBacks() {
  const { api, journal } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['takeBacks'],
    enabled: mayRead,
    queryFn: ({ signal }) =>
      journal.readThrough(() => api.get<Page<TakeBackView>>(`/take-backs${queryOf({ limit: NEWEST })}`, signal), takeBacksAfter),
  });
}

/** Devices that are here again although they were taken back, as `gateway/device id`: the newest take-back of each counts. */
export function useReturned(): ReadonlySet<string> {
  const { data } = useTakeBacks();
  return useMemo(() => {
    const newest = new Map<string, TakeBackView>();
    for (const item of data?.items ?? []) {
      const key = `${item.gateway}/${item.deviceId}`;
      if (!newest.has(key)) newest.set(key, item);
    }
    return new Set([...newest].flatMap(([key, { state }]) => (state === 'returned' ? [key] : [])));
  }, [data]);
}
