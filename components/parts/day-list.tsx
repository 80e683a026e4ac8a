'use client';
// A log by days: each day under its head, and the way to what is older.
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Day } from './time.tsx';

/** The rows in their order, those of one local day under one head that stays while they pass. */
export function DayList<T extends { at: string }>({ rows, children }: { rows: readonly T[]; children(row: T): ReactNode }) {
  const days = Map.groupBy(rows, ({ at }) => new Date(at).toDateString());
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={day}>
      <h2 className="sticky top-11 z-10 border-b border-hairline bg-paper px-4 pt-3 pb-1 text-xs font-semibold text-soft sm:px-6">
        <Day at={ofDay[0]?.at ?? day} />
      </h2>
      <ul>{ofDay.map(children)}</ul>
    </section>
  ));
}

type Paged = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };

/** Reads the next page; nothing where there is none. */
export function Older({ query }: { query: Paged }) {
  if (!query.hasNextPage) return null;
  return (
    <div className="px-4 pt-3 sm:px-6">
      <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? 'Reading' : 'Older'}
      </Button>
    </div>
  );
}
