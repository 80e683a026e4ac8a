// The console's own log: one readable line each on stderr, so that the sign-in link on stdout stays easy to find.
import pino, { type Logger } from 'pino';

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

// What ends a line, moves the cursor, colours, hides or turns text in a terminal. Gateways and callers have their words in some lines.
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LONGEST = 16_000;
const WORD = /^[^\s"=]+$/;

const fieldText = (value: unknown): string => (typeof value === 'string' && WORD.test(value) ? value : JSON.stringify(value));

/**
 * One record as pino writes it, as one line for people: characters that act are shown by their number, and a value that is no single
 * word stands in quotes, so that no text can look like another record or another field.
 */
export function readable(line: string): string {
  const { time, level, msg, pid: _pid, hostname: _host, ...rest } = JSON.parse(line);
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${fieldText(value)}`)
    .join(' ');
  const text = `${msg}${fields ? ` ${fields}` : ''}`.slice(0, LONGEST);
  const shown = text.replace(ACTING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return `${new Date(time).toISOString().slice(11, 23)} ${LEVELS[level] ?? level} ${shown}\n`;
}

/** A logger on stderr. Callers never hand secrets to it; what looks like one is cut all the same. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      redact: { paths: ['*.token', '*.password', '*.secret', 'token', 'password', 'secret', 'headers', '*.headers'], censor: '<hidden>' },
    },
    { write: (line: string) => void process.stderr.write(readable(line)) },
  );
}
