'use client';
// What a link of the first start, of an invitation or of a reset leads to: a name where there is none yet, and a way to sign in from now on.
import { type FormEvent, useEffect, useState } from 'react';
import type { LinkView, SignInOptions } from '#lib/api/operator-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/copy.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { type ApiProblem, problemOf } from '../queries/api.ts';
import { acceptLink, readLink, setUp, signIn, signInOptions } from '../queries/session.ts';
import { Door, takeSecret } from './door.tsx';
import { NewPassword, PASSWORD_MIN } from './new-password.tsx';
import { RecordTold } from './record-told.tsx';

type Found = { secret: string; link: LinkView };

const TITLES: Record<LinkView['purpose'], string> = {
  setup: 'Who will run this console?',
  invitation: 'You are invited',
  reset: 'Begin anew',
  'sign-in': 'Sign in',
};

const INVITED_WITHOUT = 'Add it before you leave: without a way to sign in you would need a new link from an admin of this console.';

/** What is true of somebody who leaves with neither. Only who runs the console has its terminal. */
const WITHOUT_PASSWORD: Record<LinkView['purpose'], string> = {
  setup: 'Until then you sign in by a link of the terminal.',
  invitation: INVITED_WITHOUT,
  reset: INVITED_WITHOUT,
  'sign-in': INVITED_WITHOUT,
};

/**
 * Without a link in hand. It is taken out of the address so that it stays in no history, so a page that is loaded again has it no more;
 * opening does not spend it.
 */
function NoLink() {
  return (
    <Notice>
      <p>This page is opened by a link: of the first start, of an invitation, or of a reset.</p>
      <p>
        <strong className="font-medium">Had you opened it already?</strong> Open the same link again, from where you got it: loading the
        page again loses it, and it works until you have finished here or its time is over.
      </p>
      <p className="text-soft">If you were invited, whoever invited you can make another. If you run Gatehouse, print one in its folder:</p>
      <Command command="npm run gatehouse -- link" />
    </Notice>
  );
}

function Introduction({ link }: { link: LinkView }) {
  if (link.purpose === 'setup')
    return (
      <p className="text-soft">
        You are the first operator: you decide requests, write rules and invite others. Everything that anybody does is recorded under a
        name.
      </p>
    );
  if (link.purpose === 'reset')
    return (
      <p className="text-soft">
        The password and the passkeys of {link.operator} are dropped with this, and every session of theirs ends. Choose how to sign in from
        now on.
      </p>
    );
  return <p className="text-soft">Choose how {link.operator} signs in from now on.</p>;
}

function Form({ secret, link }: Found) {
  const [name, setName] = useState(link.operator ?? '');
  const [password, setPassword] = useState('');
  const [later, setLater] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem['view']>();
  const chosen = later ? undefined : password;
  const ready = (link.purpose !== 'setup' || name.trim() !== '') && (later || password.length >= PASSWORD_MIN);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await (link.purpose === 'setup' ? setUp(secret, name.trim(), chosen) : acceptLink(secret, chosen));
      // A passkey is added inside, where this browser is known already.
      window.location.replace(later ? '/operators#you' : '/');
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)} className="grid gap-4">
      {link.purpose === 'setup' ? (
        <Field
          label="Your name, as it stands in the record"
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          required
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      ) : (
        // Password managers keep the name that stands beside the password.
        <input type="hidden" name="username" autoComplete="username" value={link.operator ?? ''} readOnly />
      )}
      {!later && <NewPassword value={password} onValue={setPassword} />}
      <label className="flex items-start gap-2">
        <input type="checkbox" className="mt-1" checked={later} onChange={(event) => setLater(event.target.checked)} />
        <span>
          No password: add a passkey next
          <span className="block text-xs text-soft">{WITHOUT_PASSWORD[link.purpose]}</span>
        </span>
      </label>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Button type="submit" weight="main" disabled={!ready || busy}>
        {busy ? 'Working' : link.purpose === 'setup' ? 'Start' : 'Continue'}
      </Button>
    </form>
  );
}

/** The set-up page's only content. */
export function SetUp() {
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<ApiProblem['view']>();
  const [empty, setEmpty] = useState(false);
  const [options, setOptions] = useState<SignInOptions>();
  useEffect(() => {
    // The link is what this page is for: where only this cannot be read, the page goes on without it.
    signInOptions().then(setOptions, () => undefined);
  }, []);
  useEffect(() => {
    const read = async () => {
      const secret = takeSecret();
      if (secret === '') return setEmpty((now) => now || found === undefined);
      setEmpty(false);
      setProblem(undefined);
      try {
        const link = await readLink(secret);
        if (link.purpose !== 'sign-in') return setFound({ secret, link });
        await signIn(secret);
        window.location.replace('/');
      } catch (error) {
        setProblem(problemOf(error));
      }
    };
    const onHash = () => void read();
    onHash();
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [found]);
  return (
    <Door>
      {options !== undefined && <RecordTold options={options} />}
      {found === undefined && problem === undefined && !empty && <p className="text-soft">Reading the link</p>}
      {found !== undefined && (
        <>
          <div className="grid gap-1">
            <h2 className="text-base font-semibold">{TITLES[found.link.purpose]}</h2>
            <Introduction link={found.link} />
          </div>
          <Form {...found} />
        </>
      )}
      {found === undefined && problem !== undefined && <ProblemNotice problem={problem} />}
      {found === undefined && (empty || problem !== undefined) && <NoLink />}
    </Door>
  );
}
