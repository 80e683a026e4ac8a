// The head of a page, its empty state, and the grey shapes that hold the place of rows until they are there.
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** Heading with room for controls at its right. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2">
      <h1 className="text-lg font-semibold tracking-[-0.01em]">{title}</h1>
      {children !== undefined && <div className="flex min-w-0 max-w-full flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}

/** Rows to come, in the height of those that will be there. */
export function Waiting({ rows, className = 'h-8' }: { rows: number; className?: string }) {
  return (
    <div aria-hidden data-waiting className="grid gap-2">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className={clsx('rounded-md bg-sunken', className)} />
      ))}
    </div>
  );
}

/** In the place of rows that could not be read; the reason stands above, so this must not look like an empty list. */
export function Unread() {
  return <Empty title="Not known">The console could not be read. This says nothing about what is there.</Empty>;
}

/** Says calmly that there is nothing, and what that means. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="rounded-lg border border-dashed border-edge px-4 py-8 text-center">
      <p className="text-base font-medium">{title}</p>
      {children !== undefined && <div className="mx-auto mt-1 max-w-[60ch] text-soft">{children}</div>}
    </div>
  );
}
