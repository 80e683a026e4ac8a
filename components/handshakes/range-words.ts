// A range of time in words, and as the value of a browser's time input, in the reader's zone. Pure but for the zone.
import { clockMinutes, clockSeconds, dayWords, sameDay } from '../parts/time-words.ts';
import type { Range } from './histogram-bins.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** 2026-11-22T16:40:05, as a time input takes it. */
export function localMoment(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${clockSeconds(at)}`;
}

/** The moment of such a value, ms; undefined for anything else. A browser leaves out seconds that are zero. */
export function momentOfLocal(value: string): number | undefined {
  const ms = Date.parse(value);
  return value === '' || Number.isNaN(ms) ? undefined : ms;
}

/** "12:04 to 12:09", with days where they are not today. The last ms of a bucket reads as the moment after it. */
export function rangeWords({ from, to }: Partial<Range>, nowMs: number): string {
  const words = (ms: number) => {
    const at = new Date(ms);
    const clock = ms % 60_000 === 0 ? clockMinutes(at) : clockSeconds(at);
    return sameDay(at, new Date(nowMs)) ? clock : `${dayWords(at, nowMs)}, ${clock}`;
  };
  const end = to === undefined ? undefined : words(to % 1_000 === 999 ? to + 1 : to);
  if (from === undefined) return `until ${end ?? 'now'}`;
  return end === undefined ? `since ${words(from)}` : `${words(from)} to ${end}`;
}
