// A part of the panel under its small heading.
import type { ReactNode } from 'react';

/** Heading and content; `aside` stands at the right of the heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid min-w-0 gap-1.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-xs font-semibold text-soft">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}
