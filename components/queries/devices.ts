// The paired devices, and the operator's word for one of them.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { AccessReview } from '#lib/api/device-shapes.ts';
import type { DeviceView, Page } from '#lib/api/shapes.ts';
import { type ReviewKind, reviewQuery } from '../devices/review.ts';
import { devicesAfter } from '../live/apply-change.ts';
import { pathOf, queryOf } from './api.ts';
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

/** Who holds what is grave, as it stands when it is asked: a document, which changes only when it is read again. */
export function useAccessReview(kind: ReviewKind) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['accessReview', kind],
    enabled: mayRead,
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => api.get<AccessReview>(`/devices/review${queryOf(reviewQuery(kind))}`, signal),
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
