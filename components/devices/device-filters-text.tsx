'use client';
// The text to filter by, of devices and of what changed with them.
import { Input } from '../parts/field.tsx';

/** The input that `/` goes to. */
export function TextFilter({ label, text, onText }: { label: string; text: string; onText(text: string): void }) {
  return (
    <Input
      type="search"
      data-search
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder="Filter"
      maxLength={200}
      className="w-44 min-w-0 max-sm:flex-1"
      value={text}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
