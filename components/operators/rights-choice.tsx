'use client';
// Which rights an operator gets. Approving and rule-writing are apart on purpose.
import { useId } from 'react';
import type { Right } from '#lib/auth/rights.ts';
import { GIVEN, RIGHT_WORDS } from './rights-words.ts';

export function RightsChoice({ rights, onRights }: { rights: readonly Right[]; onRights(rights: Right[]): void }) {
  const id = useId();
  const toggle = (right: Right) => onRights(rights.includes(right) ? rights.filter((one) => one !== right) : [...rights, right]);
  return (
    <fieldset className="grid gap-2">
      <legend className="text-soft">Beyond reading</legend>
      {GIVEN.map((right) => (
        <div key={right} className="flex items-start gap-2">
          <input id={`${id}-${right}`} type="checkbox" className="mt-1" checked={rights.includes(right)} onChange={() => toggle(right)} />
          <label htmlFor={`${id}-${right}`}>
            <span className="font-medium">{RIGHT_WORDS[right].word}</span>
            <span className="block text-xs text-soft">{RIGHT_WORDS[right].means}</span>
          </label>
        </div>
      ))}
      <p className="text-xs text-soft">With neither: {RIGHT_WORDS.viewer.means.toLowerCase()}</p>
    </fieldset>
  );
}
