// Permit windows: opened by a person, closed by one or by themselves. Those that are open come with the overview and the bridge.
import { useMutation } from '@tanstack/react-query';
import type { PermitWindowInput, PermitWindowView } from '#lib/api/grant-shapes.ts';
import { pathOf } from './api.ts';
import { useConsole, useLive } from './console.tsx';

/** Opens a window. Resolves to it as the console holds it. */
export function useOpenWindow() {
  const { api } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (input: PermitWindowInput) => api.post<PermitWindowView>('/windows', input),
    onSuccess: (item) => live?.enter({ topic: 'windows', op: 'set', item }),
  });
}

/** Closes a window before its time. One that is closed already is read again. */
export function useCloseWindow() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (id: string) => api.post<PermitWindowView>(`/windows${pathOf(id)}/close`),
    onSuccess: (item) => live?.enter({ topic: 'windows', op: 'set', item }),
    onError: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}
