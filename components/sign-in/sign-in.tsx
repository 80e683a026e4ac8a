'use client';
// Signing in: takes the secret out of the address at once, spends it, and goes to the console; else says how to get a link,
// and to a browser that was signed in before, that its session is over.
import { useEffect, useRef, useState } from 'react';
import { Mark } from '../frame/rail.tsx';
import { Command } from '../parts/copy.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { ApiProblem, createApi, KEY_NAME, problemOf } from '../queries/api.ts';
import { signIn } from '../queries/session.ts';

type State =
  | { step: 'looking' }
  | { step: 'signing-in' }
  | { step: 'no-link' }
  | { step: 'ended' }
  | { step: 'failed'; problem: ApiProblem['view'] };

function takeSecret(): string {
  const secret = window.location.hash.slice(1);
  // The secret must not stay in the address bar or the history.
  if (secret !== '') window.history.replaceState(null, '', window.location.pathname);
  return secret;
}

/** The sign-in page's only content. */
export function SignIn() {
  const [state, setState] = useState<State>({ step: 'looking' });
  const spent = useRef(false);
  useEffect(() => {
    const apiWith = (key: string | null) =>
      createApi({ fetch: (input, init) => window.fetch(input, init), readKey: () => key ?? undefined, onSignedOut: () => {} });
    // Signing out forgets the second secret, so one that is still here was of a session that goes on or that ended by itself.
    const look = async () => {
      const key = window.localStorage.getItem(KEY_NAME);
      if (key === null) return setState({ step: 'no-link' });
      try {
        await apiWith(key).get('/session');
        window.location.replace('/');
      } catch (error) {
        const over = error instanceof ApiProblem && error.view.code === 'sign-in-required';
        if (!spent.current) setState(over ? { step: 'ended' } : { step: 'failed', problem: problemOf(error) });
      }
    };
    const spend = async () => {
      const secret = takeSecret();
      if (secret === '') {
        if (!spent.current) await look();
        return;
      }
      spent.current = true;
      setState({ step: 'signing-in' });
      try {
        await signIn(apiWith(null), secret);
        window.location.replace('/');
      } catch (error) {
        setState({ step: 'failed', problem: problemOf(error) });
      }
    };
    const onHash = () => void spend();
    onHash();
    // A second link pasted into the same tab changes only the hash.
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  return (
    <div className="grid w-full max-w-[440px] gap-5">
      <div className="flex items-center gap-2.5">
        <Mark size={22} />
        <h1 className="text-lg font-semibold tracking-[-0.01em]">Gatehouse</h1>
      </div>
      <div aria-live="polite" className="grid gap-5">
        {(state.step === 'looking' || state.step === 'signing-in') && <p className="text-soft">Signing in</p>}
        {state.step === 'failed' && <ProblemNotice problem={state.problem} />}
        {state.step === 'ended' && (
          <Notice kind="warn">
            <p>
              <strong className="font-medium text-ink">Signed out: the console was restarted or the session ended.</strong> Print another
              link with <Command command="npm run gatehouse -- link" className="mt-1.5" />
            </p>
            <p className="text-soft">Run it on the machine where Gatehouse runs, in its folder, and open the link in this browser.</p>
          </Notice>
        )}
        {(state.step === 'no-link' || state.step === 'failed') && (
          <div className="grid gap-2.5">
            <p>Open the sign-in link that Gatehouse printed when it started. A link works once and for 15 minutes.</p>
            <p>Print another on the machine where Gatehouse runs, in its folder:</p>
            <Command command="npm run gatehouse -- link" />
          </div>
        )}
      </div>
    </div>
  );
}
