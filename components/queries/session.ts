// Signing in by every way there is. Before a session nothing else of the console can be asked.
import type { LinkView, SessionStarted, SignInOptions } from '#lib/api/operator-shapes.ts';
import { type Api, createApi, KEY_NAME } from './api.ts';

/** The API for somebody who is not signed in, or with a key that may be old. */
export const apiOutside = (key?: string): Api =>
  createApi({ fetch: (input, init) => window.fetch(input, init), readKey: () => key, onSignedOut: () => {} });

const keep = ({ key }: SessionStarted) => window.localStorage.setItem(KEY_NAME, key);

/** Which ways in there are here. */
export const signInOptions = (): Promise<SignInOptions> => apiOutside().get('/sign-in');

/** Spends a sign-in link; afterwards cookie and second secret are in place. Rejects with ApiProblem `link-spent` or `setup-required`. */
export const signIn = async (secret: string): Promise<void> => keep(await apiOutside().post('/session', { secret }));

/** Rejects with ApiProblem `sign-in-refused` or `sign-in-locked`. */
export const signInWithPassword = async (name: string, password: string): Promise<void> =>
  keep(await apiOutside().post('/session/password', { name, password }));

/** As the operator that the proxy in front names. */
export const signInByProxy = async (): Promise<void> => keep(await apiOutside().post('/session/proxy'));

type Asked = { challengeId: string; options: Parameters<typeof import('@simplewebauthn/browser').startAuthentication>[0]['optionsJSON'] };

/** Lets the browser answer with a passkey what was asked at `path`. Rejects with what the browser says, such as that nobody answered. */
export async function answeredByPasskey(api: Api, path: string): Promise<{ challengeId: string; response: unknown }> {
  const { challengeId, options } = await api.post<Asked>(path);
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return { challengeId, response: await startAuthentication({ optionsJSON: options }) };
}

/** Rejects with ApiProblem `sign-in-refused`, or with what the browser says. */
export async function signInWithPasskey(): Promise<void> {
  const api = apiOutside();
  keep(await api.post('/session/passkey', await answeredByPasskey(api, '/session/passkey/options')));
}

/** What a link is for; it is not spent by asking. */
export const readLink = (secret: string): Promise<LinkView> => apiOutside().post('/links/read', { secret });

/** Makes the first operator. Without a password the operator signs in by links of the terminal until there is another way. */
export const setUp = async (secret: string, name: string, password: string | undefined): Promise<void> =>
  keep(await apiOutside().post('/setup', { secret, name, ...(password === undefined ? {} : { password }) }));

/** Takes an invitation, or begins anew after a reset. */
export const acceptLink = async (secret: string, password: string | undefined): Promise<void> =>
  keep(await apiOutside().post('/links/accept', { secret, ...(password === undefined ? {} : { password }) }));
