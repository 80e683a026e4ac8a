// The console's own log: one readable line each on stderr, so that the sign-in link on stdout stays easy to find.
import pino, { type Logger } from 'pino';

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

function readable(line: string): string {
  const { time, level, msg, pid: _pid, hostname: _host, ...rest } = JSON.parse(line);
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${new Date(time).toISOString().slice(11, 23)} ${LEVELS[level] ?? level} ${msg}${fields ? ` ${fields}` : ''}\n`;
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
