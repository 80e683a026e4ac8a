// Acts on devices: what each would do, doing one, and what was done to a device before.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { DeviceActInput, DeviceActPlan, DeviceActPlanInput, DeviceActView } from '#lib/api/device-shapes.ts';
import type { BridgeChange, Page } from '#lib/api/shapes.ts';
import { queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

const NEWEST = 50;

/** What an act would do to these devices, as the gateways stand now. Nothing is asked without an input. */
export function useDeviceActPlan(input: DeviceActPlanInput | undefined) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ['deviceActPlan', input],
    enabled: input !== undefined,
    queryFn: () => api.post<DeviceActPlan>('/device-acts/plan', input),
    gcTime: 0,
    refetchOnReconnect: false,
  });
}

/** Acts on one device. Resolves to what was read back from the gateway; rejects when nothing was done or nobody knows. */
export function useActOnce(): (input: DeviceActInput) => Promise<DeviceActView> {
  const { api } = useConsole();
  const live = useLive();
  return useCallback(
    async (input) => {
      const item = await api.post<DeviceActView>('/device-acts', input);
      live?.enter({ topic: 'device-acts', op: 'set', item });
      return item;
    },
    [api, live],
  );
}

function actsAfter(page: Page<DeviceActView>, change: BridgeChange, gateway: string, deviceId: string): Page<DeviceActView> {
  if (change.topic !== 'device-acts' || change.item.gateway !== gateway || change.item.deviceId !== deviceId) return page;
  const { item } = change;
  const known = page.items.some(({ id }) => id === item.id);
  return { ...page, items: known ? page.items.map((other) => (other.id === item.id ? item : other)) : [item, ...page.items] };
}

/** The newest acts on one device. Kept current by the bridge. */
export function useDeviceActs(gateway: string, deviceId: string) {
  const { api, cache, journal } = useConsole();
  const mayRead = useMayRead();
  const live = useLive();
  useEffect(
    () =>
      live?.followChanges((change) => {
        cache.setQueryData<Page<DeviceActView>>(
          ['deviceActs', gateway, deviceId],
          (page) => page && actsAfter(page, change, gateway, deviceId),
        );
      }),
    [live, cache, gateway, deviceId],
  );
  return useQuery({
    queryKey: ['deviceActs', gateway, deviceId],
    enabled: mayRead,
    // What came while no panel showed it is not in what is kept.
    staleTime: 0,
    queryFn: ({ signal }) =>
      journal.readThrough(
        () => api.get<Page<DeviceActView>>(`/device-acts${queryOf({ gateway, device: deviceId, limit: NEWEST })}`, signal),
        (page, change) => actsAfter(page, change, gateway, deviceId),
      ),
  });
}
