'use client';
// A password that is chosen: once, shown on demand, with what is asked of it said before it is refused.
import { useId, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Input } from '../parts/field.tsx';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 256;

type NewPasswordProps = { label?: string; value: string; onValue(value: string): void };

/** The field with its rule. Whether the password is good enough is for the console to say. */
export function NewPassword({ label = 'Password', value, onValue }: NewPasswordProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const missing = PASSWORD_MIN - value.length;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-soft">
        {label}
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          name="new-password"
          type={shown ? 'text' : 'password'}
          autoComplete="new-password"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={PASSWORD_MAX}
          aria-describedby={`${id}-rule`}
          className="min-w-0 flex-1"
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
        <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
        </Button>
      </div>
      <p id={`${id}-rule`} className="text-xs text-soft">
        {value === '' || missing <= 0 ? `At least ${PASSWORD_MIN} characters; a few words are good.` : `${missing} more characters.`}
      </p>
    </div>
  );
}
