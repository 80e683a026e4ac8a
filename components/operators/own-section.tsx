'use client';
// How the one who is signed in signs in: passkeys, a password, and what else always works.
import { type FormEvent, useState } from 'react';
import type { CredentialView } from '#lib/api/operator-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/copy.tsx';
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
import { credentialName, linkCommand, waysLeft } from './removal-words.ts';
import { rightsWords } from './rights-words.ts';
import { Row, Rows, Section } from './section.tsx';
import { SureDialog } from './sure-dialog.tsx';

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

type RemoveDialogProps = {
  removed: CredentialView;
  all: readonly CredentialView[];
  busy: boolean;
  error: unknown;
  onKeep(): void;
  onSure(): void;
};

function RemoveDialog({ removed, all, ...rest }: RemoveDialogProps) {
  const me = useMe();
  const { text, last } = waysLeft(all, removed.id);
  return (
    <SureDialog title={`Remove ${credentialName(removed)}?`} act="Remove" {...rest}>
      <p className={last ? 'font-medium' : undefined}>{text}</p>
      {last && <Command command={linkCommand(me?.name)} />}
      {last && <p className="text-soft">An admin can also reset your sign-in on this page.</p>}
      <p className="text-soft">Your other sessions end with this; the one in this browser stays.</p>
    </SureDialog>
  );
}

/** The first part of the page. */
export function OwnSection() {
  const me = useMe();
  const { data, error } = useCredentials();
  const [open, setOpen] = useState<'password' | 'passkey'>();
  const [sure, setSure] = useState<CredentialView>();
  const remove = useFresh(useRemoveCredential(), () => setSure(undefined));
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
      <Failure error={error} />
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
                  onClick={() => {
                    remove.reset();
                    setSure(one);
                  }}
                  aria-label={`Remove ${credentialName(one)}`}
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
            Always works, for whoever can run this as the user of this console:
            <Command command={linkCommand(me?.name)} className="mt-1" />
          </Row>
        </Rows>
      )}
      {open === 'password' && <PasswordDialog has={hasPassword} onClose={() => setOpen(undefined)} />}
      {open === 'passkey' && <PasskeyDialog onClose={() => setOpen(undefined)} />}
      {sure !== undefined && data !== undefined && (
        <RemoveDialog
          removed={sure}
          all={data}
          busy={remove.isPending}
          error={remove.error}
          onKeep={() => setSure(undefined)}
          onSure={() => remove.run(sure.id)}
        />
      )}
      {remove.dialog}
    </Section>
  );
}
