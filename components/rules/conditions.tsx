// Each condition of a rule beside what a request has: what was wanted, what stands there, and whether it held.
import { clsx } from 'clsx';
import { Check, CircleHelp, X } from 'lucide-react';
import type { ConditionView, RuleTrace } from '#lib/api/rule-shapes.ts';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';

type Look = { Icon: typeof Check; tone: Tone; word: string };

function lookOf({ held }: ConditionView): Look {
  if (held === undefined) return { Icon: CircleHelp, tone: 'amber', word: 'not known' };
  return held ? { Icon: Check, tone: 'good', word: 'holds' } : { Icon: X, tone: 'red', word: 'does not hold' };
}

function Condition({ condition }: { condition: ConditionView }) {
  const { Icon, tone, word } = lookOf(condition);
  return (
    <li className={clsx(TONE_CLASS[tone], 'grid grid-cols-[16px_minmax(0,1fr)] gap-x-2 py-1')} data-condition={condition.name}>
      <Icon size={14} aria-hidden className="mt-[3px] text-tone" />
      <div className="grid min-w-0 gap-x-3 sm:grid-cols-[minmax(0,132px)_minmax(0,1fr)]">
        <p>
          <span className="font-medium">{condition.label}</span> <span className="text-xs text-tone">{word}</span>
          {condition.said === true && <span className="block text-2xs text-soft">the caller's word</span>}
        </p>
        <dl className="grid min-w-0 grid-cols-[max-content_minmax(0,1fr)] gap-x-2 text-soft">
          <div className="contents">
            <dt>wants</dt>
            <dd className="min-w-0 break-words text-ink">{shownText(condition.wanted)}</dd>
          </div>
          <div className="contents">
            <dt>has</dt>
            <dd className="min-w-0 break-words text-ink">{shownText(condition.value)}</dd>
          </div>
        </dl>
      </div>
    </li>
  );
}

/** The conditions of one rule against one request, then what blocks or limits the rule. No heading: that belongs to where it stands. */
export function Conditions({ trace }: { trace: RuleTrace }) {
  return (
    <div className="grid gap-1">
      <ul className="divide-y divide-hairline">
        {trace.conditions.map((condition) => (
          <Condition key={condition.name} condition={condition} />
        ))}
      </ul>
      {trace.reasons.length > 0 && (
        <ul className="grid gap-0.5 text-amber">
          {trace.reasons.map((reason) => (
            <li key={`${reason.code} ${reason.text}`} className="break-words">
              {reason.text} <code className="font-mono text-2xs">{reason.code}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
