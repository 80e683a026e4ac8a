'use client';
// One line of the log: when, how it ended, why and how often, who, from where, what was asked, how long it took.
import { clsx } from 'clsx';
import { ChevronRight, House, KeyRound, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { ORIGINS } from '../parts/origin-words.ts';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { clockSeconds, dayWords, sameDay } from '../parts/time-words.ts';
import { useMoment } from '../queries/console.tsx';
import { callerName, durationWords, loopWords, OUTCOMES, scopesWords } from './handshake-words.ts';

const COLUMNS =
  'grid-cols-[auto_auto_minmax(0,1fr)] sm:grid-cols-[96px_64px_minmax(0,1.6fr)_minmax(0,1fr)_52px] @3xl:grid-cols-[96px_64px_minmax(0,1.7fr)_minmax(0,1fr)_minmax(0,1fr)_52px]';

function Time({ item, today }: { item: HandshakeView; today: number }) {
  const at = new Date(item.at);
  const time = sameDay(at, new Date(today)) ? clockSeconds(at, true) : `${dayWords(at, today)} ${clockSeconds(at)}`;
  const title = item.derived ? `${item.at}, derived: no record gives this moment` : item.at;
  return (
    <time dateTime={item.at} title={title} className="relative font-mono whitespace-nowrap text-soft">
      {item.derived && <span className="absolute right-full">~</span>}
      {time}
      {item.derived && <span className="sr-only"> derived</span>}
    </time>
  );
}

/** The count of a loop with its rate, and whether it goes on. Its words change only when they do. */
function Times({ item }: { item: HandshakeView }) {
  const state = useMoment((nowMs) => loopWords(item, nowMs)?.state ?? 'single');
  const words = loopWords(item, 0);
  if (words === undefined) return null;
  return (
    <>
      <strong className="font-semibold">{words.times}</strong>
      {words.every !== '' && <span className="text-soft max-sm:hidden">, {words.every}</span>}
      {state === 'looping' && <span className="tone-orange text-tone"> looping</span>}
      {state === 'over' && <span className="text-soft"> over</span>}
    </>
  );
}

function From({ item }: { item: HandshakeView }) {
  const scopes = scopesWords(item);
  const { origin } = item;
  return (
    <>
      {origin !== undefined && (
        <span
          title={ORIGINS[origin].meaning}
          className={clsx(TONE_CLASS[ORIGINS[origin].tone], 'inline-flex shrink-0 items-center gap-1 text-tone')}
        >
          {origin === 'host-key' && <KeyRound size={11} aria-hidden />}
          {origin === 'loopback' && <House size={11} aria-hidden />}
          {ORIGINS[origin].word}
        </span>
      )}
      <span className="min-w-0 truncate font-mono">{scopes}</span>
    </>
  );
}

export type RowProps = {
  item: HandshakeView;
  /** Today's beginning by the page's clock, ms; rows of other days name theirs. */
  today: number;
  selected: boolean;
  /** Whole loop, one attempt, or an attempt beneath its loop. */
  as: 'loop' | 'one' | 'attempt';
  open: boolean;
  /** The gateway's name, where there are several. */
  gateway: string | undefined;
  onSelect(item: HandshakeView): void;
  onFold(item: HandshakeView, open: boolean): void;
};

/** Two buttons: one unfolds a loop, the other opens the row. Arrow right and left on the row unfold and fold it too. */
export const HandshakeRow = memo(function HandshakeRow({ item, today, selected, as, open, gateway, onSelect, onFold }: RowProps) {
  const { word, tone } = OUTCOMES[item.outcome];
  const gap = item.outcome === 'gap';
  const note = item.outcome === 'note';
  const loop = as === 'loop';
  const who = item.deviceId !== undefined || item.clientId !== undefined || (!gap && !note);
  return (
    <div
      className={clsx(
        'flex h-full items-stretch border-b border-hairline pl-1 sm:pl-2',
        selected ? 'bg-accent/12' : gap ? 'tone-orange bg-tone' : 'hover:bg-sunken',
        gap && 'border-dashed',
        as === 'attempt' && 'bg-sunken/50',
      )}
    >
      {loop ? (
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Unfold'} ${item.run.count} attempts: ${shownText(item.title)}, ${callerName(item)}`}
          onClick={() => onFold(item, !open)}
          className="grid w-5 shrink-0 place-items-center rounded text-soft hover:text-ink sm:w-6"
        >
          <ChevronRight size={14} aria-hidden className={clsx('transition-transform', open && 'rotate-90')} />
        </button>
      ) : (
        <span aria-hidden className={clsx('w-5 shrink-0 sm:w-6', as === 'attempt' && 'ml-2.5 border-l border-edge max-sm:w-2.5')} />
      )}
      <button
        type="button"
        data-item
        data-handshake={item.id}
        data-device={item.deviceId}
        data-outcome={item.outcome}
        aria-pressed={selected}
        onClick={() => onSelect(item)}
        onKeyDown={(event) => {
          if (!loop || (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft')) return;
          event.preventDefault();
          onFold(item, event.key === 'ArrowRight');
        }}
        className={clsx(
          'grid min-w-0 flex-1 content-center items-center gap-x-2 pr-3 text-left text-xs -outline-offset-2 sm:gap-x-3 sm:pr-6',
          COLUMNS,
        )}
      >
        <Time item={item} today={today} />
        <span className={clsx(TONE_CLASS[tone], 'flex items-center gap-1 font-medium whitespace-nowrap text-tone')}>
          {gap && <TriangleAlert size={11} aria-hidden />}
          {word}
        </span>
        <span className="min-w-0 truncate text-sm">
          <span className={gap || note ? '' : 'font-medium'}>{shownText(item.title)}</span>
          {loop && (
            <span className="max-sm:hidden">
              <span className="text-soft"> · </span>
              <Times item={item} />
            </span>
          )}
        </span>
        <span className="flex min-w-0 gap-x-1.5 overflow-hidden max-sm:col-span-3">
          {loop && (
            <span className="shrink-0 whitespace-nowrap sm:hidden">
              <Times item={item} />
            </span>
          )}
          <span className="min-w-0 truncate font-mono">
            {who && callerName(item)} <span className="text-soft">{item.deviceId?.slice(0, 8)}</span>
            {gateway !== undefined && <span className="font-sans text-soft"> on {shownText(gateway)}</span>}
          </span>
          {item.unsure && (
            <span
              title="The log file is shared by several gateways and this line does not say whose it is."
              className="shrink-0 text-amber"
            >
              unsure whose
            </span>
          )}
          <span className="ml-auto flex min-w-0 gap-x-1.5 text-soft sm:hidden">
            <From item={item} />
          </span>
        </span>
        <span className="hidden min-w-0 items-center gap-x-2 text-soft @3xl:flex">
          <From item={item} />
        </span>
        <span className="tabular text-right font-mono whitespace-nowrap text-soft max-sm:hidden">
          {item.durationMs === undefined ? '' : durationWords(item.durationMs)}
        </span>
      </button>
    </div>
  );
});
