// All that is known of one device: its findings, and its story page by page.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { CleanUpView, DeviceDetail, DeviceStory } from '#lib/api/device-shapes.ts';
import type { BridgeChange } from '#lib/api/shapes.ts';
import { createRereads } from '../live/rereads.ts';
import { pathOf, queryOf } from './api.ts';
import { useConsole, useLive, useMayRead } from './console.tsx';

const STORY_A_PAGE = 30;
/** A client that loops brings a row a second; its story is read again no more often than this, ms. */
const PAUSE_MS = 2_000;

type Ref = { gateway: string; deviceId: string };

/** Whether a change may tell something new of this device. */
export function concerns(change: BridgeChange, { gateway, deviceId }: Ref): boolean {
  const isIt = (item: { gateway: string; deviceId?: string | undefined }) => item.gateway === gateway && item.deviceId === deviceId;
  switch (change.topic) {
    case 'devices':
      return change.op === 'reread' || isIt(change.op === 'set' ? change.item : change);
    case 'requests':
      // One that went is told by its decision.
      return change.op === 'set' && isIt(change.item);
    case 'decisions':
    case 'take-backs':
    case 'device-acts':
      return isIt(change.item);
    case 'node-requests':
      return change.op === 'set' && change.item.gateway === gateway && change.item.nodeId === deviceId;
    case 'node-decisions':
      return change.item.gateway === gateway && change.item.nodeId === deviceId;
    case 'device-changes':
      return change.op === 'reread' || change.items.some(isIt);
    case 'handshakes':
      return change.items.some(isIt);
    default:
      return false;
  }
}

/** Reads detail and story of the device again when something of it arrives, at most once in two seconds. */
export function useDeviceKept({ gateway, deviceId }: Ref): void {
  const { cache } = useConsole();
  const live = useLive();
  useEffect(() => {
    if (live === undefined) return;
    const rereads = createRereads({
      read: async () => {
        await Promise.all([
          cache.invalidateQueries({ queryKey: ['deviceDetail', gateway, deviceId] }),
          cache.invalidateQueries({ queryKey: ['deviceStory', gateway, deviceId] }),
        ]);
      },
      pauseMs: PAUSE_MS,
      setTimer: (run, delayMs) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    });
    const stop = live.followChanges((change) => {
      if (concerns(change, { gateway, deviceId })) rereads.due();
    });
    return () => {
      stop();
      rereads.dispose();
    };
  }, [live, cache, gateway, deviceId]);
}

/** What is odd about the device with its fixes, and whether taking it back would hold. */
export function useDeviceDetail({ gateway, deviceId }: Ref) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['deviceDetail', gateway, deviceId],
    enabled: mayRead,
    staleTime: 0,
    queryFn: ({ signal }) => api.get<DeviceDetail>(`/devices${pathOf(gateway, deviceId)}`, signal),
  });
}

/** The whole story of the device, newest first, page by page. */
export function useDeviceStory({ gateway, deviceId }: Ref) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useInfiniteQuery({
    queryKey: ['deviceStory', gateway, deviceId],
    enabled: mayRead,
    staleTime: 0,
    gcTime: 60_000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.get<DeviceStory>(`/devices${pathOf(gateway, deviceId)}/story${queryOf({ limit: STORY_A_PAGE, before: pageParam })}`, signal),
    getNextPageParam: (last) => last.next,
  });
}

/** What could be cleaned up, as the gateways stand now. Read anew at each opening. */
export function useCleanUp(gateway: string | undefined) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ['cleanUp', gateway ?? ''],
    queryFn: ({ signal }) => api.get<CleanUpView>(`/devices/clean-up${queryOf({ gateway })}`, signal),
    gcTime: 0,
    refetchOnReconnect: false,
  });
}
