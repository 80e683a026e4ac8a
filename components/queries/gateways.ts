// What a person does to a gateway's entry in this console. The gateways themselves come with the overview.
import { useMutation } from '@tanstack/react-query';
import { pathOf } from './api.ts';
import { useConsole } from './console.tsx';

function useGatewayAct<T extends { id: string }>(run: (api: ReturnType<typeof useConsole>['api'], act: T) => Promise<unknown>) {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (act: T) => run(api, act),
    onSettled: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** The operator's word that no proxy or tunnel stands in front of this gateway. */
export function useStatement() {
  return useGatewayAct<{ id: string; noProxyInFront: boolean }>((api, { id, noProxyInFront }) =>
    api.put(`/gateways${pathOf(id)}/statement`, { noProxyInFront }),
  );
}

/** A person takes over a statement that the API token made. */
export function useAcknowledgeStatement() {
  return useGatewayAct<{ id: string; at: string }>((api, { id, at }) => api.post(`/gateways${pathOf(id)}/acknowledge`, { at }));
}

/** Lets the console in through the gateway's local helper path; only a person in a browser can. */
export function useAdmitConsole() {
  return useGatewayAct<{ id: string }>((api, { id }) => api.post(`/gateways${pathOf(id)}/admit`));
}

/** Accepts the certificate that the console refused, by the fingerprint that was compared. */
export function useAcceptCertificate() {
  return useGatewayAct<{ id: string; fingerprint: string }>((api, { id, fingerprint }) =>
    api.post(`/gateways${pathOf(id)}/certificate`, { fingerprint }),
  );
}

/** Accepts that this gateway was replaced and shows another identity. */
export function useAcceptIdentity() {
  return useGatewayAct<{ id: string }>((api, { id }) => api.post(`/gateways${pathOf(id)}/identity`));
}
