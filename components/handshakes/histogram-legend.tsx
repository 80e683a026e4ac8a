'use client';
// What the bars mean, as switches that filter by outcome; and all bars as a table.
import { clsx } from 'clsx';
import type { HandshakeOutcome, HistogramView } from '#lib/api/shapes.ts';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { clockMinutes } from '../parts/time-words.ts';
import { ATTEMPT_OUTCOMES, OUTCOMES } from './handshake-words.ts';
import { COUNTED, type Counted } from './histogram-bins.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** "12:04"; with the weekday and the day of the month where bars are hours. */
export function momentWords(ms: number, bucketMs: number): string {
  const at = new Date(ms);
  return bucketMs < DAY_MS / 48 ? clockMinutes(at) : `${DAYS[at.getDay()] ?? ''} ${at.getDate()}, ${clockMinutes(at)}`;
}

const ALL: readonly HandshakeOutcome[] = [...ATTEMPT_OUTCOMES, 'note', 'gap'];

type LegendProps = {
  sums: Record<Counted, number>;
  outcomes: readonly HandshakeOutcome[];
  onChange(outcomes: HandshakeOutcome[] | undefined): void;
};

/** One switch for each outcome; none pressed shows all. */
export function Legend({ sums, outcomes, onChange }: LegendProps) {
  const toggle = (outcome: HandshakeOutcome) => {
    const next = outcomes.includes(outcome) ? outcomes.filter((other) => other !== outcome) : [...outcomes, outcome];
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <fieldset className="-ml-1.5 flex flex-wrap items-center gap-x-0.5">
      <legend className="sr-only">Outcomes to show</legend>
      {ALL.map((outcome) => {
        const { word, tone } = OUTCOMES[outcome];
        const counted = COUNTED[outcome];
        const pressed = outcomes.includes(outcome);
        const faint = outcomes.length > 0 && !pressed;
        return (
          <button
            key={outcome}
            type="button"
            aria-pressed={pressed}
            onClick={() => toggle(outcome)}
            className={clsx(
              'tabular inline-flex h-6 items-center gap-1.5 rounded-md px-1.5 text-xs whitespace-nowrap hover:bg-sunken',
              pressed && 'bg-sunken font-medium',
              faint ? 'text-soft' : 'text-ink',
            )}
          >
            <span aria-hidden className={clsx(TONE_CLASS[tone], 'size-2 rounded-[2px]', faint ? 'border border-tone' : 'bg-bar')} />
            {word}
            {counted !== undefined && <span className="text-soft">{sums[counted].toLocaleString('en')}</span>}
          </button>
        );
      })}
    </fieldset>
  );
}

/** The bars that are not empty, newest first, for those who do not see them. */
export function BucketTable({ view }: { view: HistogramView }) {
  const filled = view.buckets.filter((bucket) => Object.values(COUNTED).some((key) => bucket[key] > 0)).toReversed();
  // A table does not shrink to what hides it, so something around it does.
  return (
    <div className="sr-only">
      <table>
        <caption>Attempts by outcome, newest first; times without attempts are left out</caption>
        <thead>
          <tr>
            <th scope="col">from</th>
            {ATTEMPT_OUTCOMES.map((outcome) => (
              <th key={outcome} scope="col">
                {OUTCOMES[outcome].word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row">{momentWords(Date.parse(bucket.at), view.bucketMs)}</th>
              {ATTEMPT_OUTCOMES.map((outcome) => (
                <td key={outcome}>{bucket[COUNTED[outcome] ?? 'refused']}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
