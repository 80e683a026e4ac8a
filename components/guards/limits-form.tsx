'use client';
// The figures of flood and rate with their most. They can be tightened and go back up to the product's own figure, never above it.
import { clsx } from 'clsx';
import { type FormEvent, useId, useState } from 'react';
import type { GuardLimits, GuardsView } from '#lib/api/rule-shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Input } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { useGuardLimits } from '../queries/guards.ts';
import { changedLimits, LIMITS, limitFault } from './guard-words.ts';

const asTexts = (limits: GuardLimits) => ({
  approvalsPerMinute: String(limits.approvalsPerMinute),
  devicesPerMinute: String(limits.devicesPerMinute),
  requestsPerMinute: String(limits.requestsPerMinute),
});

/** The form. What was typed stays when the guards are read again. */
export function LimitsForm({ limits, most }: Pick<GuardsView, 'limits' | 'most'>) {
  const id = useId();
  const save = useGuardLimits();
  const [typed, setTyped] = useState<Partial<Record<keyof GuardLimits, string>>>({});
  const texts = { ...asTexts(limits), ...typed };
  const next = changedLimits(texts, limits, most);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (next !== undefined) save.mutate(next, { onSuccess: () => setTyped({}) });
  };
  return (
    <form className="grid gap-2" onSubmit={submit} aria-label="Limits">
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
        {LIMITS.map(({ key, label, unit, meaning }) => {
          const fault = limitFault(texts[key], most[key]);
          return (
            <div key={key} className="grid content-start gap-1">
              <label htmlFor={`${id}-${key}`} className="font-medium">
                {label} {unit}
              </label>
              <div className="flex items-center gap-2">
                <Input
                  id={`${id}-${key}`}
                  inputMode="numeric"
                  value={texts[key]}
                  aria-invalid={fault !== undefined}
                  aria-describedby={`${id}-${key}-most ${id}-${key}-fault`}
                  className="tabular w-20"
                  onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
                />
                <span id={`${id}-${key}-most`} className="text-soft">
                  1 to {most[key]}
                </span>
              </div>
              <p id={`${id}-${key}-fault`} aria-live="polite" className={clsx('text-xs', fault === undefined ? 'text-soft' : 'text-red')}>
                {fault ?? meaning}
              </p>
            </div>
          );
        })}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ActButton needs="admin" type="submit" disabled={next === undefined || save.isPending}>
          {save.isPending ? 'One moment' : 'Set the limits'}
        </ActButton>
        {save.isSuccess && next === undefined && (
          <span role="status" className="text-good">
            Set.
          </span>
        )}
      </div>
      <Failure error={save.error} />
    </form>
  );
}
