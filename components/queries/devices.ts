// The paired devices, and the operator's word for one of them.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { DeviceView, Page } from '#lib/api/shapes.ts';
import { devicesAfter } from '../live/apply-change.ts';
import { pathOf } from './api.ts';
import { useConsole, useMayRead } from './console.tsx';

/** Who is paired with what. Kept current by the bridge. */
export function useDevices() {
  const { api, journal } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['devices'],
    enabled: mayRead,
    queryFn: ({ signal }) => journal.readThrough(() => api.get<Page<DeviceView>>('/devices', signal), devicesAfter),
  });
}

/** Says, or takes back, that the operator knows this device. Rules of origin loopback ask for it. */
export function useVouch() {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: ({ gateway, deviceId, vouched }: { gateway: string; deviceId: string; vouched: boolean }) =>
      api.put<unknown>(`/devices${pathOf(gateway, deviceId)}/vouched`, { vouched }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['devices'] }),
  });
}
