'use client';
// Moments on screen: short words, tabular figures, the exact ISO time as the title.
import { useMoment } from '../queries/console.tsx';
import { agoWords, clockMinutes, clockSeconds, dayWords, sameDay } from './time-words.ts';

/** "34 s ago", counting. */
export function Ago({ at }: { at: string }) {
  const words = useMoment((nowMs) => agoWords(Date.parse(at), nowMs));
  return (
    <time dateTime={at} title={at}>
      {words}
    </time>
  );
}

type ClockProps = { at: string; precise?: 'minutes' | 'seconds' | 'thousandths'; dayless?: boolean };

/** 12:04:31, with the day in front when it is not today; `dayless` where a heading names the day. */
export function Clock({ at, precise = 'seconds', dayless = false }: ClockProps) {
  const date = new Date(at);
  const day = useMoment((nowMs) => (dayless || sameDay(date, new Date(nowMs)) ? '' : `${dayWords(date, nowMs)} `));
  const clock = precise === 'minutes' ? clockMinutes(date) : clockSeconds(date, precise === 'thousandths');
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {day}
      {clock}
    </time>
  );
}

/** "22 Dec". */
export function Day({ at }: { at: string }) {
  const words = useMoment((nowMs) => dayWords(new Date(at), nowMs));
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {words}
    </time>
  );
}
