'use client';
// How a rule begins: it decides, it only records what it would have done, or it rests.
import { useId } from 'react';
import type { RuleInput } from '#lib/api/rule-shapes.ts';

type Run = 'on' | 'shadow' | 'off';

const CHOICES: readonly { run: Run; word: string; text: string }[] = [
  { run: 'on', word: 'Switched on', text: 'It decides from now on.' },
  { run: 'shadow', word: 'In shadow', text: 'It only records what it would have done, and tells how often you did the same.' },
  { run: 'off', word: 'Switched off', text: 'It is kept and not asked.' },
];

const runOf = ({ enabled, shadow }: RuleInput): Run => (!enabled ? 'off' : shadow === true ? 'shadow' : 'on');

/** The rule with another way to run. A rule that is off keeps whether it would run in shadow. */
function withRun(draft: RuleInput, run: Run): RuleInput {
  return run === 'off' ? { ...draft, enabled: false } : { ...draft, enabled: true, shadow: run === 'shadow' };
}

/** Three ways, one of them chosen. */
export function RunChoice({ draft, onChange }: { draft: RuleInput; onChange(draft: RuleInput): void }) {
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 text-xs text-soft">When it is stored</legend>
      {CHOICES.map(({ run, word, text }) => (
        <label key={run} className="grid grid-cols-[16px_1fr] gap-x-2.5">
          <input
            type="radio"
            name={name}
            className="mt-0.5 size-4"
            checked={runOf(draft) === run}
            onChange={() => onChange(withRun(draft, run))}
          />
          <span>
            <span className="font-medium">{word}</span> <span className="text-soft">{text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
