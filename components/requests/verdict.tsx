'use client';
// What the rules say about a request: one line with the rule and its version, opening to each condition, its value and every named reason.
import { clsx } from 'clsx';
import { ChevronRight, StickyNote } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { RuleTrace, ShadowCall, VerdictReason, VerdictView } from '#lib/api/rule-shapes.ts';
import { StatementLink } from '../gateways/statement-link.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Conditions } from '../rules/conditions.tsx';
import { headline, OUTCOMES, reasonWords, shadowWords } from './verdict-words.ts';

function RuleLink({ rule, name }: { rule: string; name: string }) {
  return (
    <Link href={`/rules#rule-${rule}`} prefetch={false} className="font-medium text-ink hover:underline">
      {shownText(name, 80)}
    </Link>
  );
}

function Note({ verdict }: { verdict: VerdictView }) {
  if (verdict.note === undefined) return null;
  return (
    <p className="tone-amber border-tone bg-tone flex w-fit max-w-full gap-2 rounded-md border px-2.5 py-1">
      <StickyNote size={14} aria-hidden className="mt-[3px] shrink-0 text-tone" />
      <span className="min-w-0 break-words">
        <span className="text-soft">Note of {shownText(verdict.ruleName ?? 'the rule', 80)}: </span>
        {shownText(verdict.note, 300)}
      </span>
    </p>
  );
}

function Shadows({ shadows, past }: { shadows: readonly ShadowCall[]; past: boolean }) {
  return shadows.map((shadow) => (
    <p key={shadow.rule} className="break-words text-soft">
      In shadow, <RuleLink rule={shadow.rule} name={shadow.ruleName} /> {shadowWords(shadow.would, past)}
    </p>
  ));
}

/** Whole where the decision was made: the notice that told of a stop is gone by then. */
function Reasons({ reasons, past }: { reasons: readonly VerdictReason[]; past: boolean }) {
  return (
    <ul className="grid gap-0.5 text-soft">
      {reasons.map((reason) => (
        <li key={`${reason.rule ?? ''} ${reason.code}`} className="break-words">
          {reason.ruleName !== undefined && (
            <>
              <RuleLink rule={reason.rule ?? ''} name={reason.ruleName} />:{' '}
            </>
          )}
          {past ? reason.text : reasonWords(reason, past)} <StatementLink code={reason.code} />{' '}
          <code className="font-mono text-2xs">{reason.code}</code>
        </li>
      ))}
    </ul>
  );
}

/** Where no rule decided, the rule that came nearest stands here, and must not be taken for one that did. */
function Trace({ trace, nearest }: { trace: RuleTrace; nearest: boolean }) {
  const { word, tone } = OUTCOMES[trace.outcome];
  return (
    <section aria-label={`Conditions of ${trace.ruleName}`} className="grid gap-1">
      <p>
        {nearest && <span className="text-soft">nearest rule: </span>}
        <RuleLink rule={trace.rule} name={trace.ruleName} /> <span className="text-soft">version {trace.version}</span>{' '}
        <span className={clsx(TONE_CLASS[tone], 'text-tone')}>{word}</span>
      </p>
      <Conditions trace={trace} />
    </section>
  );
}

/** One line, then what stands behind it. `past`: the verdict of a decision that was made. */
export function Verdict({ verdict, past = false }: { verdict: VerdictView; past?: boolean }) {
  const [open, setOpen] = useState(false);
  const { reasons, trace, shadows = [] } = verdict;
  // What the line leaves out of a decision that was made stands behind it.
  const cut = past && reasons[0] !== undefined && reasonWords(reasons[0], past) !== reasons[0].text;
  const more = trace !== undefined || reasons.length > 1 || cut;
  return (
    <div className="grid gap-1">
      <div className="flex items-start gap-1">
        <p className="min-w-0 break-words">{headline(verdict, past)}</p>
        {more && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="inline-flex shrink-0 items-center rounded text-soft hover:text-ink"
          >
            <ChevronRight size={14} aria-hidden className={open ? 'rotate-90 transition-transform' : 'transition-transform'} />
            why
            <span className="sr-only"> the rules say this</span>
          </button>
        )}
      </div>
      <Note verdict={verdict} />
      <Shadows shadows={shadows} past={past} />
      {open && (
        <div className="grid gap-2.5 rounded-md bg-sunken px-3 py-2">
          {trace !== undefined && <Trace trace={trace} nearest={verdict.rule === undefined} />}
          {reasons.length > 0 && <Reasons reasons={reasons} past={past} />}
        </div>
      )}
    </div>
  );
}
