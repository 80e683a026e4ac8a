// Times in words. Pure functions of two moments; nothing here reads a clock.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time at the coarsest unit that says enough: "34 s", "12 min", "2 h", "3 d". Negative counts as none. */
export function spanWords(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** "just now", "34 s ago", "2 h ago". A moment ahead of the clock counts as now. */
export function agoWords(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  return ms < 5 * SECOND ? 'just now' : `${spanWords(ms)} ago`;
}

/** Time left as m:ss, "0:00" when over. */
export function leftWords(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / SECOND));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** 12:04 in the reader's time zone. */
export function clockMinutes(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** 12:04:31, with thousandths on demand. */
export function clockSeconds(at: Date, thousandths = false): string {
  const base = `${clockMinutes(at)}:${two(at.getSeconds())}`;
  return thousandths ? `${base}.${String(at.getMilliseconds()).padStart(3, '0')}` : base;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "22 Dec", with the year when it is another than `nowMs` falls in. */
export function dayWords(at: Date, nowMs: number): string {
  const day = `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}`;
  return at.getFullYear() === new Date(nowMs).getFullYear() ? day : `${day} ${at.getFullYear()}`;
}

/** Whether two moments fall on the same day of the reader's calendar. */
export function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}
