'use client';
// What was decided lately: a line each, opening to the evidence it stood on.
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { DecisionView } from '#lib/api/shapes.ts';
import { TakeBackButton, TakenBackWord } from '../devices/taken-back.tsx';
import { Id } from '../parts/copy.tsx';
import { ProblemNotice } from '../parts/notice.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import type { Expired } from './expired.ts';
import { actorWords, decisionWord, requestName } from './request-words.ts';
import { Verdict } from './verdict.tsx';
import { WhereFrom } from './where-from.tsx';

/** A decision with its evidence and the rules' verdict at the time. */
export function DecisionDetails({ decision }: { decision: DecisionView }) {
  return (
    <div className="grid gap-2.5">
      <p className="break-words">{decision.outcome}</p>
      {decision.refusedAgainAt !== undefined && (
        <p className="text-amber">
          Refused again at <Clock at={decision.refusedAgainAt} />.
        </p>
      )}
      {decision.takenBack !== undefined && (
        <p>
          <TakenBackWord decision={decision} />
          <span className="text-soft">
            {decision.takenBack.state === 'returned' && ' after it was taken back'} at <Clock at={decision.takenBack.at} />.
            {decision.takenBack.state === 'returned' && ' The gateway let it in without anybody here; Devices shows what it holds now.'}
          </span>
        </p>
      )}
      {decision.problem !== undefined && <ProblemNotice problem={decision.problem} />}
      <WhereFrom origin={decision.origin} />
      {decision.verdict !== undefined && <Verdict verdict={decision.verdict} past />}
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
        device <Id id={decision.deviceId} what="device id" /> request <Id id={decision.requestId} what="request id" />
      </p>
      <div>
        <TakeBackButton decision={decision} name={requestName(decision)} />
      </div>
    </div>
  );
}

function Line({ decision }: { decision: DecisionView }) {
  const [open, setOpen] = useState(false);
  const { word, tone } = decisionWord(decision);
  const given = decision.addedScopes.length > 0 ? decision.addedScopes : decision.scopes;
  return (
    <li data-item tabIndex={-1} className="border-b border-hairline last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        data-action="evidence"
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 px-1 py-1.5 text-left hover:bg-sunken sm:grid-cols-[16px_64px_84px_minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('self-center text-soft transition-transform max-sm:hidden', open && 'rotate-90')}
        />
        <span className="text-xs text-soft">
          <Clock at={decision.answeredAt ?? decision.at} />
        </span>
        <span className={clsx('font-medium', TONE_CLASS[tone], tone === 'plain' ? 'text-soft' : 'text-tone')}>{word}</span>
        <span className="truncate max-sm:col-start-2">
          <span className="font-mono text-xs font-medium">{requestName(decision)}</span>{' '}
          <span className="font-mono text-xs text-soft">{decision.deviceId.slice(0, 8)}</span>
        </span>
        <ScopeWords scopes={given} className="max-sm:col-start-2" />
        <span className="flex flex-wrap gap-x-2 text-soft max-sm:col-start-2">
          <span className="truncate">{actorWords(decision.actor)}</span> <TakenBackWord decision={decision} />
        </span>
      </button>
      {open && (
        <div className="animate-arrive px-1 pt-1 pb-3 sm:pl-8">
          <DecisionDetails decision={decision} />
        </div>
      )}
    </li>
  );
}

/** A request that nobody answered: there is no decision to open, only what it asked. */
function ExpiredLine({ expired: { request, atMs } }: { expired: Expired }) {
  const asked = request.addedScopes.length > 0 ? request.addedScopes : request.scopes;
  return (
    <li
      data-item
      tabIndex={-1}
      className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 border-b border-hairline px-1 py-1.5 last:border-b-0 sm:grid-cols-[16px_64px_84px_minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]"
    >
      <span aria-hidden className="max-sm:hidden" />
      <span className="text-xs text-soft">
        <Clock at={new Date(atMs).toISOString()} />
      </span>
      <span className="tone-amber font-medium text-tone">expired</span>
      <span className="truncate max-sm:col-start-2">
        <span className="font-mono text-xs font-medium">{requestName(request)}</span>{' '}
        <span className="font-mono text-xs text-soft">{request.deviceId.slice(0, 8)}</span>
      </span>
      <ScopeWords scopes={asked} className="max-sm:col-start-2" />
      <span className="truncate text-soft max-sm:col-start-2">expired unanswered</span>
    </li>
  );
}

/** Decisions and what expired without one, newest first; nothing while there is neither. */
export function Lately({ decided, expired = [] }: { decided: readonly DecisionView[]; expired?: readonly Expired[] }) {
  if (decided.length === 0 && expired.length === 0) return null;
  const lines = [
    ...decided.map((decision) => ({ atMs: Date.parse(decision.answeredAt ?? decision.at), key: decision.id, decision })),
    ...expired.map((one) => ({ atMs: one.atMs, key: `expired ${one.request.requestId}`, expired: one })),
  ].sort((a, b) => b.atMs - a.atMs);
  return (
    <section aria-labelledby="lately" className="mt-6">
      <div className="flex items-baseline justify-between">
        <h2 id="lately" className="text-sm font-semibold">
          Lately
        </h2>
        <Link href="/activity" prefetch={false} className="text-xs text-soft hover:text-ink hover:underline">
          All activity
        </Link>
      </div>
      <ul className="mt-1 border-t border-hairline">
        {lines
          .slice(0, 10)
          .map((line) =>
            'decision' in line ? <Line key={line.key} decision={line.decision} /> : <ExpiredLine key={line.key} expired={line.expired} />,
          )}
      </ul>
    </section>
  );
}
