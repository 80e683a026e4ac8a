'use client';
// What is signed in now, and how to end it: one session, or all of one's own.
import { useState } from 'react';
import type { SessionView } from '#lib/api/operator-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { Ago } from '../parts/time.tsx';
import { useConsole } from '../queries/console.tsx';
import { useMay } from '../queries/me.ts';
import { useEndSession, useSessions } from '../queries/operators.ts';
import { signOutEverywhere } from '../queries/sign-out.ts';
import { browserWords } from './browser-words.ts';
import { WAY_WORDS } from './rights-words.ts';
import { Row, Rows, Section, Word } from './section.tsx';

function SessionRow({ session, busy, onEnd }: { session: SessionView; busy: boolean; onEnd(): void }) {
  const { operator, way, startedAt, lastSeenAt, userAgent, address, current } = session;
  return (
    <Row
      name={operator}
      mark={current && <Word tone="good">this browser</Word>}
      acts={
        <Button
          small
          disabled={busy}
          onClick={onEnd}
          aria-label={current ? 'Sign out: your session in this browser' : `End the session of ${operator}`}
        >
          {current ? 'Sign out' : 'End'}
        </Button>
      }
    >
      Signed in {WAY_WORDS[way]} <Ago at={startedAt} />, last seen <Ago at={lastSeenAt} />
      {address !== undefined && <>, from {address}</>}
      {userAgent !== undefined && <span title={userAgent}>, in {browserWords(userAgent)}</span>}
    </Row>
  );
}

/** Own sessions; an admin sees those of all. */
export function SessionsSection() {
  const { api } = useConsole();
  const { data, error } = useSessions();
  const mayAll = useMay('admin');
  const end = useEndSession();
  const [failure, setFailure] = useState<unknown>(null);
  return (
    <Section
      id="sessions"
      title="Signed in now"
      about={mayAll ? 'The sessions of all operators. They end with the console, too.' : 'Your sessions. They end with the console, too.'}
      action={<Button onClick={() => void signOutEverywhere(api).catch(setFailure)}>End all my sessions</Button>}
    >
      <Failure error={error ?? end.error ?? failure} />
      {data === undefined && error === null && <Waiting rows={1} className="h-12" />}
      {data !== undefined && (
        <Rows label="Sessions">
          {data.map((session) => (
            <SessionRow key={session.id} session={session} busy={end.isPending} onEnd={() => end.mutate(session.id)} />
          ))}
        </Rows>
      )}
    </Section>
  );
}
