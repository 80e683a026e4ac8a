// Notices and problems: what happened, what to do, and the code in small mono at the end.
import { clsx } from 'clsx';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ProblemView } from '#lib/api/shapes.ts';
import { problemOf } from '../queries/api.ts';

type Kind = 'info' | 'warn' | 'fail';
const KINDS = {
  info: { Icon: Info, tone: 'tone-blue' },
  warn: { Icon: TriangleAlert, tone: 'tone-amber' },
  fail: { Icon: CircleAlert, tone: 'tone-red' },
} as const;

/** A line with an icon in the tone of its kind; `children` may hold commands and buttons. */
export function Notice({
  kind = 'info',
  title,
  children,
  className,
}: {
  kind?: Kind;
  title?: ReactNode;
  children?: ReactNode;
  className?: string;
}) {
  const { Icon, tone } = KINDS[kind];
  return (
    <div className={clsx('flex gap-2.5 rounded-lg border px-3 py-2.5', tone, 'border-tone bg-tone', className)}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-tone" />
      <div className="grid min-w-0 flex-1 gap-1.5">
        {title !== undefined && <p className="font-medium text-ink">{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** A problem with its title, what happened, the fix and its code. */
export function ProblemNotice({ problem, children }: { problem: Omit<ProblemView, 'code'> & { code: string }; children?: ReactNode }) {
  return (
    <div role="alert">
      <Notice kind="fail" title={problem.title}>
        {problem.detail !== '' && problem.detail !== problem.title && <p className="break-words">{problem.detail}</p>}
        <p className="text-soft">
          {problem.fix} <code className="font-mono text-2xs">{problem.code}</code>
        </p>
        {children}
      </Notice>
    </div>
  );
}

/** The problem behind an error of a query or a mutation; nothing when there is none. */
export function Failure({ error, children }: { error: unknown; children?: ReactNode }) {
  if (error === null || error === undefined) return null;
  return <ProblemNotice problem={problemOf(error)}>{children}</ProblemNotice>;
}
