'use client';
// Who is here, shown once more, before operators, credentials or tokens are changed: a session that was taken over must not make itself last.
import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNotice } from '../parts/notice.tsx';
import { useMe } from '../queries/me.ts';
import { useConfirm, useCredentials } from '../queries/operators.ts';
import { passkeyProblem } from '../sign-in/passkey-words.ts';
import { linkCommand } from './removal-words.ts';

/** Asks for a passkey or the password; `onConfirmed` goes on with what was meant. */
export function ConfirmDialog({ onClose, onConfirmed }: { onClose(): void; onConfirmed(): void }) {
  const credentials = useCredentials().data ?? [];
  const me = useMe();
  const confirm = useConfirm();
  const [password, setPassword] = useState('');
  const by = (how: Parameters<typeof confirm.mutate>[0]) => confirm.mutate(how, { onSuccess: onConfirmed });
  const send = (event: FormEvent) => {
    event.preventDefault();
    by({ password });
  };
  const [passkey, withPassword] = (['passkey', 'password'] as const).map((kind) => credentials.some((one) => one.kind === kind));
  return (
    <Dialog title="Is it still you?" onClose={onClose}>
      <div className="grid gap-4 p-4">
        <p className="text-soft">Changes of operators, of ways to sign in and of tokens need a sign-in of the last 15 minutes.</p>
        {confirm.error !== null && <ProblemNotice problem={passkeyProblem(confirm.error)} />}
        {passkey && (
          <Button data-first weight="main" disabled={confirm.isPending} onClick={() => by('passkey')}>
            <KeyRound size={14} aria-hidden /> Use a passkey
          </Button>
        )}
        {withPassword && (
          <form onSubmit={send} className="grid gap-3">
            <Field
              label="Password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={256}
              {...(passkey ? {} : { 'data-first': true })}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <Button type="submit" weight={passkey ? 'plain' : 'main'} disabled={confirm.isPending}>
              {confirm.isPending ? 'Checking' : 'Confirm'}
            </Button>
          </form>
        )}
        {!passkey && !withPassword && (
          <div className="grid gap-2">
            <p>You sign in by links of the terminal. Print one where Gatehouse runs, open it here, and come back:</p>
            <Command command={linkCommand(me?.name)} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
