// How often each fact could be had in time on a gateway: what nobody can have, no rule can stand on.
import { clsx } from 'clsx';
import type { FactTimesView } from '#lib/api/rule-shapes.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { FACT_NAMES, shareWords, timesWords } from './fact-words.ts';

/** A line each; facts that were never asked for say so. */
export function FactTimes({ times }: { times: readonly FactTimesView[] }) {
  return (
    <ul className="grid gap-1.5">
      {times.map((fact) => (
        <li key={fact.fact} className="grid gap-x-2 sm:grid-cols-[156px_minmax(0,1fr)]" data-fact-times={fact.fact}>
          <span className="font-medium">{FACT_NAMES[fact.fact]}</span>
          <span className="min-w-0 text-soft">
            <span className={clsx('tabular', fact.missed > 0 && fact.had + fact.missed > 0 && 'text-ink')}>{shareWords(fact)}</span>
            {timesWords(fact)}
            {fact.lastMissedAt !== undefined && (
              <>
                {' '}
                Last missed <Clock at={fact.lastMissedAt} precise="minutes" />
                {fact.lastMissed === undefined ? '.' : `: ${shownText(fact.lastMissed, 200)}`}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
