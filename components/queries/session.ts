// Signing in by a printed link, and out again.
import { type Api, KEY_NAME } from './api.ts';

/** Spends a link's secret; afterwards cookie and second secret are in place. Rejects with ApiProblem `link-spent` for an old link. */
export async function signIn(api: Api, secret: string): Promise<void> {
  const { key } = await api.post<{ key: string; expiresAt: string }>('/session', { secret });
  window.localStorage.setItem(KEY_NAME, key);
}

/** Ends the session on the server and forgets the second secret here, also when the server cannot be reached. */
export async function signOut(api: Api): Promise<void> {
  try {
    await api.delete('/session');
  } finally {
    window.localStorage.removeItem(KEY_NAME);
    window.location.assign('/sign-in');
  }
}
