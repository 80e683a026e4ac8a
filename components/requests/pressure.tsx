'use client';
// How hard a request presses: the time it has left, as a ring and in figures, and how often it was refused.
import { clsx } from 'clsx';
import type { RequestView } from '#lib/api/shapes.ts';
import { leftWords, spanWords } from '../parts/time-words.ts';
import { useNow } from '../queries/console.tsx';

const RADIUS = 6;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that empties, and "4:12 left". */
export function TimeLeft({ request }: { request: RequestView }) {
  const now = useNow();
  const from = Date.parse(request.createdAt);
  const until = Date.parse(request.expiresAt);
  const share = Math.min(1, Math.max(0, (until - now) / Math.max(1, until - from)));
  return (
    <span
      title={`The gateway drops it at ${request.expiresAt}`}
      className={clsx(
        'tabular inline-flex items-center gap-1.5 text-xs whitespace-nowrap',
        until - now < 60_000 ? 'tone-orange text-tone font-medium' : 'tone-plain text-soft',
      )}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" strokeWidth="2">
        <circle cx="8" cy="8" r={RADIUS} className="stroke-hairline" />
        <circle
          cx="8"
          cy="8"
          r={RADIUS}
          className="stroke-tone"
          strokeDasharray={`${ROUND * share} ${ROUND}`}
          transform="rotate(-90 8 8)"
        />
      </svg>
      {until <= now ? (
        'time is up'
      ) : (
        <span>
          {leftWords(until, now)}
          <span className="max-sm:sr-only"> left</span>
        </span>
      )}
    </span>
  );
}

/** "refused 12 times in 34 s". */
export function attemptWords({ count, firstAt, lastAt }: RequestView['attempts']): string {
  if (count === 0) return 'no attempt seen in the log';
  if (count === 1) return 'refused once';
  const span = firstAt === undefined || lastAt === undefined ? undefined : Date.parse(lastAt) - Date.parse(firstAt);
  return span === undefined || span < 1_000 ? `refused ${count} times` : `refused ${count} times in ${spanWords(span)}`;
}
