'use client';
// A filter that is set: what it is about, its value, and the way to take it away.
import { clsx } from 'clsx';
import { X } from 'lucide-react';

/** `small`: 28 px high instead of 32. */
export function FilterChip({ kind, word, small = false, onClear }: { kind: string; word: string; small?: boolean; onClear(): void }) {
  return (
    <span
      className={clsx(
        'tone-accent border-tone bg-tone inline-flex max-w-64 min-w-0 items-center rounded-md border pl-2 text-xs',
        small ? 'h-7 shrink-0' : 'h-8',
      )}
    >
      <span className="truncate">
        <span className="text-soft">{kind}</span> <span className="font-medium">{word}</span>
      </span>
      <button
        type="button"
        aria-label={`Remove the filter ${kind} ${word}`}
        onClick={onClear}
        className="grid size-7 shrink-0 place-items-center rounded text-soft hover:text-ink"
      >
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}
