// A part of the operators page: a heading, what it is about, room for its one action at the right.
import type { ReactNode } from 'react';

type SectionProps = { id?: string; title: string; about: ReactNode; action?: ReactNode; children: ReactNode };

export function Section({ id, title, about, action, children }: SectionProps) {
  return (
    <section id={id} aria-label={title} className="grid scroll-mt-16 gap-2">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="grid gap-0.5">
          <h2 className="text-base font-semibold">{title}</h2>
          <p className="text-soft">{about}</p>
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Rows in one frame, parted by hairlines. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-hairline rounded-lg border border-hairline bg-raised">
      {children}
    </ul>
  );
}

/** One row: what it is, what is said of it, what can be done. */
export function Row({ name, mark, children, acts }: { name: ReactNode; mark?: ReactNode; children?: ReactNode; acts?: ReactNode }) {
  return (
    <li data-item tabIndex={-1} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2 -outline-offset-2">
      <div className="grid min-w-0 flex-1 basis-56 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 font-medium break-words">
          {name}
          {mark}
        </p>
        {children !== undefined && <p className="text-xs break-words text-soft">{children}</p>}
      </div>
      {acts !== undefined && <div className="flex flex-wrap gap-1.5">{acts}</div>}
    </li>
  );
}

/** A small word beside a name. */
export function Word({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'good' | 'red' | 'amber' }) {
  const look = tone === 'plain' ? 'border-hairline text-soft' : `tone-${tone} border-tone text-tone`;
  return <span className={`rounded border px-1.5 text-2xs leading-4 font-medium ${look}`}>{children}</span>;
}
