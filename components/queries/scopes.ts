// What scopes open on a gateway. Read once for each version and way that it is there.
import { useQuery } from '@tanstack/react-query';
import type { ScopeBook } from '#lib/api/device-shapes.ts';
import { pathOf } from './api.ts';
import { useConsole, useMayRead } from './console.tsx';
import { useOverview } from './overview.ts';

/** The scope book of a gateway; it changes with the gateway's version and with whether it can be asked. */
export function useScopeBook(gateway: string) {
  const { api } = useConsole();
  const mayRead = useMayRead();
  const { data } = useOverview();
  const shown = data?.gateways.find(({ id }) => id === gateway);
  return useQuery({
    queryKey: ['scopes', gateway, shown?.version, shown?.state === 'live'],
    enabled: mayRead,
    queryFn: ({ signal }) => api.get<ScopeBook>(`/gateways${pathOf(gateway)}/scopes`, signal),
  });
}
