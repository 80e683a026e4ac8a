'use client';
// What stands over the bottom of the list while devices are selected: how many, what is hidden, and what can be done to them.
import type { ReactNode } from 'react';
import { Button } from '../parts/button.tsx';

type BulkBarProps = {
  /** Those that are selected and pass the filter: nothing is done to what is not in the list. */
  count: number;
  /** How many more are selected but not in the list. */
  hidden: number;
  onClear(): void;
  /** The acts. */
  children?: ReactNode;
};

/** Nothing is shown while nothing is selected. */
export function BulkBar({ count, hidden, onClear, children }: BulkBarProps) {
  if (count + hidden === 0) return null;
  return (
    <section
      aria-label="Selected devices"
      className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t border-edge bg-raised px-4 py-2 shadow-lg max-sm:bottom-[calc(52px+env(safe-area-inset-bottom))] sm:px-6"
    >
      <p role="status" className="min-w-0 flex-1 text-sm">
        <strong className="font-semibold">{count.toLocaleString('en')} selected</strong>
        {hidden > 0 && <span className="text-soft">; {hidden.toLocaleString('en')} more are not in this list and are left alone</span>}
      </p>
      <div className="max-sm:order-last max-sm:basis-full">{children}</div>
      <Button small weight="quiet" onClick={onClear}>
        Select none
      </Button>
    </section>
  );
}
