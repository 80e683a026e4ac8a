// Signing out, here or everywhere. Apart from signing in, which every page would carry along otherwise.
import { type Api, KEY_NAME } from './api.ts';

function leave(): void {
  window.localStorage.removeItem(KEY_NAME);
  window.location.assign('/sign-in');
}

/** Ends the session on the server and forgets the second secret here, also when the server cannot be reached. */
export async function signOut(api: Api): Promise<void> {
  try {
    await api.delete('/session');
  } finally {
    leave();
  }
}

/** Ends every session of this operator, in all browsers. Rejects when the console cannot be reached: then none has ended. */
export async function signOutEverywhere(api: Api): Promise<void> {
  await api.delete('/sessions');
  leave();
}
