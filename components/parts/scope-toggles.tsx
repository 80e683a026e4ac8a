'use client';
// The scopes as small switches in the tones of their risk, least risk first.
import { clsx } from 'clsx';
import { normaliseScopes, SCOPES } from '#lib/gateway/scopes.ts';
import { scopeMeaning, scopeName, scopeTone, TONE_CLASS } from './scope-words.ts';

type ScopeTogglesProps = { scopes: readonly string[]; legend: string; onChange(scopes: string[]): void };

/** `legend` is read aloud and says what choosing one means. The scopes come back in their order, without doubles. */
export function ScopeToggles({ scopes, legend, onChange }: ScopeTogglesProps) {
  return (
    <fieldset className="my-2 flex flex-wrap gap-1.5">
      <legend className="sr-only">{legend}</legend>
      {SCOPES.map((scope) => {
        const on = scopes.includes(scope);
        return (
          <label
            key={scope}
            title={scopeMeaning(scope)}
            className={clsx(
              'cursor-pointer rounded-md border px-2 font-mono text-xs leading-[26px] select-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              on
                ? [TONE_CLASS[scopeTone(scope)], 'border-tone bg-tone font-semibold text-tone']
                : 'border-hairline text-soft hover:border-edge',
            )}
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={on}
              onChange={() => onChange(normaliseScopes(on ? scopes.filter((other) => other !== scope) : [...scopes, scope]))}
            />
            {scopeName(scope)}
          </label>
        );
      })}
    </fieldset>
  );
}
