'use client';
// Signing in: a link in the address is spent at once; else the ways there are here, and to a browser that was signed in before, that its
// session is over.
import { KeyRound } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { SignInOptions } from '#lib/api/operator-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/copy.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { ApiProblem, KEY_NAME, problemOf } from '../queries/api.ts';
import { apiOutside, readLink, signIn, signInByProxy, signInOptions, signInWithPasskey, signInWithPassword } from '../queries/session.ts';
import { Door, takeSecret } from './door.tsx';
import { passkeyProblem } from './passkey-words.ts';
import { RecordTold } from './record-told.tsx';

type State =
  | { step: 'looking' }
  | { step: 'signing-in' }
  | { step: 'ways'; options: SignInOptions; ended: boolean; problem?: ApiProblem['view'] }
  | { step: 'failed'; problem: ApiProblem['view'] };

const enter = () => window.location.replace('/');

/** Whether this browser holds a key, and whether its session still lives. */
async function standing(): Promise<'in' | 'ended' | 'out'> {
  const key = window.localStorage.getItem(KEY_NAME);
  if (key === null) return 'out';
  try {
    await apiOutside(key).get('/session');
    return 'in';
  } catch (error) {
    if (error instanceof ApiProblem && error.view.code === 'sign-in-required') return 'ended';
    throw error;
  }
}

function PasswordForm({ busy, onSend }: { busy: boolean; onSend(name: string, password: string): void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend(name.trim(), password);
  };
  return (
    <form onSubmit={send} className="grid gap-3">
      <Field
        label="Name"
        name="username"
        autoComplete="username webauthn"
        autoCapitalize="off"
        spellCheck={false}
        required
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" weight="main" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </Button>
    </form>
  );
}

type WaysProps = { options: SignInOptions; busy: boolean; byLink: boolean; onTry(work: () => Promise<void>): void };

function Ways({ options, busy, byLink, onTry }: WaysProps) {
  return (
    <div className="grid gap-4">
      {options.proxy !== undefined && (
        <Button weight="main" disabled={busy} onClick={() => onTry(signInByProxy)}>
          Continue as {options.proxy}
        </Button>
      )}
      {options.passkey && (
        <Button
          weight={options.proxy === undefined && !options.password ? 'main' : 'plain'}
          disabled={busy}
          onClick={() => onTry(signInWithPasskey)}
        >
          <KeyRound size={14} aria-hidden /> Sign in with a passkey
        </Button>
      )}
      {options.password && <PasswordForm busy={busy} onSend={(name, password) => onTry(() => signInWithPassword(name, password))} />}
      <details className="text-soft" open={byLink}>
        <summary className="cursor-pointer font-medium text-ink">Another way in</summary>
        <div className="grid gap-2 pt-2">
          <p>A link of the terminal signs in once, within 15 minutes. Run this where Gatehouse runs, in its folder:</p>
          <Command command="npm run gatehouse -- link" />
        </div>
      </details>
    </div>
  );
}

/** The sign-in page's only content. */
export function SignIn() {
  const [state, setState] = useState<State>({ step: 'looking' });
  const [busy, setBusy] = useState(false);
  const spent = useRef(false);
  useEffect(() => {
    const look = async (problem?: ApiProblem['view']) => {
      try {
        const where = problem === undefined ? await standing() : 'out';
        if (where === 'in') return enter();
        const options = await signInOptions();
        setState({ step: 'ways', options, ended: where === 'ended', ...(problem === undefined ? {} : { problem }) });
      } catch (error) {
        setState({ step: 'failed', problem: problem ?? problemOf(error) });
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
        // A link that asks for a name or a password leads to the page for it.
        const { purpose } = await readLink(secret);
        if (purpose !== 'sign-in') return window.location.replace(`/set-up#${secret}`);
        await signIn(secret);
        enter();
      } catch (error) {
        await look(problemOf(error));
      }
    };
    const onHash = () => void spend();
    onHash();
    // A second link pasted into the same tab changes only the hash.
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      enter();
    } catch (error) {
      setState((now) => (now.step === 'ways' ? { ...now, ended: false, problem: passkeyProblem(error) } : now));
      setBusy(false);
    }
  };

  return (
    <Door>
      {(state.step === 'looking' || state.step === 'signing-in') && <p className="text-soft">Signing in</p>}
      {state.step === 'failed' && <ProblemNotice problem={state.problem} />}
      {state.step === 'ways' && (
        <>
          <RecordTold options={state.options} />
          {state.ended && (
            <Notice kind="warn">
              <p>
                <strong className="font-medium text-ink">Signed out: the console was restarted or the session ended.</strong>
              </p>
            </Notice>
          )}
          {state.problem !== undefined && <ProblemNotice problem={state.problem} />}
          {state.options.setup ? (
            <div className="grid gap-2.5">
              <p>Nobody is set up here yet. Open the link that Gatehouse printed when it started; it works once and for 15 minutes.</p>
              <p>Print another on the machine where Gatehouse runs, in its folder:</p>
              <Command command="npm run gatehouse -- link" />
            </div>
          ) : (
            <Ways
              options={state.options}
              busy={busy}
              // Who has no password here, or came by a link that is over, needs a link.
              byLink={!state.options.password || state.problem?.code === 'link-spent'}
              onTry={(work) => void attempt(work)}
            />
          )}
        </>
      )}
    </Door>
  );
}
