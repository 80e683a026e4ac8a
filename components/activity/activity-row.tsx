'use client';
// One thing that happened: when, who, what in a sentence; opens to the evidence it stood on.
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { ActivityView } from '#lib/api/shapes.ts';
import { TakenBackWord } from '../devices/taken-back.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import { DecisionDetails } from '../requests/lately.tsx';
import { decisionWord } from '../requests/request-words.ts';
import { activityMark, actorName, actorWord, kindWords } from './activity-words.ts';

/** The kind of whoever acted, and the name beside it where it says more. */
function Actor({ actor }: Pick<ActivityView, 'actor'>) {
  const name = actorName(actor);
  return (
    <>
      {actorWord(actor)}
      {name !== undefined && <span className="font-medium text-ink"> {name}</span>}
    </>
  );
}

function Details({ row }: { row: ActivityView }) {
  return (
    <div className="grid animate-arrive gap-2 px-4 pt-1 pb-3 sm:pr-6 sm:pl-[46px]">
      <p className="break-words text-soft" data-actor>
        Done by <Actor actor={row.actor} />
      </p>
      {row.decision !== undefined && <DecisionDetails decision={row.decision} />}
      {row.details !== undefined && (
        <pre className="max-h-72 overflow-auto rounded-md bg-sunken p-2 font-mono text-2xs break-all whitespace-pre-wrap">
          {JSON.stringify(row.details, null, 2)}
        </pre>
      )}
      <p className="font-mono text-2xs text-soft">
        {kindWords(row.what) !== undefined && `${kindWords(row.what)} · `}
        {row.what} · {row.at} · row {row.seq} · hash {row.hash.slice(0, 16)} after {row.prev.slice(0, 16)}
      </p>
    </div>
  );
}

/** A row of the activity log; `opened` where a link asks for it. */
export function ActivityRow({ row, opened = false }: { row: ActivityView; opened?: boolean }) {
  const [open, setOpen] = useState(opened);
  const tone = row.decision === undefined ? undefined : decisionWord(row.decision).tone;
  const mark = activityMark(row);
  return (
    <li className="border-b border-hairline">
      <button
        type="button"
        data-item
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 px-4 py-1.5 text-left hover:bg-sunken sm:grid-cols-[14px_64px_minmax(76px,148px)_minmax(0,1fr)] sm:px-6 lg:-outline-offset-2"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('self-center text-soft transition-transform max-sm:hidden', open && 'rotate-90')}
        />
        <span className="text-xs text-soft max-sm:col-start-2 max-sm:row-start-1">
          <Clock at={row.at} dayless />
        </span>
        <span className="min-w-0 text-xs break-words text-soft max-sm:col-start-1 max-sm:row-start-1">
          <Actor actor={row.actor} />
        </span>
        <span
          className={clsx(
            'min-w-0 break-words max-sm:col-span-2',
            tone !== undefined && tone !== 'plain' && tone !== 'good' && [TONE_CLASS[tone], 'text-tone'],
          )}
        >
          {mark !== undefined && <span className={clsx(TONE_CLASS[mark.tone], 'font-medium text-tone')}>{mark.word}. </span>}
          {row.text} {row.decision !== undefined && <TakenBackWord decision={row.decision} />}
        </span>
      </button>
      {open && <Details row={row} />}
    </li>
  );
}
