'use client';
// Under a rule that is being written: what it would have done with what was recorded, and why it would not do it for what waits now.
import { clsx } from 'clsx';
import { useId, useState } from 'react';
import type { PreviewInput, PreviewView, RuleInput } from '#lib/api/rule-shapes.ts';
import type { GatewayView, RequestView } from '#lib/api/shapes.ts';
import { Failure } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { Day } from '../parts/time.tsx';
import { useOverview } from '../queries/overview.ts';
import type { Progress } from '../queries/preview-frames.ts';
import { useRulePreview } from '../queries/rule-preview.ts';
import { draftProblems, filledIn } from './draft.ts';
import { PreviewList } from './preview-list.tsx';
import { PreviewWaiting } from './preview-waiting.tsx';
import { previewParts, previewSentence } from './preview-words.ts';
import { acknowledgements, namedIn } from './tightest.ts';

const SPANS = [7, 30, 90] as const;
type Days = PreviewInput['days'];

/** The draft as it would be once switched on, with all confirmed: what it would do is asked before anybody types. */
function asIfOn(draft: RuleInput, gateways: readonly GatewayView[]): RuleInput {
  const name = draft.name.trim() === '' ? 'This rule' : draft.name.trim();
  const approves = (draft.effect ?? 'approve') === 'approve';
  return {
    ...draft,
    name,
    enabled: true,
    shadow: false,
    ...(approves ? { confirm: namedIn(draft.scopes) } : {}),
    acknowledge: acknowledgements(draft, gateways),
  };
}

/** Tells apart what waits by what it is, not by its id: a client in a loop asks the same again under a new one. */
function waitingKey(requests: readonly RequestView[]): string {
  return requests
    .map(({ gateway, deviceId, scopes, origin }) => `${gateway} ${deviceId} ${scopes.join(',')} ${origin.settled} ${origin.origin}`)
    .sort()
    .join('\n');
}

function Span({ days, onChange }: { days: Days; onChange(days: Days): void }) {
  const name = useId();
  return (
    <fieldset className="flex items-center gap-1">
      <legend className="sr-only">How far back</legend>
      {SPANS.map((span) => (
        <label
          key={span}
          className={clsx(
            'cursor-pointer rounded-md border px-2 text-xs leading-[26px] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            span === days ? 'border-edge bg-raised font-semibold text-ink' : 'border-transparent text-soft hover:text-ink',
          )}
        >
          <input type="radio" name={name} className="sr-only" checked={span === days} onChange={() => onChange(span)} />
          {span} days
        </label>
      ))}
    </fieldset>
  );
}

function Counts({ view }: { view: PreviewView }) {
  const parts = previewParts(view);
  if (parts.length === 0) return <p>No request was recorded in this time, so this says nothing about the rule.</p>;
  return (
    <p className="tabular text-base">
      {parts.map(({ text, tone }, at) => (
        <span key={text}>
          {at > 0 && ', '}
          <strong className={clsx('font-semibold', TONE_CLASS[tone], tone === 'plain' ? 'text-ink' : 'text-tone')}>{text}</strong>
        </span>
      ))}
      . <span className="text-xs text-soft">{view.looked.toLocaleString('en-GB')} recorded</span>
    </p>
  );
}

function LeftBecause({ view }: { view: PreviewView }) {
  if (view.leftBecause.length === 0) return null;
  return (
    <details className="text-soft">
      <summary className="w-fit rounded underline decoration-dotted underline-offset-2 hover:text-ink">
        Why requests would be left to you
      </summary>
      <ul className="mt-1 grid gap-0.5">
        {view.leftBecause.map(({ code, text, count }) => (
          <li key={`${code} ${text}`} className="flex gap-2">
            <span className="tabular w-12 shrink-0 text-right">{count.toLocaleString('en-GB')}</span>
            <span className="min-w-0 break-words">
              {text} <code className="font-mono text-2xs">{code}</code>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** How far the look is. The words change with the state, not with the count, so that nothing chatters. */
function State({ renewing, progress, first }: { renewing: boolean; progress: Progress | undefined; first: boolean }) {
  return (
    <div className="text-xs text-soft">
      <span role="status">
        {renewing ? (first ? 'Looking at what was recorded' : 'Looking again; meanwhile the last answer stays') : ''}
      </span>
      {renewing && progress !== undefined && progress.total > 0 && (
        <progress
          aria-label="Recorded requests looked at"
          className="ml-2 h-1.5 w-24 align-middle"
          value={progress.done}
          max={progress.total}
        />
      )}
    </div>
  );
}

/** `id` names the stored rule whose place the draft takes. */
export function PreviewPanel({ draft, id, gateways }: { draft: RuleInput; id?: string | undefined; gateways: readonly GatewayView[] }) {
  const [days, setDays] = useState<Days>(30);
  const overview = useOverview();
  const title = useId();
  const asked = asIfOn(filledIn(draft), gateways);
  const askable = draftProblems(asked).length === 0;
  const input: PreviewInput | undefined = askable ? { rule: asked, days, ...(id === undefined ? {} : { id }) } : undefined;
  const { data, error, renewing, progress } = useRulePreview(input, waitingKey(overview.data?.requests.items ?? []));
  return (
    <section aria-labelledby={title} className="grid gap-2 rounded-lg border border-hairline bg-sunken px-3 py-2.5" data-preview>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
          <h3 id={title} className="font-semibold">
            What it would have done
          </h3>
          {askable && <State renewing={renewing} progress={progress} first={data === undefined} />}
        </div>
        <Span days={days} onChange={setDays} />
      </div>
      {!askable && (
        <p className="text-soft">
          Fill in what is open above first{data === undefined ? '.' : '; this is about the rule before your change.'}
        </p>
      )}
      {error !== null && <Failure error={error} />}
      {data === undefined ? (
        askable && error === null && <Waiting rows={2} className="h-6 bg-raised" />
      ) : (
        <div className="grid gap-2">
          <p role="status" className="sr-only">
            {renewing ? '' : previewSentence(data, days)}
          </p>
          {data.since !== undefined && (
            <p className="text-amber">
              Recording began on <Day at={data.since} />, so this covers less than {days} days.
            </p>
          )}
          <Counts view={data} />
          <PreviewList items={data.items} />
          <LeftBecause view={data} />
          <PreviewWaiting waiting={data.waiting} />
        </div>
      )}
    </section>
  );
}
