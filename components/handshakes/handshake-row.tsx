'use client';
// One line of the log: when, how it ended, why, who, from where, what was asked, how long it took.
import { clsx } from 'clsx';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { normaliseScopes } from '#lib/gateway/scopes.ts';
import { ORIGINS, originOf } from '../parts/origin-words.ts';
import { scopeName, TONE_CLASS } from '../parts/scope-words.ts';
import { clockSeconds, dayWords, sameDay, spanWords } from '../parts/time-words.ts';
import { callerName, OUTCOMES } from './handshake-words.ts';
import { type LogRow, loopPeriodMs } from './loops.ts';

function scopesWords({ scopesFrom, scopesTo }: HandshakeView): string {
  const from = scopesFrom ?? [];
  const added = normaliseScopes(scopesTo ?? [])
    .filter((scope) => !from.includes(scope))
    .map(scopeName)
    .reverse();
  if (added.length === 0) return '';
  return from.length === 0 ? added.join(' ') : `${from.map(scopeName).join(' ')} → ${added.join(' ')}`;
}

function rateWords(row: Extract<LogRow, { kind: 'loop' }>): string {
  const everyMs = loopPeriodMs(row);
  const every = everyMs < 10_000 ? `${(everyMs / 1_000).toFixed(1)} s` : spanWords(everyMs);
  return `${row.items.length} times in ${spanWords(Date.parse(row.item.at) - Date.parse(row.firstAt))}, 1 every ${every}`;
}

type HandshakeRowProps = { row: LogRow; today: number; selected: boolean; onSelect(): void };

/** A button, so that it can be reached and opened by keys; a gap is a row of its own look. */
export function HandshakeRow({ row, today, selected, onSelect }: HandshakeRowProps) {
  const { item } = row;
  const { word, tone } = OUTCOMES[item.outcome];
  const at = new Date(item.at);
  const time = sameDay(at, new Date(today)) ? clockSeconds(at, true) : `${dayWords(at, today)} ${clockSeconds(at)}`;
  const origin = originOf(item.origin);
  const gap = item.outcome === 'gap';
  return (
    <button
      type="button"
      data-item
      aria-pressed={selected}
      onClick={onSelect}
      className={clsx(
        'grid h-full w-full items-center gap-x-3 border-b border-hairline px-4 text-left text-xs sm:px-6 lg:-outline-offset-2',
        'grid-cols-[92px_64px_minmax(0,1fr)] content-center sm:grid-cols-[92px_68px_minmax(0,1.5fr)_minmax(0,1fr)_56px] @3xl:grid-cols-[92px_68px_minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,0.9fr)_56px]',
        selected ? 'bg-accent/12' : 'hover:bg-sunken',
        gap && 'border-dashed italic',
      )}
    >
      <time dateTime={item.at} title={item.at} className="font-mono whitespace-nowrap text-soft">
        {time}
      </time>
      <span className={clsx(TONE_CLASS[tone], 'font-medium whitespace-nowrap', tone === 'plain' ? 'text-soft' : 'text-tone')}>{word}</span>
      <span className="min-w-0 truncate text-sm max-sm:text-right">
        {row.kind === 'loop' ? (
          <>
            <strong className="font-semibold">{rateWords(row)}</strong>
            <span className="max-sm:hidden">: {item.title}</span>
          </>
        ) : (
          <span className={gap ? '' : 'font-medium'}>{item.title}</span>
        )}
      </span>
      <span className="min-w-0 truncate font-mono max-sm:col-span-2">
        {!gap && callerName(item)} <span className="text-soft">{item.deviceId?.slice(0, 8)}</span>
      </span>
      <span className="min-w-0 truncate text-soft max-sm:text-right sm:hidden @3xl:block">
        {origin !== undefined && <span className={clsx(TONE_CLASS[ORIGINS[origin].tone], 'text-tone')}>{ORIGINS[origin].word} </span>}
        <span className="font-mono">{scopesWords(item)}</span>
      </span>
      <span className="tabular text-right font-mono whitespace-nowrap text-soft max-sm:hidden">
        {item.durationMs === undefined ? '' : `${Math.round(item.durationMs)} ms`}
      </span>
    </button>
  );
}
