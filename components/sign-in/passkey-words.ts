// What a browser says when a passkey does not come, in words of ours.
import { ApiProblem, problemOf } from '../queries/api.ts';

const WORDS: Readonly<Record<string, { detail: string; fix: string }>> = {
  NotAllowedError: { detail: 'No passkey was given: it was cancelled, or the time ran out.', fix: 'Try again, or sign in another way.' },
  InvalidStateError: { detail: 'This device holds a passkey for this operator already.', fix: 'Use it to sign in.' },
  SecurityError: {
    detail: 'This address can hold no passkeys.',
    fix: 'Open the console under a name, such as localhost, instead of an IP address.',
  },
  NotSupportedError: { detail: 'This browser or device can make no passkey that fits.', fix: 'Use a password, or another browser.' },
};

/** A failure of a passkey as a problem that can stand on the page. */
export function passkeyProblem(error: unknown): ApiProblem['view'] {
  const known = error instanceof Error && !(error instanceof ApiProblem) ? WORDS[error.name] : undefined;
  return known ? { code: 'passkey-not-given', title: 'The passkey did not come', ...known } : problemOf(error);
}
