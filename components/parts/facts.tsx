'use client';
// The facts behind an origin, one line each: whether it held, was contradicted or is missing, and the records it stands on.
import { clsx } from 'clsx';
import { Check, ChevronRight, Minus, X } from 'lucide-react';
import { useState } from 'react';
import type { FactView } from '#lib/api/shapes.ts';
import { CopyButton } from './copy.tsx';
import { shownRecord } from './shown-text.ts';

function factMark(held: boolean | undefined) {
  if (held === true) return { Icon: Check, tone: 'tone-good', word: 'held' };
  if (held === false) return { Icon: X, tone: 'tone-red', word: 'contradicted' };
  return { Icon: Minus, tone: 'tone-plain', word: 'missing' };
}

/** Two records may be the same to the letter, so the place counts too. */
const numbered = (records: readonly string[]) => records.map((record, index) => ({ record, number: index + 1, key: `${index} ${record}` }));

/** The gateway's own records, as they were read. They hold what callers wrote, so nothing in them may act on the page. */
function Records({ label, records }: { label: string; records: readonly string[] }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="grid gap-1">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-6 w-fit items-center text-xs text-soft hover:text-ink"
      >
        <ChevronRight size={12} aria-hidden className={open ? 'rotate-90 transition-transform' : 'transition-transform'} />
        {records.length === 1 ? '1 record' : `${records.length} records`}
        <span className="sr-only"> behind {label}</span>
      </button>
      {open && (
        <ol className="grid gap-1">
          {numbered(records).map(({ key, record, number }) => (
            <li key={key} className="grid gap-0.5 rounded-md border border-hairline bg-raised px-2 py-1">
              <pre className="font-mono text-2xs break-all whitespace-pre-wrap text-ink">{shownRecord(record)}</pre>
              <CopyButton text={record} what={`record ${number} behind ${label}`} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** The facts, each with a mark, its word and its records. */
export function Facts({ facts }: { facts: readonly FactView[] }) {
  return (
    <ul className="grid gap-1">
      {facts.map((fact) => {
        const { Icon, tone, word } = factMark(fact.held);
        return (
          <li key={fact.name} className="grid grid-cols-[16px_minmax(0,1fr)] items-start gap-x-2 sm:grid-cols-[16px_132px_minmax(0,1fr)]">
            <span className={clsx(tone, 'text-tone grid h-5 place-items-center')}>
              <Icon size={14} aria-hidden />
            </span>
            <span className="font-medium">
              {fact.label} <span className={clsx(tone, 'text-tone font-normal sm:sr-only')}>{word}</span>
            </span>
            <div className="col-start-2 grid min-w-0 text-soft sm:col-start-3">
              <span className="break-words">{fact.text}</span>
              {fact.records !== undefined && fact.records.length > 0 && <Records label={fact.label} records={fact.records} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
