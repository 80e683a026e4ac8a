'use client';
// Why not: the requests that wait now against the draft, each condition with its value.
import { CircleCheck, CircleDashed, CircleMinus } from 'lucide-react';
import type { PreviewView, VerdictView } from '#lib/api/rule-shapes.ts';
import { Id } from '../parts/copy.tsx';
import { shownText } from '../parts/shown-text.ts';
import { requestName } from '../requests/request-words.ts';
import { Conditions } from './conditions.tsx';

/** Why a request is left: the note, else what the draft itself says stands in the way, else what the rules say. */
function whyLeft({ note, trace, reasons }: VerdictView): string {
  if (note !== undefined) return shownText(note, 300);
  const own = trace && reasons.find(({ rule }) => rule === trace.rule);
  return (own ?? reasons[0])?.text ?? 'No rule matches it.';
}

function wordOf(verdict: VerdictView): { Icon: typeof CircleCheck; className: string; text: string } {
  if (verdict.kind === 'approve') return { Icon: CircleCheck, className: 'text-good', text: 'would be approved' };
  if (verdict.kind === 'reject') return { Icon: CircleMinus, className: 'text-amber', text: 'would be rejected' };
  return { Icon: CircleDashed, className: 'text-soft', text: `is left to you: ${whyLeft(verdict)}` };
}

/** Nothing where nothing waits. */
export function PreviewWaiting({ waiting }: { waiting: PreviewView['waiting'] }) {
  if (waiting.length === 0) return null;
  return (
    <div className="grid gap-1 border-t border-hairline pt-2">
      <h4 className="font-medium">What waits now</h4>
      <ul className="grid gap-1">
        {waiting.map((one) => {
          const { Icon, className, text } = wordOf(one.verdict);
          return (
            <li key={`${one.gateway} ${one.requestId}`} data-waits={one.verdict.kind}>
              <p className="flex flex-wrap items-baseline gap-x-2">
                <Icon size={13} aria-hidden className={`${className} translate-y-0.5`} />
                <span className="font-medium break-words">{shownText(requestName(one), 60)}</span>
                <Id id={one.deviceId} what="device id" />
                <span className="min-w-0 break-words text-soft">{text}</span>
              </p>
              {one.verdict.trace !== undefined && (
                <details className="ml-5">
                  <summary className="w-fit rounded text-xs text-soft underline decoration-dotted underline-offset-2 hover:text-ink">
                    {one.verdict.kind === 'approve' ? 'Why' : 'Why not'}
                    <span className="sr-only">: {shownText(requestName(one), 60)}</span>
                  </summary>
                  <div className="mt-1 rounded-md border border-hairline bg-raised px-2.5 py-1">
                    <Conditions trace={one.verdict.trace} />
                  </div>
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
