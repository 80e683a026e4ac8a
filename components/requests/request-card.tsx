'use client';
// One waiting request, top to bottom: who and what, has -> asks, where from, what the rules say, what to do.
import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, CircleHelp, CircleMinus } from 'lucide-react';
import Link from 'next/link';
import { memo, type ReactNode, useId } from 'react';
import type { DecisionView, RequestView } from '#lib/api/shapes.ts';
import { Id } from '../parts/copy.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { canBeRuled } from '../rules/tightest.ts';
import { canHaveWindow } from '../windows/window-draft.ts';
import { Actions } from './actions.tsx';
import { Diff } from './diff.tsx';
import { attemptWords, TimeLeft } from './pressure.tsx';
import { decisionWord, REASONS, requestName, wish } from './request-words.ts';
import { Verdict } from './verdict.tsx';
import { WhereFrom } from './where-from.tsx';

type RequestCardProps = {
  request: RequestView;
  decision?: DecisionView | undefined;
  gone: boolean;
  /** Name the gateway, because there is more than one. */
  named: boolean;
  onMakeRule(request: RequestView): void;
  onWindow(request: RequestView): void;
};

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[72px_minmax(0,1fr)]">
      <h3 className="text-xs leading-5 text-soft max-sm:sr-only">{label}</h3>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** A name that a person gave stands in the text face; a client's own id is code. */
function RequestName({ request }: { request: RequestView }) {
  const named = request.displayName !== undefined;
  return <span className={named ? 'font-semibold' : 'font-mono text-sm font-semibold'}>{requestName(request)}</span>;
}

function Sentence({ request, id }: { request: RequestView; id: string }) {
  const { verb, object, tone, rest } = wish(request);
  return (
    <h2 id={id} className="text-base leading-6 break-words">
      <RequestName request={request} />
      {request.platform !== undefined && ` on ${request.platform}`} {verb}{' '}
      <strong className={clsx('font-semibold', TONE_CLASS[tone], tone === 'plain' ? 'text-ink' : 'text-tone')}>{object}</strong>
      {rest}
    </h2>
  );
}

function Warnings({ request }: { request: RequestView }) {
  return (
    <>
      {request.origin.alarm !== undefined && <Notice kind="fail" title={request.origin.alarm} />}
      {request.refusedBefore && (
        <p className="text-amber">A person refused this key before. Rules leave it alone until a person approves it.</p>
      )}
      {request.stuck && (
        <p className="text-amber">The gateway hides this request from people and does not finish it. It can only be rejected.</p>
      )}
      {!request.readBack && <p className="text-soft">Announced by the gateway, not yet found in its list.</p>}
    </>
  );
}

function Outcome({ decision }: { decision: DecisionView }) {
  const { word, tone } = decisionWord(decision);
  const Icon = tone === 'red' ? CircleAlert : tone === 'amber' ? CircleHelp : decision.action === 'reject' ? CircleMinus : CircleCheck;
  return (
    <div role="status" className="grid gap-2">
      <p className={clsx('flex items-start gap-2', TONE_CLASS[tone])}>
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-tone" />
        <span className="min-w-0 break-words text-ink">
          <strong className="sr-only">{word}</strong> {decision.outcome}
        </span>
      </p>
      {decision.problem !== undefined && <ProblemNotice problem={decision.problem} />}
    </div>
  );
}

/** The card; with a decision it shows the gateway's answer in place of the buttons. */
export const RequestCard = memo(function RequestCard({ request, decision, gone, named, onMakeRule, onWindow }: RequestCardProps) {
  const titleId = useId();
  return (
    <article
      id={`device-${request.deviceId}`}
      data-item
      data-request={request.requestId}
      tabIndex={-1}
      aria-labelledby={titleId}
      className={clsx(
        'animate-arrive scroll-mt-16 rounded-lg border bg-raised transition-opacity duration-150 focus:border-accent',
        'border-hairline shadow-xs',
      )}
    >
      <div className="grid gap-3 px-4 py-3">
        <div className="flex items-start justify-between gap-x-4">
          <div className="min-w-0">
            <Sentence request={request} id={titleId} />
            <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-soft">
              <Id id={request.deviceId} what="device id" />
              <span aria-hidden>·</span>
              <span>{REASONS[request.reason]}</span>
              {named && (
                <>
                  <span aria-hidden>·</span>
                  <span>{request.gatewayName}</span>
                </>
              )}
              <span aria-hidden>·</span>
              <Link
                href={`/handshakes?device=${encodeURIComponent(request.deviceId)}`}
                prefetch={false}
                className={clsx(
                  'tabular inline-flex min-h-6 items-center hover:text-ink hover:underline',
                  request.attempts.count > 3 && 'text-orange',
                )}
              >
                {attemptWords(request.attempts)}
              </Link>
            </p>
          </div>
          {!gone && <TimeLeft request={request} />}
        </div>
        <Warnings request={request} />
        <Row label="Has, asks">
          <Diff request={request} />
        </Row>
        <Row label="From">
          <WhereFrom origin={request.origin} />
        </Row>
        <Row label="Rules">
          <Verdict verdict={request.verdict} />
        </Row>
      </div>
      <div className="border-t border-hairline px-4 py-2.5">
        {decision !== undefined ? (
          <Outcome decision={decision} />
        ) : gone ? (
          <p role="status" className="text-soft">
            It does not wait any more: it expired, was replaced, or was decided elsewhere.
          </p>
        ) : (
          <Actions
            request={request}
            onMakeRule={canBeRuled(request) ? () => onMakeRule(request) : undefined}
            onWindow={canHaveWindow(request) ? () => onWindow(request) : undefined}
          />
        )}
      </div>
    </article>
  );
});
