'use client';
// What an act needs to know before it can be planned: a name, what a token shall still hold, which token.
import { clsx } from 'clsx';
import { useId } from 'react';
import { normaliseScopes } from '#lib/gateway/scopes.ts';
import { Input, Select } from '../parts/field.tsx';
import { scopeMeaning, scopeName, scopeTone, TONE_CLASS } from '../parts/scope-words.ts';

/** As long as a gateway keeps a name. */
const LABEL_MAX = 64;

/** The name that the gateway shall show. */
export function LabelField({ label, onLabel }: { label: string; onLabel(label: string): void }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id}>Name on the gateway</label>
      <Input
        id={id}
        data-first
        value={label}
        maxLength={LABEL_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onLabel(event.target.value)}
      />
    </div>
  );
}

type KeepFieldProps = { offered: readonly string[]; kept: readonly string[]; onKept(scopes: string[]): void };

/** What the token shall still hold, of what it opens now. */
export function KeepField({ offered, kept, onKept }: KeepFieldProps) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1">What is left to it</legend>
      <ul className="grid gap-1">
        {offered.map((scope) => (
          <li key={scope}>
            <label className="flex min-h-7 items-center gap-2">
              <input
                type="checkbox"
                className="size-4 shrink-0"
                checked={kept.includes(scope)}
                onChange={() => onKept(normaliseScopes(kept.includes(scope) ? kept.filter((other) => other !== scope) : [...kept, scope]))}
              />
              <span className={clsx(TONE_CLASS[scopeTone(scope)], 'w-24 shrink-0 font-mono text-xs text-tone')}>{scopeName(scope)}</span>
              <span className="text-xs text-soft">{scopeMeaning(scope)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** Which token; shown where a device has several. */
export function RoleField({ roles, role, onRole }: { roles: readonly string[]; role: string; onRole(role: string): void }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id}>The token of role</label>
      <Select id={id} value={role} onChange={(event) => onRole(event.target.value)}>
        {roles.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
    </div>
  );
}
