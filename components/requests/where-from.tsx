'use client';
// Where a request came from: badge and one line; opens to the facts behind it.
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { OriginView } from '#lib/api/shapes.ts';
import { Facts, OriginBadge } from '../parts/origin.tsx';

/** The badge with its proof. The press that opens it answers to the key `e`. */
export function WhereFrom({ origin, startsOpen = false }: { origin: OriginView; startsOpen?: boolean }) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-start gap-x-2 gap-y-1">
        <OriginBadge origin={origin.origin} note={origin.assurance === 'log' ? 'by the log' : undefined} />
        <p className="min-w-0 break-words">
          {origin.summary}
          {!origin.settled && <span className="text-soft"> Still collecting evidence.</span>}
        </p>
        {origin.facts.length > 0 && (
          <button
            type="button"
            aria-expanded={open}
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
        <div className="rounded-md bg-sunken px-3 py-2">
          <Facts facts={origin.facts} />
        </div>
      )}
    </div>
  );
}
