'use client';
// Tokens for scripts: each with one right, a name, an end and when it was used last. The secret is shown once.
import { type FormEvent, useId, useState } from 'react';
import type { ApiTokenView } from '#lib/api/operator-shapes.ts';
import { RIGHTS, type Right } from '#lib/auth/rights.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Waiting } from '../parts/page.tsx';
import { Ago, Clock } from '../parts/time.tsx';
import { useMay } from '../queries/me.ts';
import { useNewToken, useRevokeToken, useTokens } from '../queries/operators.ts';
import { useFresh } from './fresh.tsx';
import { lacksWords, RIGHT_WORDS } from './rights-words.ts';
import { Row, Rows, Section, Word } from './section.tsx';
import { ShownOnce } from './shown-once.tsx';

const DAYS = [7, 30, 90, 365];

function NewTokenDialog({ onClose, onMade }: { onClose(): void; onMade(name: string, secret: string): void }) {
  const id = useId();
  const [name, setName] = useState('');
  const [right, setRight] = useState<Right>('viewer');
  const [days, setDays] = useState(90);
  const make = useFresh(useNewToken(), ({ token, secret }) => {
    onMade(token.name, secret);
    onClose();
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    make.run({ name: name.trim(), right, expiresInDays: days });
  };
  return (
    <Dialog title="New API token" onClose={onClose} unsaved={name !== ''}>
      <form onSubmit={send} className="grid gap-4 p-4">
        <Field
          label="What it is for"
          placeholder="Nightly report"
          data-first
          required
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="grid gap-1">
          <label htmlFor={`${id}-right`} className="text-soft">
            Right
          </label>
          <Select
            id={`${id}-right`}
            aria-describedby={`${id}-means`}
            value={right}
            onChange={(event) => setRight(RIGHTS.find((one) => one === event.target.value) ?? 'viewer')}
          >
            {RIGHTS.map((one) => (
              <option key={one} value={one}>
                {RIGHT_WORDS[one].word}
              </option>
            ))}
          </Select>
          <p id={`${id}-means`} className="text-xs text-soft">
            {RIGHT_WORDS[right].means} What is a person’s alone it can never do.
          </p>
        </div>
        <div className="grid gap-1">
          <label htmlFor={`${id}-days`} className="text-soft">
            Ends after
          </label>
          <Select id={`${id}-days`} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {count} days
              </option>
            ))}
          </Select>
        </div>
        <Failure error={make.error} />
        <Button type="submit" weight="main" disabled={name.trim() === '' || make.isPending}>
          {make.isPending ? 'Making it' : 'Make it'}
        </Button>
      </form>
      {make.dialog}
    </Dialog>
  );
}

function endWords({ revokedAt, expiresAt, source }: ApiTokenView) {
  if (revokedAt !== undefined)
    return (
      <>
        revoked <Ago at={revokedAt} />
      </>
    );
  if (expiresAt !== undefined)
    return (
      <>
        ends <Clock at={expiresAt} precise="minutes" />
      </>
    );
  return source === 'environment' ? 'changed where the console is started (GATEHOUSE_API_TOKEN)' : 'never ends';
}

/** The tokens of scripts. */
export function TokensSection() {
  const { data, error } = useTokens();
  const may = useMay('admin');
  const revoke = useFresh(useRevokeToken());
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string }>();
  return (
    <Section
      id="tokens"
      title="API tokens"
      about={may ? 'For scripts. Only a hash of each is kept.' : lacksWords('admin')}
      action={may && <Button onClick={() => setMaking(true)}>New token</Button>}
    >
      <Failure error={error ?? revoke.error} />
      {made !== undefined && (
        <ShownOnce title={`The token ${made.name}`} text={made.secret}>
          Send it as Authorization: Bearer.
        </ShownOnce>
      )}
      {data === undefined && error === null && <Waiting rows={1} className="h-12" />}
      {data?.length === 0 && <Empty title="No token">Scripts read and decide with a token of their own, by the HTTP API.</Empty>}
      {data !== undefined && data.length > 0 && (
        <Rows label="API tokens">
          {data.map((token) => (
            <Row
              key={token.id}
              name={token.name}
              mark={
                <>
                  <Word>{token.source === 'environment' ? 'approver and admin' : RIGHT_WORDS[token.right].word}</Word>
                  {token.revokedAt !== undefined && <Word tone="red">revoked</Word>}
                </>
              }
              acts={
                may &&
                token.source === 'console' &&
                token.revokedAt === undefined && (
                  <Button
                    small
                    disabled={revoke.isPending}
                    onClick={() => revoke.run(token.id)}
                    aria-label={`Revoke the token ${token.name}`}
                  >
                    Revoke
                  </Button>
                )
              }
            >
              {token.createdBy !== '' && `Made by ${token.createdBy}, `}
              {endWords(token)}
              {token.lastUsedAt === undefined ? ', not used yet' : ', last used '}
              {token.lastUsedAt !== undefined && <Ago at={token.lastUsedAt} />}
            </Row>
          ))}
        </Rows>
      )}
      {making && <NewTokenDialog onClose={() => setMaking(false)} onMade={(name, secret) => setMade({ name, secret })} />}
      {revoke.dialog}
    </Section>
  );
}
