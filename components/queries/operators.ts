// The operators, their sessions and tokens, and what is changed about them.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ApiTokenView, CredentialView, OperatorView, SessionView } from '#lib/api/operator-shapes.ts';
import type { Right } from '#lib/auth/rights.ts';
import { type Api, pathOf } from './api.ts';
import { useConsole } from './console.tsx';
import { answeredByPasskey } from './session.ts';

type Items<T> = { items: T[] };
/** A link that is shown once; its secret stands behind # in an address of this console. */
export type ShownLink = { secret: string; expiresAt: string };

const KEYS = { operators: ['operators'], sessions: ['sessions'], tokens: ['tokens'], credentials: ['credentials'] };

function useItems<T>(key: readonly string[], path: string) {
  const { api } = useConsole();
  return useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.get<Items<T>>(path, signal)).items });
}

export const useOperators = () => useItems<OperatorView>(KEYS.operators, '/operators');
export const useSessions = () => useItems<SessionView>(KEYS.sessions, '/sessions');
export const useTokens = () => useItems<ApiTokenView>(KEYS.tokens, '/tokens');
export const useCredentials = () => useItems<CredentialView>(KEYS.credentials, '/operators/me/credentials');

function useChange<In, Out>(run: (api: Api, change: In) => Promise<Out>) {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (change: In) => run(api, change),
    onSettled: () => Promise.all([['overview'], ...Object.values(KEYS)].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
}

export const useInvite = () =>
  useChange((api, invited: { name: string; rights: Right[] }) =>
    api.post<{ operator: OperatorView; link: ShownLink }>('/operators', invited),
  );
export const useChangeOperator = () =>
  useChange((api, { id, ...change }: { id: string; rights?: Right[]; state?: 'active' | 'disabled' }) =>
    api.patch<OperatorView>(`/operators${pathOf(id)}`, change),
  );
export const useRemoveOperator = () => useChange((api, id: string) => api.delete<undefined>(`/operators${pathOf(id)}`));
export const useNewLink = () =>
  useChange((api, id: string) => api.post<{ operator: OperatorView; link: ShownLink }>(`/operators${pathOf(id)}/link`));
export const useEndSession = () => useChange((api, id: string) => api.delete<undefined>(`/sessions${pathOf(id)}`));
export const useNewToken = () =>
  useChange((api, made: { name: string; right: Right; expiresInDays: number }) =>
    api.post<{ token: ApiTokenView; secret: string }>('/tokens', made),
  );
export const useRevokeToken = () => useChange((api, id: string) => api.delete<undefined>(`/tokens${pathOf(id)}`));
export const useSetPassword = () =>
  useChange((api, change: { current?: string; password: string }) =>
    api.post<CredentialView>('/operators/me/credentials/password', change),
  );
export const useRemoveCredential = () => useChange((api, id: string) => api.delete<undefined>(`/operators/me/credentials${pathOf(id)}`));

/** Makes a passkey in this browser and keeps its public half. Rejects with what the browser says, such as that nobody answered. */
export const useAddPasskey = () =>
  useChange(async (api, name: string) => {
    const { startRegistration } = await import('@simplewebauthn/browser');
    type Asked = { challengeId: string; options: Parameters<typeof startRegistration>[0]['optionsJSON'] };
    const { challengeId, options } = await api.post<Asked>('/operators/me/credentials/passkey/options');
    return api.post<CredentialView>('/operators/me/credentials/passkey', {
      challengeId,
      name,
      response: await startRegistration({ optionsJSON: options }),
    });
  });

/** Shows once more who is here; for a quarter of an hour operators, credentials and tokens can be changed. */
export const useConfirm = () =>
  useChange(async (api, by: { password: string } | 'passkey') =>
    api.post<{ freshUntil: string }>('/session/confirm', by === 'passkey' ? await answeredByPasskey(api, '/session/passkey/options') : by),
  );
