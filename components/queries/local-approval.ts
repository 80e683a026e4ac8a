// Whether a gateway grants loopback upgrades by itself, and the switch for it.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { LocalApprovalView } from '#lib/api/device-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { pathOf } from './api.ts';
import { useConsole, useMayRead } from './console.tsx';

const pathTo = (id: string) => `/gateways${pathOf(id)}/local-approval`;

/** As the gateway says; read again when the gateway comes, goes or shows another setting. */
export function useLocalApproval({ id, state, version, rulesMatter }: GatewayView) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  return useQuery({
    queryKey: ['localApproval', id, state === 'live', version, rulesMatter.matter],
    enabled: mayRead,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<LocalApprovalView>(pathTo(id), signal),
  });
}

/** Switches it, bound to the configuration that was shown. Resolves to what was read back. */
export function useSetLocalApproval(id: string) {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (input: { to: 'on' | 'off'; baseHash: string; confirm?: string }) => api.put<LocalApprovalView>(pathTo(id), input),
    onSettled: async () => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: ['localApproval', id] }),
        cache.invalidateQueries({ queryKey: ['overview'] }),
      ]);
    },
  });
}
