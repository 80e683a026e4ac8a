// The time of a line. Both versions write it in one form, which is read by its digits; every other form is left to Date.parse.

const DIGIT_0 = 48;

/** The number at these digits; NaN where one of them is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Milliseconds since the epoch, exactly as Date.parse reads the text; NaN when it is no time. */
export function timeOf(text: string): number {
  // 2026-11-22T10:45:24.261+00:00. Days that not every month has are left to Date.parse.
  const isUsual =
    text.length === 29 &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    (text[23] === '+' || text[23] === '-') &&
    text[26] === ':';
  if (!isUsual) return Date.parse(text);
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const ms = digits(text, 20, 3);
  const offsetHours = digits(text, 24, 2);
  const offsetMinutes = digits(text, 27, 2);
  const isPlain = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
  if (!isPlain || !(ms >= 0) || !(offsetHours <= 14) || !(offsetMinutes <= 59)) return Date.parse(text);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return text[23] === '+' ? utc - offset : utc + offset;
}
