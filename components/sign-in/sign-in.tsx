'use client';
// Signing in: takes the secret out of the address at once, spends it, and goes to the console; else says how to get a link.
import { useEffect, useRef, useState } from 'react';
import { Mark } from '../frame/rail.tsx';
import { Command } from '../parts/copy.tsx';
import { ProblemNotice } from '../parts/notice.tsx';
import { type ApiProblem, createApi, problemOf } from '../queries/api.ts';
import { signIn } from '../queries/session.ts';

type State = { step: 'looking' } | { step: 'signing-in' } | { step: 'no-link' } | { step: 'failed'; problem: ApiProblem['view'] };

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
    const api = createApi({ fetch: (input, init) => window.fetch(input, init), readKey: () => undefined, onSignedOut: () => {} });
    const spend = async () => {
      const secret = takeSecret();
      if (secret === '') {
        if (!spent.current) setState({ step: 'no-link' });
        return;
      }
      spent.current = true;
      setState({ step: 'signing-in' });
      try {
        await signIn(api, secret);
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
