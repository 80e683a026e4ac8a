'use client';
// What the rules say about a request: one line, opening to every named reason.
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { VerdictView } from '#lib/api/rule-shapes.ts';

function headline({ kind, ruleName, reasons }: VerdictView): string {
  if (kind === 'approve') return `Rule ${ruleName ?? ''} approves this.`;
  const [first] = reasons;
  if (first === undefined) return 'No rule matched.';
  return first.ruleName === undefined ? first.text : `${first.ruleName}: ${first.text}`;
}

/** One line and its reasons. */
export function Verdict({ verdict }: { verdict: VerdictView }) {
  const [open, setOpen] = useState(false);
  const more = verdict.reasons.length > 1;
  return (
    <div className="grid gap-1">
      <div className="flex items-start gap-1">
        <p className="min-w-0 break-words">{headline(verdict)}</p>
        {more && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="inline-flex shrink-0 items-center rounded text-soft hover:text-ink"
          >
            <ChevronRight size={14} aria-hidden className={open ? 'rotate-90 transition-transform' : 'transition-transform'} />
            {open ? 'fewer' : `${verdict.reasons.length - 1} more`}
            <span className="sr-only"> reasons</span>
          </button>
        )}
      </div>
      {open && (
        <ul className="grid gap-0.5 border-l border-hairline pl-3 text-soft">
          {verdict.reasons.map((reason) => (
            <li key={`${reason.rule ?? ''} ${reason.code}`}>
              {reason.ruleName !== undefined && (
                <Link href={`/rules#rule-${reason.rule ?? ''}`} prefetch={false} className="font-medium text-ink hover:underline">
                  {reason.ruleName}:{' '}
                </Link>
              )}
              {reason.text} <code className="font-mono text-2xs">{reason.code}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
