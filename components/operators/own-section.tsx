'use client';
// How the one who is signed in signs in: passkeys, a password, and what else always works.
import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Failure, ProblemNotice } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { Ago } from '../parts/time.tsx';
import { useMe } from '../queries/me.ts';
import { useAddPasskey, useCredentials, useRemoveCredential, useSetPassword } from '../queries/operators.ts';
import { NewPassword, PASSWORD_MIN } from '../sign-in/new-password.tsx';
import { passkeyProblem } from '../sign-in/passkey-words.ts';
import { useFresh } from './fresh.tsx';
import { rightsWords } from './rights-words.ts';
import { Row, Rows, Section } from './section.tsx';

function PasswordDialog({ has, onClose }: { has: boolean; onClose(): void }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useFresh(useSetPassword(), onClose);
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.run({ password, ...(has ? { current } : {}) });
  };
  return (
    <Dialog title={has ? 'Change the password' : 'Set a password'} onClose={onClose} unsaved={password !== ''}>
      <form onSubmit={send} className="grid gap-4 p-4">
        {has && (
          <Field
            label="Current password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
            data-first
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
        <NewPassword label="New password" value={password} onValue={setPassword} />
        <Failure error={change.error} />
        <div className="flex items-center justify-between gap-3">
          <p className="text-xs text-soft">Your other sessions end with this.</p>
          <Button type="submit" weight="main" disabled={password.length < PASSWORD_MIN || change.isPending}>
            {change.isPending ? 'Saving' : 'Save'}
          </Button>
        </div>
      </form>
      {change.dialog}
    </Dialog>
  );
}

function PasskeyDialog({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('');
  const change = useFresh(useAddPasskey(), onClose);
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.run(name.trim());
  };
  return (
    <Dialog title="Add a passkey" onClose={onClose}>
      <form onSubmit={send} className="grid gap-4 p-4">
        <p className="text-soft">A passkey lives in this device, in a security key or in a password manager. It cannot be phished.</p>
        <Field
          label="A name for it"
          placeholder="Laptop"
          data-first
          required
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {change.error !== null && <ProblemNotice problem={passkeyProblem(change.error)} />}
        <Button type="submit" weight="main" disabled={name.trim() === '' || change.isPending}>
          {change.isPending ? 'Waiting for the passkey' : 'Add it'}
        </Button>
      </form>
      {change.dialog}
    </Dialog>
  );
}

/** The first part of the page. */
export function OwnSection() {
  const me = useMe();
  const { data, error } = useCredentials();
  const [open, setOpen] = useState<'password' | 'passkey'>();
  const remove = useFresh(useRemoveCredential());
  const hasPassword = data?.some((one) => one.kind === 'password') === true;
  return (
    <Section
      id="you"
      title={me === undefined ? 'You' : `You, ${me.name}`}
      about={me === undefined ? '' : `You are ${rightsWords(me.rights)}. What you do stands in Activity under this name.`}
      action={
        <span className="flex gap-2">
          <Button onClick={() => setOpen('password')}>{hasPassword ? 'Change password' : 'Set a password'}</Button>
          <Button onClick={() => setOpen('passkey')}>Add a passkey</Button>
        </span>
      }
    >
      <Failure error={error ?? remove.error} />
      {data === undefined && error === null && <Waiting rows={2} className="h-12" />}
      {data !== undefined && (
        <Rows label="How you sign in">
          {data.map((one) => (
            <Row
              key={one.id}
              name={one.kind === 'password' ? 'Password' : one.name}
              acts={
                <Button
                  small
                  disabled={remove.isPending}
                  onClick={() => remove.run(one.id)}
                  aria-label={one.kind === 'passkey' ? `Remove the passkey ${one.name}` : 'Remove the password'}
                >
                  Remove
                </Button>
              }
            >
              {one.kind === 'passkey' ? 'Passkey, added ' : 'Set '}
              <Ago at={one.createdAt} />
              {one.lastUsedAt === undefined ? ', not used yet' : ', last used '}
              {one.lastUsedAt !== undefined && <Ago at={one.lastUsedAt} />}
            </Row>
          ))}
          <Row name="A link of the terminal">
            Always works, for whoever can run <code className="font-mono whitespace-nowrap">npm run gatehouse -- link</code> as the user of
            this console.
          </Row>
        </Rows>
      )}
      {open === 'password' && <PasswordDialog has={hasPassword} onClose={() => setOpen(undefined)} />}
      {open === 'passkey' && <PasskeyDialog onClose={() => setOpen(undefined)} />}
      {remove.dialog}
    </Section>
  );
}
