// When a rule is awake: days and hours on the wall clock of a time zone, through midnight and through changes to summer time.
import type { RuleHours, Weekday } from '../api/rule-shapes.ts';

export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const MINUTE_MS = 60_000;
/** No zone changes its clocks but on a quarter of an hour, so the wall clock runs evenly within one. */
const SLOT_MS = 15 * MINUTE_MS;
const DAY_MINUTES = 1440;

const inZone = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Whether the runtime knows a time zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    inZone(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const minutesOf = (hhmm: string): number => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3, 5));

/**
 * Whether the hours hold at a moment, ms. Days name the day on which a span begins: Monday 22:00 to 06:00 ends on Tuesday. Builds its
 * formatter once and remembers the last quarter of an hour. Throws a RangeError for a time zone that does not exist.
 */
export function createHours(hours: RuleHours): (atMs: number) => boolean {
  const format = inZone(hours.timeZone);
  const names: readonly string[] = WEEKDAYS;
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const days = WEEKDAYS.map((day) => hours.days.includes(day));
  let slot = Number.NaN;
  let slotDay = 0;
  let slotMinute = 0;

  function read(atMs: number): void {
    const parts = format.formatToParts(atMs);
    const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
    slotDay = names.indexOf(part('weekday').toLowerCase());
    slotMinute = Number(part('hour')) * 60 + Number(part('minute'));
  }

  return (atMs) => {
    const index = Math.floor(atMs / SLOT_MS);
    if (index !== slot) {
      read(index * SLOT_MS);
      slot = index;
    }
    const since = slotMinute + Math.floor((atMs - index * SLOT_MS) / MINUTE_MS);
    const day = (slotDay + (since >= DAY_MINUTES ? 1 : 0)) % 7;
    const minute = since % DAY_MINUTES;
    if (from < to) return (days[day] ?? false) && minute >= from && minute < to;
    return ((days[day] ?? false) && minute >= from) || ((days[(day + 6) % 7] ?? false) && minute < to);
  };
}
