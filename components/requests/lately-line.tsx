'use client';
// One line under "Lately": when, what became of it, who, what it was about, by whom. With `details` it is a button that opens them.
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';

type LatelyLineProps = {
  at: string;
  word: string;
  tone: Tone;
  name: string;
  deviceId: string;
  /** What it was about: scopes or commands, in a cell of its own. */
  about: ReactNode;
  by: ReactNode;
  details?: ReactNode;
};

const GRID =
  'grid w-full grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 px-1 py-1.5 text-left sm:grid-cols-[16px_64px_84px_minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]';

export function LatelyLine({ at, word, tone, name, deviceId, about, by, details }: LatelyLineProps) {
  const [open, setOpen] = useState(false);
  const opens = details !== undefined;
  const cells = (
    <>
      {opens ? (
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('self-center text-soft transition-transform max-sm:hidden', open && 'rotate-90')}
        />
      ) : (
        <span aria-hidden className="max-sm:hidden" />
      )}
      <span className="text-xs text-soft">
        <Clock at={at} />
      </span>
      <span className={clsx('font-medium', TONE_CLASS[tone], tone === 'plain' ? 'text-soft' : 'text-tone')}>{word}</span>
      <span className="truncate max-sm:col-start-2">
        <span className="font-mono text-xs font-medium">{name}</span>{' '}
        <span className="font-mono text-xs text-soft">{deviceId.slice(0, 8)}</span>
      </span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 max-sm:col-start-2">{about}</span>
      <span className="flex flex-wrap gap-x-2 text-soft max-sm:col-start-2">{by}</span>
    </>
  );
  return (
    <li data-item tabIndex={-1} className="border-b border-hairline last:border-b-0">
      {opens ? (
        <button
          type="button"
          aria-expanded={open}
          data-action="evidence"
          onClick={() => setOpen(!open)}
          className={clsx(GRID, 'hover:bg-sunken')}
        >
          {cells}
        </button>
      ) : (
        <div className={GRID}>{cells}</div>
      )}
      {open && <div className="animate-arrive px-1 pt-1 pb-3 sm:pl-8">{details}</div>}
    </li>
  );
}
