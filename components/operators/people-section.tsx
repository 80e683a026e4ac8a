'use client';
// The operators: who may do what, how they sign in, and what an admin changes about them.
import { type FormEvent, useState } from 'react';
import type { OperatorView } from '#lib/api/operator-shapes.ts';
import type { Right } from '#lib/auth/rights.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { Ago } from '../parts/time.tsx';
import { useMay } from '../queries/me.ts';
import { type ShownLink, useChangeOperator, useInvite, useNewLink, useOperators, useRemoveOperator } from '../queries/operators.ts';
import { useFresh } from './fresh.tsx';
import { removalWords } from './removal-words.ts';
import { RightsChoice } from './rights-choice.tsx';
import { credentialWords, lacksWords, rightsWords } from './rights-words.ts';
import { Row, Rows, Section, Word } from './section.tsx';
import { linkOf, ShownOnce } from './shown-once.tsx';
import { SureDialog } from './sure-dialog.tsx';

function InviteDialog({ onClose, onLink }: { onClose(): void; onLink(name: string, link: ShownLink): void }) {
  const [name, setName] = useState('');
  const [rights, setRights] = useState<Right[]>(['approver']);
  const invite = useFresh(useInvite(), ({ operator, link }) => {
    onLink(operator.name, link);
    onClose();
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    invite.run({ name: name.trim(), rights: ['viewer', ...rights] });
  };
  return (
    <Dialog title="Invite an operator" onClose={onClose} unsaved={name !== ''}>
      <form onSubmit={send} className="grid gap-4 p-4">
        <Field
          label="Name, as it stands in the record"
          data-first
          required
          maxLength={64}
          autoCapitalize="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <RightsChoice rights={rights} onRights={setRights} />
        <Failure error={invite.error} />
        <Button type="submit" weight="main" disabled={name.trim() === '' || invite.isPending}>
          {invite.isPending ? 'Inviting' : 'Make an invitation link'}
        </Button>
      </form>
      {invite.dialog}
    </Dialog>
  );
}

type ChangeProps = { operator: OperatorView; onClose(): void; onLink(name: string, link: ShownLink): void };

function ChangeDialog({ operator, onClose, onLink }: ChangeProps) {
  const [rights, setRights] = useState<Right[]>(operator.rights.filter((right) => right !== 'viewer'));
  const change = useFresh(useChangeOperator(), onClose);
  const [sure, setSure] = useState(false);
  const remove = useFresh(useRemoveOperator(), onClose);
  const link = useFresh(useNewLink(), (made) => {
    onLink(operator.name, made.link);
    onClose();
  });
  const { id, name, state } = operator;
  const busy = change.isPending || remove.isPending || link.isPending;
  return (
    <Dialog title={name} onClose={onClose}>
      <div className="grid gap-4 p-4">
        <RightsChoice rights={rights} onRights={setRights} />
        <Button weight="main" disabled={busy} onClick={() => change.run({ id, rights: ['viewer', ...rights] })}>
          Save the rights
        </Button>
        <p className="text-xs text-soft">A change of rights ends the sessions of {name}: every right is shown at the next sign-in.</p>
        <Failure error={change.error ?? link.error} />
        <div className="flex flex-wrap gap-2 border-t border-hairline pt-4">
          <Button disabled={busy} onClick={() => link.run(id)}>
            {state === 'invited' ? 'New invitation link' : 'Reset the sign-in'}
          </Button>
          <Button disabled={busy} onClick={() => change.run({ id, state: state === 'disabled' ? 'active' : 'disabled' })}>
            {state === 'disabled' ? 'Let in again' : 'Lock out'}
          </Button>
          <Button
            disabled={busy}
            onClick={() => {
              remove.reset();
              setSure(true);
            }}
          >
            Remove {name}
          </Button>
        </div>
        <p className="text-xs text-soft">What {name} did stays in Activity.</p>
      </div>
      {sure && (
        <SureDialog
          title={`Remove ${name}?`}
          act="Remove"
          busy={remove.isPending}
          error={remove.error}
          onKeep={() => setSure(false)}
          onSure={() => remove.run(id)}
        >
          {removalWords(operator).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </SureDialog>
      )}
      {change.dialog ?? remove.dialog ?? link.dialog}
    </Dialog>
  );
}

const STATE_WORDS = { invited: 'invited', disabled: 'locked out' } as const;

/** Everybody who can sign in here. */
export function PeopleSection() {
  const { data, error } = useOperators();
  const may = useMay('admin');
  const [inviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<OperatorView>();
  const [shown, setShown] = useState<{ name: string; link: ShownLink }>();
  const onLink = (name: string, link: ShownLink) => setShown({ name, link });
  return (
    <Section
      id="people"
      title="Operators"
      about={may ? 'Who decides what waits need not be who writes the rules.' : lacksWords('admin')}
      action={
        may && (
          <Button weight="main" onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      <Failure error={error} />
      {shown !== undefined && (
        <ShownOnce title={`The link for ${shown.name}`} text={linkOf(shown.link.secret)} until={shown.link.expiresAt}>
          Give it to nobody else: whoever opens it first is this operator.
        </ShownOnce>
      )}
      {data === undefined && error === null && <Waiting rows={2} className="h-12" />}
      {data !== undefined && (
        <Rows label="Operators">
          {data.map((operator) => (
            <Row
              key={operator.id}
              name={operator.name}
              mark={
                <>
                  <Word>{rightsWords(operator.rights)}</Word>
                  {operator.you && <Word tone="good">you</Word>}
                  {operator.state !== 'active' && <Word tone="amber">{STATE_WORDS[operator.state]}</Word>}
                </>
              }
              acts={
                may && (
                  <Button small onClick={() => setChanging(operator)} aria-label={`Change ${operator.name}`}>
                    Change
                  </Button>
                )
              }
            >
              {credentialWords(operator)}
              {operator.lastSignInAt !== undefined && (
                <>
                  , last <Ago at={operator.lastSignInAt} />
                </>
              )}
              {operator.sessions > 0 && `, ${operator.sessions === 1 ? 'one session' : `${operator.sessions} sessions`} now`}
            </Row>
          ))}
        </Rows>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} onLink={onLink} />}
      {changing !== undefined && <ChangeDialog operator={changing} onClose={() => setChanging(undefined)} onLink={onLink} />}
    </Section>
  );
}
