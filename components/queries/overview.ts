// The overview feeds the frame and the Requests, Rules and Gateways pages; all of them read this one cached answer.
import { useQuery } from '@tanstack/react-query';
import type { Overview } from '#lib/api/shapes.ts';
import { overviewAfter } from '../live/apply-change.ts';
import { useConsole, useMayRead } from './console.tsx';

/** The count of recent failures slides with the clock, which no row announces. */
const REREAD_MS = 60_000;

/** All that the frame and the Requests page need. Kept current by the bridge. */
export function useOverview() {
  const { api, journal } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['overview'],
    enabled: mayRead,
    queryFn: ({ signal }) => journal.readThrough(() => api.get<Overview>('/overview', signal), overviewAfter),
    refetchInterval: REREAD_MS,
  });
}
