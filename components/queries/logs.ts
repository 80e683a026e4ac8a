// The activity log, read page by page from the newest down.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ActivityView, Page } from '#lib/api/shapes.ts';
import type { AuditState } from '#lib/audit/keeper.ts';
import { activityAfter } from '../live/apply-change.ts';
import { queryOf } from './api.ts';
import { useConsole, useMayRead } from './console.tsx';

const ACTIVITY_A_PAGE = 100;
const HEAD_AGAIN_MS = 30_000;

/** Every decision and change, newest first, kept current by the bridge; with `decision` what is recorded of that one. */
export function useActivity(decision?: string) {
  const { api, journal } = useConsole();
  const mayRead = useMayRead();
  return useInfiniteQuery({
    queryKey: decision === undefined ? ['activity'] : ['activity-of', decision],
    enabled: mayRead,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const read = () =>
        api.get<Page<ActivityView>>(`/activity${queryOf({ limit: ACTIVITY_A_PAGE, before: pageParam, decision })}`, signal);
      return pageParam === undefined && decision === undefined ? journal.readThrough(read, activityAfter) : read();
    },
    getNextPageParam: (last) => last.cursor,
  });
}

/** The head of the record and what the last walk over it found; read again with every newer row. */
export function useAuditHead(newest: number | undefined) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['audit-head', newest],
    placeholderData: keepPreviousData,
    enabled: mayRead,
    queryFn: ({ signal }) => api.get<AuditState>('/activity/head', signal),
    refetchInterval: HEAD_AGAIN_MS,
  });
}
