'use client';
// Moments on screen: short words, tabular figures, the exact ISO time as the title.
import { useNow } from '../queries/console.tsx';
import { agoWords, clockMinutes, clockSeconds, dayWords, sameDay } from './time-words.ts';

/** "34 s ago", counting. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={at}>
      {agoWords(Date.parse(at), now)}
    </time>
  );
}

/** 12:04:31, or with the day in front when it is not today. */
export function Clock({ at, precise = 'seconds' }: { at: string; precise?: 'minutes' | 'seconds' | 'thousandths' }) {
  const now = useNow();
  const date = new Date(at);
  const clock = precise === 'minutes' ? clockMinutes(date) : clockSeconds(date, precise === 'thousandths');
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {sameDay(date, new Date(now)) ? clock : `${dayWords(date, now)} ${clock}`}
    </time>
  );
}

/** "22 Dec". */
export function Day({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {dayWords(new Date(at), now)}
    </time>
  );
}
