// The two logs, read page by page from the newest down: handshakes and activity.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ActivityView, BridgeChange, HandshakeView, Page } from '#lib/api/shapes.ts';
import { activityAfter, handshakesAfter } from '../live/apply-change.ts';
import { queryOf } from './api.ts';
import { useConsole, useMayRead } from './console.tsx';

const HANDSHAKES_A_PAGE = 500;
const ACTIVITY_A_PAGE = 100;

function useLog<T>(name: 'handshakes' | 'activity', limit: number, after: (page: Page<T>, change: BridgeChange) => Page<T>) {
  const { api, journal } = useConsole();
  const mayRead = useMayRead();
  return useInfiniteQuery({
    queryKey: [name],
    enabled: mayRead,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const read = () => api.get<Page<T>>(`/${name}${queryOf({ limit, before: pageParam })}`, signal);
      return pageParam === undefined ? journal.readThrough(read, after) : read();
    },
    getNextPageParam: (last) => last.cursor,
  });
}

/** The handshake log, newest first, kept current by the bridge. */
export function useHandshakes() {
  return useLog<HandshakeView>('handshakes', HANDSHAKES_A_PAGE, handshakesAfter);
}

/** Every decision and change, newest first, kept current by the bridge. */
export function useActivity() {
  return useLog<ActivityView>('activity', ACTIVITY_A_PAGE, activityAfter);
}
