'use client';
// Where a request came from: a badge that opens to its facts, each with its records, and to what is missing for the next better grade.
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { OriginView } from '#lib/api/shapes.ts';
import { Facts } from '../parts/facts.tsx';
import { OriginBadge } from '../parts/origin.tsx';
import { ORIGINS } from '../parts/origin-words.ts';

function Next({ next }: { next: NonNullable<OriginView['next']> }) {
  return (
    <div className="grid gap-1 border-t border-hairline pt-2">
      <h4 className="font-medium">
        For <span className="text-good">{next.grade}</span> {next.missing.length === 1 ? 'this is' : 'these are'} missing
      </h4>
      <ul className="grid list-disc gap-0.5 pl-5 text-soft">
        {next.missing.map((missing) => (
          <li key={missing} className="break-words">
            {missing}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The badge with its proof. Badge and word open it alike; the word answers to the key `e`. */
export function WhereFrom({ origin, startsOpen = false }: { origin: OriginView; startsOpen?: boolean }) {
  const [open, setOpen] = useState(startsOpen);
  const id = useId();
  const { next, facts } = origin;
  const opens = facts.length > 0 || next !== undefined;
  const badge = <OriginBadge origin={origin.origin} note={origin.assurance === 'log' ? 'by the log' : undefined} />;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-start gap-x-2 gap-y-1">
        {opens ? (
          // The word beside it says the same to a screen reader.
          <button type="button" tabIndex={-1} aria-hidden onClick={() => setOpen(!open)}>
            {badge}
          </button>
        ) : (
          badge
        )}
        {opens && <span className="sr-only">{ORIGINS[origin.origin].word}</span>}
        <p className="min-w-0 break-words">
          {origin.summary}
          {!origin.settled && <span className="text-soft"> Still collecting evidence.</span>}
        </p>
        {opens && (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            data-action="evidence"
            aria-keyshortcuts="e"
            onClick={() => setOpen(!open)}
            className="inline-flex shrink-0 items-center rounded text-soft hover:text-ink"
          >
            <ChevronRight size={14} aria-hidden className={open ? 'rotate-90 transition-transform' : 'transition-transform'} />
            evidence
          </button>
        )}
      </div>
      {open && (
        <div id={id} className="grid gap-2 rounded-md bg-sunken px-3 py-2">
          <p className="text-soft">{ORIGINS[origin.origin].meaning}</p>
          <Facts facts={facts} />
          {next !== undefined && next.missing.length > 0 && <Next next={next} />}
        </div>
      )}
    </div>
  );
}
