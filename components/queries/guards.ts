// The guards that nobody can switch off, and the figures among them that a person can tighten.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { GuardLimits, GuardsView } from '#lib/api/rule-shapes.ts';
import { useConsole, useMayRead } from './console.tsx';

/** Whether a guard holds follows from what waits and from the clock, which no row of the bridge announces. */
const REREAD_MS = 15_000;

/** Each guard with whether it holds now and when it last held something back. */
export function useGuards() {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['guards'],
    enabled: mayRead,
    queryFn: ({ signal }) => api.get<GuardsView>('/guards', signal),
    refetchInterval: REREAD_MS,
    refetchOnMount: 'always',
  });
}

/** Sets the figures; the console refuses anything above its own. */
export function useGuardLimits() {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (limits: GuardLimits) => api.put<unknown>('/guards/limits', limits),
    onSettled: () => cache.invalidateQueries({ queryKey: ['guards'] }),
  });
}
